/** `tavro publish` that ends halfway, by a registry's failure or by SIGKILL, and is run again. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry } from '../../../runtime/registry/client.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import { SchemasFolder } from '../schemas-folder.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const record = (name: string) => ({
  type: 'record',
  name: `acme.${name}`,
  fields: [{ name: 'id', type: 'long' }],
});
const TOPICS = ['Order', 'Customer', 'Invoice'];
const FILES = {
  'tavro.json': {
    topics: Object.fromEntries(
      TOPICS.map((name) => [name.toLowerCase(), { value: `acme.${name}`, compatibility: 'FULL' }]),
    ),
  },
  ...Object.fromEntries(TOPICS.map((name) => [`${name}.avsc`, record(name)])),
};
/** Levels and versions. */
const WRITES = 2 * TOPICS.length;

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

/** What becomes of one write: `lost`: the registry never gets it; `unanswered`: it does. */
type Fate = { readonly write: number; readonly kind: 'lost' | 'unanswered' };

/** A registry behind a proxy that lets one write fail, once. */
async function setUp(fate: Fate, fail: 'answer' | 'hang') {
  const registry = await startRegistry();
  const folder = await SchemasFolder.create(FILES);
  const writes: string[] = [];
  let struck: () => void = () => undefined;
  const hasStruck = new Promise<void>((resolve) => {
    struck = resolve;
  });
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const isWrite = method === 'PUT' || (method === 'POST' && /^\/subjects.*versions$/.test(url));
    if (isWrite) writes.push(`${method} ${url}`);
    const isStruck = isWrite && writes.length === fate.write;
    const init = {
      method,
      ...(body && { body, headers: { 'content-type': headers['content-type'] ?? '' } }),
    };
    const answer =
      isStruck && fate.kind === 'lost' ? undefined : await fetch(registry.url + url, init);
    const text = (await answer?.text()) ?? '';
    if (!isStruck) return response.writeHead(answer?.status ?? 0).end(text);
    if (fail === 'answer') response.writeHead(400).end('{"error_code":400,"message":"struck"}');
    struck();
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Safe: a server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  open.push(registry, { stop: () => folder.remove() }, { stop });
  const subjects = createSubjects(createRegistry({ url: registry.url }));
  return { url: `http://127.0.0.1:${port}`, folder, writes, hasStruck, ...subjects };
}

type SetUp = Awaited<ReturnType<typeof setUp>>;

/** Everything in place, once. */
async function expectDone({ folder, url, versions, level }: SetUp): Promise<void> {
  const ids = new Set<number>();
  for (const topic of TOPICS) {
    const subject = `${topic.toLowerCase()}-value`;
    expect(await versions(subject)).toEqual([1]);
    expect(await level(subject)).toBe('FULL');
    const [[version, state, given] = [], ...more] = await folder.versions(subject);
    expect([version, state, more]).toEqual([1, 'released', []]);
    ids.add(given?.[url] ?? 0);
  }
  expect([...ids].sort()).toEqual([1, 2, 3]);
}

describe('publish that was interrupted', () => {
  const fates = Array.from({ length: WRITES }, (_, index) => index + 1).flatMap((write) => [
    { write, kind: 'lost' as const },
    { write, kind: 'unanswered' as const },
  ]);

  it.each(fates)('goes on where write $write was $kind', async (fate) => {
    const setting = await setUp(fate, 'answer');
    const { folder, url, writes } = setting;
    const first = await folder.run('publish', ['--registry', url]);
    expect(first.code).toBe(1);
    expect(first.err).toContain('Run the command again');
    // The plan comes before anything is done, also before the first write.
    expect(first.out.match(/register v1/g)).toHaveLength(TOPICS.length);
    const second = await folder.run('publish', ['--registry', url]);
    expect(second.code).toBe(0);
    await expectDone(setting);
    // What the registry never saw was sent twice; what it took without an answer, once.
    expect(writes).toHaveLength(fate.kind === 'lost' ? WRITES + 1 : WRITES);
    const third = await folder.run('publish', ['--registry', url]);
    expect(third.err).toContain('Nothing to publish');
  });

  it('goes on after SIGKILL', async () => {
    // The second subject's schema: the registry has taken it and the lock does not know.
    const setting = await setUp({ write: 4, kind: 'unanswered' }, 'hang');
    const { folder, url, writes, hasStruck } = setting;
    const child = spawn(
      process.execPath,
      [
        '--conditions=tavro-source',
        ...['--import', 'tsx'],
        'codegen/cli.ts',
        ...['publish', '--schemas', folder.schemas, '--registry', url],
      ],
      { cwd: ROOT, stdio: 'ignore' },
    );
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    await Promise.race([hasStruck, ended]);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(await folder.versions('order-value')).toEqual([[1, 'released', { [url]: 1 }]]);
    expect(await setting.versions('customer-value')).toEqual([1]);
    expect((await folder.versions('customer-value')).map(([, state]) => state)).not.toContain(
      'released',
    );
    const { code, out } = await folder.run('publish', ['--registry', url]);
    expect(code).toBe(0);
    expect(out).toContain('customer-value\n  record id 2 for v1: the registry has it already');
    await expectDone(setting);
    expect(writes).toHaveLength(WRITES);
  });
});
