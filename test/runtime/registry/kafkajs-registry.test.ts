/** A SchemaRegistry of @kafkajs/confluent-schema-registry as ours, and both reading each other. */

import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { createHandler, type Logger, on } from '../../../consumer/index.js';
import { MemoryBroker, memoryTransport } from '../../../local/memory/index.js';
import { mskEvent } from '../../../local/msk-event.js';
import { startRegistry } from '../../../local/registry/server.js';
import { createProducer } from '../../../producer/index.js';
import { fingerprintOf } from '../../../runtime/avro.js';
import { createCodec } from '../../../runtime/generated-code.js';
import { createRegistry, fromKafkajsRegistry, type Topic } from '../../../runtime/index.js';
import { createSubjects } from '../../../runtime/registry/subjects.js';
import * as read from '../../../runtime/wire/read.js';
import * as write from '../../../runtime/wire/write.js';
import { type Reaction, startLoopback } from './loopback.js';

const quiet = () => undefined;
const SILENT: Logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const OLD = {
  type: 'record',
  name: 'Click',
  namespace: 'test',
  fields: [{ name: 'user', type: 'string' }],
} as const;
const CLICK = {
  ...OLD,
  fields: [...OLD.fields, { name: 'page', type: 'string', default: '/' }],
} as const;

interface Click {
  user: string;
  page: string;
}

const schema = JSON.stringify(CLICK);
const ClickCodec = createCodec<Click, Click>({
  name: 'test.Click',
  schema,
  fingerprint: fingerprintOf(schema),
  knownIds: { 'http://registry.test': { 70: fingerprintOf(schema) } },
  write: (click) => {
    write.string(click.user);
    write.string(click.page);
  },
  read: () => ({ user: read.string(), page: read.string() }),
});
const clicks: Topic<Click, Click, 'string'> = {
  name: 'clicks',
  key: 'string',
  value: ClickCodec,
  subjects: { value: 'clicks-value' },
};

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});

async function setUp() {
  const server = await startRegistry();
  open.push(server);
  const library = new SchemaRegistry({ host: server.url });
  const registry = fromKafkajsRegistry(library, { url: server.url });
  return { server, library, registry, ...createSubjects(createRegistry({ url: server.url })) };
}

async function failing(react: () => Reaction, options = {}) {
  const server = await startLoopback(react);
  open.push(server);
  const library = new SchemaRegistry({ host: server.url, retry: { retries: 0 } });
  return { server, registry: fromKafkajsRegistry(library, { url: server.url, ...options }) };
}

