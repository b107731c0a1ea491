/** `tavro pull` of schemas whose names Avro's grammar does not have, and what comes after it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHandler, type Logger, on } from '../../../consumer/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import { startRegistry } from '../../../local/registry/server.js';
import { createRegistry, frame, type Topic } from '../../../runtime/index.js';
import type { Json } from '../../../runtime/json.js';
import { importBundled } from '../bundle.js';
import { compile, writeScratch } from '../generated-project.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, ...fields: readonly Json[]): Json => ({
  type: 'record',
  name,
  fields,
});

/** As Debezium writes them where the prefix has a hyphen. */
const ROW: Json = {
  ...{ type: 'record', name: 'Value', 'connect.name': 'app-1.public.orders.Value' },
  fields: [
    { name: 'order-id', type: 'long' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['in-stock', 'sold'] } },
  ],
};
const ENVELOPE: Json = {
  ...{ type: 'record', name: 'Envelope', namespace: 'app-1.public.orders' },
  fields: [
    { name: 'before', type: ['null', ROW], default: null },
    { name: 'after', type: ['null', 'Value'], default: null },
  ],
};
const SUBJECTS: Readonly<Record<string, Json>> = {
  'app-1.public.orders-key': record('app-1.public.orders.Key', { name: 'order-id', type: 'long' }),
  'app-1.public.orders-value': ENVELOPE,
  'legal-value': record('app_1.public.orders.Envelope', { name: 'op', type: 'string' }),
  'net-value': record(
    'Acme Corp.@Order',
    { name: '$type', type: 'string' },
    { name: '1st', type: 'int' },
  ),
  'null-value': record('1-2', { name: 'a.b', type: 'int', aliases: ['a-b'] }),
};

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function setUp(schemas: Readonly<Record<string, Json>>, files: Record<string, Json> = {}) {
  const server = await startRegistry();
  const folder = await SchemasFolder.create(files);
  open.push(server, { stop: () => folder.remove() });
  await put(`${server.url}/config`, { validateNames: false });
  const client = createRegistry({ url: server.url });
  const ids = new Map<string, number>();
  for (const [subject, schema] of Object.entries(schemas))
    ids.set(subject, await client.register(subject, JSON.stringify(schema)));
  const pull = (...more: string[]) => folder.run('pull', ['--registry', server.url, ...more]);
  return { url: server.url, folder, client, ids, pull };
}

async function put(url: string, body: Json): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

/** The generated files, where the compiler finds the runtime. */
async function scratch(name: string, { generated }: SchemasFolder): Promise<string> {
  const entries = await readdir(generated, { recursive: true, withFileTypes: true });
  const paths = entries.flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
  const files = paths.map(async (path) => {
    return { path: path.slice(generated.length + 1), text: await readFile(path, 'utf8') };
  });
  return writeScratch(name, await Promise.all(files));
}

const quiet = () => undefined;
const SILENT: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

describe('after pulling them', () => {
  it('nothing is left to do', async () => {
    const { pull, folder, url } = await setUp(SUBJECTS);
    const { code, err } = await pull();
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining('5 subjects of') });
    expect(err).toContain(
      'note: tavro.json says "names": "lenient" now: the namespace "app-1.public.orders" is outside Avro\'s grammar',
    );
    expect(JSON.parse(await folder.read('tavro.json'))).toEqual({
      names: 'lenient',
      topics: {
        'app-1.public.orders': {
          value: 'app-1.public.orders.Envelope',
          key: 'app-1.public.orders.Key',
        },
        legal: { value: 'app_1.public.orders.Envelope' },
        net: { value: 'Acme Corp.@Order' },
        null: { value: '1-2' },
      },
    });
    const made = await folder.run('codegen');
    const lock = await folder.lockTexts();
    expect(lock['lock/~types.json']).toContain('"app_1.public.orders.Envelope": "Envelope"');
    const steps = [
      made,
      await folder.run('codegen', ['--check']),
      await folder.run('check'),
      await folder.run('check', ['--against', `registry:${url}`]),
      await folder.run('publish', ['--registry', url]),
      await pull(),
    ];
    expect(steps.map((step) => step.code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(steps[0]?.err).toContain('warning NAME_INVALID: The namespace "app-1.public.orders"');
    expect(steps[2]?.out).toContain('warning name-outside-grammar');
    expect(steps[4]?.err).toContain('Nothing to publish');
    expect(steps[5]?.err).toContain('Nothing changed');
    expect(await folder.lockTexts()).toEqual(lock);
    expect(await compile(await scratch('pull-names', folder))).toEqual([]);
    const paths = await readdir(folder.generated, { recursive: true });
    expect(paths.filter((path) => /Envelope|Order/.test(path)).sort()).toEqual([
      'Acme_Corp/_Order.ts',
      'app_1/public/orders/Envelope.ts',
      'app_1/public/orders/Envelope_2.ts',
    ]);
  });

  it('a handler reads what was written with the registered schemas', async () => {
    const { pull, folder, client, ids } = await setUp(SUBJECTS);
    await pull();
    await folder.run('codegen');
    const topic = await topicOf('pull-names-run', folder, 'app-1.public.orders');
    const seen: unknown[] = [];
    const handler = createHandler({
      registry: client,
      logger: SILENT,
      routes: [on(topic, (value, { key }) => void seen.push([key, value]))],
    });
    const id = (side: string) => ids.get(`app-1.public.orders-${side}`) ?? 0;
    // As the wire has it: null before, a row with 7 and the second symbol after.
    const value = frame(id('value'), Uint8Array.of(0, 2, 14, 2));
    const key = frame(id('key'), Uint8Array.of(14));
    await handler(mskEvent([{ topic: topic.name, key, value }]));
    expect(seen).toEqual([
      [{ 'order-id': 7n }, { before: null, after: { 'order-id': 7n, state: 'sold' } }],
    ]);
  });
});

