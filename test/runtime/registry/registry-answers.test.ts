/** What a registry may answer, and what then happens to the process that asked. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createSubjects } from '../../../runtime/index.js';
import {
  createRegistry as openRegistry,
  type RegistryClient,
  RegistryError,
  type RegistryOptions,
} from '../../../runtime/registry/client.js';
import { loopbacks, type Reaction, WAYS, type Way } from './loopback.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const start = loopbacks();

let way: Way;

const serve = (react: Parameters<typeof start>[0]) => start(react, way.server);

function createRegistry(options: RegistryOptions): RegistryClient {
  return openRegistry({ ...way.client, ...options });
}

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RegistryError) return error;
  throw new Error(`expected a RegistryError, got ${String(error)}`);
}

/** An answer in this many layers of gzip. */
function packed(times: number, { isWhole }: { readonly isWhole: boolean }): Reaction {
  let bytes: Uint8Array = Buffer.from('{"schema":"\\"int\\""}');
  for (let i = 0; i < times; i++) bytes = gzipSync(bytes);
  return {
    raw(response) {
      response.writeHead(200, { 'content-encoding': Array(times).fill('gzip').join(', ') });
      if (isWhole) response.end(bytes);
      else response.write(bytes.subarray(0, 5));
    },
  };
}

describe.each(WAYS)('over %s', (_, made) => {
  beforeAll(async () => {
    way = await made();
  });

  describe('an answer', () => {
    it.each([1, 2, 5])('packed %i times is read', async (times) => {
      const server = await serve(() => packed(times, { isWhole: true }));
      expect(await createRegistry({ url: server.url }).schemaById(1)).toMatchObject({
        schema: '"int"',
      });
    });

    it.each([
      ['packed six times', packed(6, { isWhole: true })],
      ['said to be gzip', { text: 'hello', headers: { 'content-encoding': 'gzip' } }],
      ['too large', { text: '"'.padEnd(8_388_609) }],
    ] satisfies [string, Reaction][])('%s is none that can be used', async (_, reaction) => {
      const server = await serve(() => reaction);
      // Megabytes take their time on a busy machine.
      const patient = { timeoutMs: 60_000, totalTimeoutMs: 60_000 };
      const registry = createRegistry({ url: server.url, ...patient });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'GARBAGE', id: 1 });
      // An answer: nobody asks again for what would come again.
      expect(server.heard).toHaveLength(1);
    });

    it.each([-1, 1.5, 1e300, '7', null])('with the id %j is none', async (id) => {
      const version = { subject: 's', version: 1, id, schema: '"int"' };
      const server = await serve(() => ({ json: version }));
      const registry = createRegistry({ url: server.url });
      const verbs = [
        () => registry.register('s', '"int"'),
        () => registry.lookup('s', '"int"'),
        () => createSubjects(registry).version('s', 1),
      ];
      for (const ask of verbs) expect(await failure(ask())).toMatchObject({ code: 'GARBAGE' });
    });

    it('is not waited for where the id is none', async () => {
      const server = await serve(() => ({ json: { schema: '"int"' } }));
      const registry = createRegistry({ url: server.url });
      for (const id of [-1, 1.5, 1e300, Number.NaN, 2 ** 31]) {
        expect(await failure(registry.schemaById(id))).toMatchObject({ code: 'UNKNOWN_ID', id });
      }
      expect(server.heard).toEqual([]);
    });

    it('that points elsewhere is not followed', async () => {
      const other = await serve(() => ({ json: { schema: '"int"' } }));
      const headers = { location: `${other.url}/schemas/ids/1` };
      const server = await serve(() => ({ status: 307, text: '', headers }));
      const registry = createRegistry({ url: server.url });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'GARBAGE', status: 307 });
      expect(other.heard).toEqual([]);
    });

    it('that does not come is hung up on', async () => {
      let hangUp = (): void => {};
      const hungUp = new Promise<void>((resolve) => {
        hangUp = resolve;
      });
      const server = await serve(() => ({ raw: (response) => void response.on('close', hangUp) }));
      const registry = createRegistry({ url: server.url, timeoutMs: 1_000, retries: 0 });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT' });
      await hungUp;
    });

    it('without a body is none', async () => {
      for (const status of [204, 205, 304]) {
        const server = await serve(() => ({ raw: (response) => response.writeHead(status).end() }));
        const registry = createRegistry({ url: server.url });
        expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'GARBAGE' });
      }
    });

    it('that comes too late is closed', async () => {
      const canceled: string[] = [];
      let answer = (_: Response): void => {};
      const registry = createRegistry({
        url: 'http://registry.invalid',
        retries: 0,
        timeoutMs: 10,
        fetch: () =>
          new Promise((resolve) => {
            answer = resolve;
          }),
      });
      expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'TIMED_OUT' });
      answer(new Response(new ReadableStream({ cancel: () => void canceled.push('canceled') })));
      await new Promise((resolve) => setImmediate(resolve));
      expect(canceled).toEqual(['canceled']);
    });
  });

  it.each([
    ['packed six times, and never ends', 6, 'GARBAGE'],
    ['packed once, and never ends', 1, 'TIMED_OUT'],
  ])('lives on after an answer that is %s', async (_, times, want) => {
    const server = await serve(() => packed(times, { isWhole: false }));
    // Another process: an 'error' that nobody handles would end this one, and Jest hides it.
    const code = `
    import { createRegistry } from './runtime/index.ts';
    const registry = createRegistry({ url: '${server.url}', ...${JSON.stringify(way.client)}, timeoutMs: 2_000, retries: 0 });
    const ask = () => registry.schemaById(1).catch((error) => error);
    let error = await ask();
    // What comes at once may come too late on a busy machine.
    for (let tries = 1; '${want}' === 'GARBAGE' && error.code === 'TIMED_OUT' && tries < 20; tries++)
      error = await ask();
    // Far beyond the time-out: a timer that was left would have passed.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    console.log(error.code);
    process.exit(0);
  `;
    const { stdout } = await run(
      process.execPath,
      ['--conditions=tavro-source', '--import', 'tsx', '--input-type=module', '-e', code],
      { cwd: ROOT },
    );
    expect(stdout.trim()).toBe(want);
  });
});