describe('a configured SchemaRegistry', () => {
  it('lets our consumer read what the library wrote, now and before', async () => {
    const { library, registry } = await setUp();
    const seen: Click[] = [];
    const handler = createHandler({
      routes: [on(clicks, (click) => void seen.push(click))],
      registry,
      logger: SILENT,
    });
    const values: Uint8Array[] = [];
    for (const [written, value] of [
      [OLD, { user: 'ann' }],
      [CLICK, { user: 'bob', page: '/home' }],
    ] as const) {
      // Safe: the library's type wants lists that can be written to.
      const raw = JSON.parse(JSON.stringify(written));
      const { id } = await library.register(raw, { subject: 'clicks-value' });
      values.push(await library.encode(id, value));
    }
    await handler(mskEvent(values.map((value) => ({ topic: 'clicks', value }))));
    expect(seen).toEqual([
      { user: 'ann', page: '/' },
      { user: 'bob', page: '/home' },
    ]);
  });

  it.each(['registered before', 'registered by the first message'])(
    'lets the library read what our producer wrote: %s',
    async (when) => {
      const { library, registry, server, versions, level } = await setUp();
      const isBefore = when === 'registered before';
      if (isBefore) await createRegistry({ url: server.url }).register('clicks-value', schema);
      const broker = new MemoryBroker();
      broker.createTopic('clicks');
      const producer = createProducer({
        transport: memoryTransport(broker),
        registry,
        register: isBefore ? 'never' : 'allowed',
      });
      const value = { user: 'ann', page: '/a' };
      const { partition } = await producer.send(clicks, { key: 'k', value });
      await producer.close();
      const [stored] = broker.read({ topic: 'clicks', partition }, 0n, 1);
      expect(await library.decode(Buffer.from(stored?.value ?? []))).toEqual(value);
      expect(await versions('clicks-value')).toEqual([1]);
      // The library would set one.
      expect(await level('clicks-value')).toBeUndefined();
    },
  );

  it('registers whatever the level of the subject is', async () => {
    const { registry, setLevel, versions } = await setUp();
    await setLevel('FULL_TRANSITIVE', 'clicks-value');
    const id = await registry.register('clicks-value', schema);
    expect(await registry.lookup('clicks-value', schema)).toBe(id);
    expect(await versions('clicks-value')).toEqual([1]);
  });

  it('reads schemas that refer to others', async () => {
    const { registry, library, server } = await setUp();
    const client = createRegistry({ url: server.url });
    await client.register('test.Click', schema);
    const visit = JSON.stringify({
      type: 'record',
      name: 'test.Visit',
      fields: [{ name: 'last', type: 'test.Click' }],
    });
    const references = [{ name: 'test.Click', subject: 'test.Click', version: 1 }];
    const id = await registry.register('visits-value', visit, { references });
    library.cache.clear();
    const found = await fromKafkajsRegistry(library).schemaById(id);
    expect(fingerprintOf(found.schema)).toBe(fingerprintOf(visit, [schema]));
  });

  it('asks once for an id, and for an unknown one not again at once', async () => {
    let now = 0;
    const { registry, server } = await failing(
      () => ({ status: 404, json: { error_code: 40403, message: 'Schema not found' } }),
      { now: () => now },
    );
    const ask = () => registry.schemaById(7).catch((error: unknown) => error);
    const errors = await Promise.all([ask(), ask(), ask()]);
    await ask();
    expect(errors[0]).toMatchObject({ code: 'UNKNOWN_ID', id: 7, status: 404, url: server.url });
    expect(server.heard).toHaveLength(1);
    now = 10_001;
    await ask();
    expect(server.heard).toHaveLength(2);
  });

  it.each<[string, Reaction, string]>([
    ['a wrong login', { status: 401, json: { error_code: 401, message: 'no' } }, 'UNAUTHORIZED'],
    [
      'an unknown subject',
      { status: 404, json: { message: "Subject 's' not found." } },
      'UNKNOWN_SUBJECT',
    ],
    [
      'an unknown schema',
      { status: 404, json: { message: 'Schema not found' } },
      'SCHEMA_NOT_FOUND',
    ],
    ['too many requests', { status: 429, json: { message: 'slow down' } }, 'RATE_LIMITED'],
    ['a bad schema', { status: 422, json: { error_code: 42201, message: 'bad' } }, 'INVALID'],
    ['a server that fails', { status: 500, json: { message: 'oops' } }, 'SERVER'],
    ['a proxy that fails', { status: 502, text: '<html>' }, 'SERVER'],
    ['a broken connection', { raw: (response) => response.destroy() }, 'UNREACHABLE'],
    ['silence', { raw: quiet }, 'TIMED_OUT'],
  ])('says of %s what it is', async (_, reaction, code) => {
    // What answers is waited for, however busy the machine is.
    const timeoutMs = code === 'TIMED_OUT' ? 300 : 60_000;
    const { registry } = await failing(() => reaction, { timeoutMs });
    await expect(registry.lookup('s', schema)).rejects.toMatchObject({ code, subject: 's' });
  });

  it.each<[string, number, object, string]>([
    ['refuses', 409, { error_code: 409, message: 'incompatible' }, 'INCOMPATIBLE'],
    [
      'is read-only',
      422,
      { error_code: 42205, message: 'Subject s is in read-only mode' },
      'READ_ONLY',
    ],
  ])('says when the registry %s', async (_, status, json, code) => {
    const react = (count: number): Reaction =>
      count === 1 ? { status: 404, json: { message: 'no level' } } : { status, json };
    let count = 0;
    const { registry } = await failing(() => react(++count));
    await expect(registry.register('s', schema)).rejects.toMatchObject({ code });
  });

  it('says when nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server.close(resolve));
    for (const host of [`http://127.0.0.1:${port}`, `http://localhost:${port}`]) {
      const registry = fromKafkajsRegistry(new SchemaRegistry({ host, retry: { retries: 0 } }));
      await expect(registry.schemaById(1)).rejects.toMatchObject({ code: 'UNREACHABLE' });
    }
  });

  it('keeps the login out of its URL and its errors', async () => {
    const server = await startLoopback(() => ({ status: 401, json: { message: 'no' } }));
    open.push(server);
    const auth = { username: 'ci', password: 's3cret-word' };
    const url = server.url.replace('//', `//${auth.username}:${auth.password}@`);
    const library = new SchemaRegistry({ host: server.url, auth, retry: { retries: 0 } });
    const registry = fromKafkajsRegistry(library, { url: `${url}/` });
    expect(registry.url).toBe(server.url);
    const error: unknown = await registry.schemaById(1).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'UNAUTHORIZED' });
    const printed = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error);
    expect(printed).not.toMatch(/s3cret|Y2k6/);
    expect(() => fromKafkajsRegistry(library, { url: 's3cret' })).toThrow(
      /^The Schema Registry URL/,
    );
  });
});