/** A generated topic, imported. */
async function topicOf(
  name: string,
  folder: SchemasFolder,
  topic: string,
): Promise<Topic<unknown, unknown, never>> {
  const root = await scratch(name, folder);
  const [found] = Object.values(await importBundled(join(root, 'topics', `${topic}.ts`)));
  // Safe: it is the module's only export.
  return found as Topic<unknown, unknown, never>;
}

describe('pull', () => {
  it('leaves tavro.json alone where all names are of the grammar', async () => {
    const { pull, folder } = await setUp({
      'a-b-value': record('acme.größe_1', { name: 'x', type: 'int' }),
    });
    expect((await pull()).err).not.toContain('lenient');
    expect(JSON.parse(await folder.read('tavro.json'))).toEqual({
      topics: { 'a-b': { value: 'acme.größe_1' } },
    });
  });

  it('puts the setting into what stands there, with its comments', async () => {
    const { pull, folder } = await setUp({ 'a-value': record('R', { name: 'x-y', type: 'int' }) });
    const text =
      '{\n  // ours\n  "names": "avro",\n  "topics": { "a": { "value": "R" } } // and more\n}\n';
    await writeFile(join(folder.schemas, 'tavro.json'), text);
    expect(await pull('--dry-run')).toMatchObject({
      code: 0,
      out: expect.stringContaining('tavro.json'),
    });
    expect(await folder.read('tavro.json')).toBe(text);
    await pull();
    expect(await folder.read('tavro.json')).toBe(text.replace('"avro"', '"lenient"'));
    expect((await folder.run('codegen')).code).toBe(0);
    // Once is enough.
    expect((await pull()).err).toContain('Nothing changed');
  });

  it('leaves out what nobody could use, with the reason, and takes the rest', async () => {
    const schemas = {
      'a-value': record("it's", { name: 'x', type: 'int' }),
      'b-value': record('B', { name: 'x\u001b[2J', type: 'int' }),
      'c-value': record('C', { name: 'x', type: { type: 'enum', name: 'E', symbols: ['"'] } }),
      'd-value': record('D', { name: 'x', type: 'int' }),
    };
    const { pull, folder } = await setUp(schemas);
    const { code, err } = await pull();
    expect(code).toBe(100);
    expect(err).toContain(
      'refused: a-value: left out: its name "it\'s" cannot be used: it holds "\'"',
    );
    expect(err).toContain(
      'refused: b-value: left out: its field name "x\\u001b[2J" cannot be used',
    );
    expect(err).toContain('refused: c-value: left out: its symbol "\\"" cannot be used');
    expect(JSON.parse(await folder.read('tavro.json'))).toEqual({ topics: { d: { value: 'D' } } });
    expect((await folder.run('codegen')).code).toBe(0);
  });
});

it('tells whoever registers such a name how the dev registry takes it', async () => {
  const { url, client } = await setUp({});
  await put(`${url}/config`, { validateNames: true });
  const refused = client.register('r-value', JSON.stringify(record('a-b')));
  await expect(refused).rejects.toThrow(
    'The subject takes it with {"validateNames": false} in its config.',
  );
});
