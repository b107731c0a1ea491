import { describe, expect, it } from '@jest/globals';
import {
  createRegistry,
  RegistryError,
  type RegistryOptions,
} from '../../../runtime/registry/client.js';
import { loopbacks, type Reaction } from './loopback.js';

const serve = loopbacks();

/** A registry of fixed answers by method and path. */
const answers = (table: Record<string, unknown>) =>
  serve(({ method, path }): Reaction => {
    const json = table[`${method} ${path}`];
    if (json !== undefined) return { json };
    return { status: 404, json: { error_code: 40403, message: `Schema ${path} not found` } };
  });

/** A clock that only moves when told to, or when the client sleeps. */
function clock() {
  const time = { ms: 0, slept: [] as number[] };
  const options = {
    now: () => time.ms,
    sleep: async (ms: number) => {
      time.ms += ms;
      time.slept.push(ms);
    },
    random: () => 0.5,
  } satisfies Partial<RegistryOptions>;
  return { time, options };
}

async function failure(work: Promise<unknown>): Promise<RegistryError> {
  const error = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RegistryError) return error;
  throw new Error(`expected a RegistryError, got ${String(error)}`);
}

describe('schemaById', () => {
  it('answers the schema of an id, once for many that ask at the same time', async () => {
    const server = await answers({ 'GET /schemas/ids/7': { schema: '"string"' } });
    const registry = createRegistry({ url: server.url });
    const all = await Promise.all(Array.from({ length: 100 }, () => registry.schemaById(7)));
    expect(new Set(all)).toEqual(new Set([{ id: 7, schema: '"string"', references: [] }]));
    await registry.schemaById(7);
    expect(server.paths()).toEqual(['GET /schemas/ids/7']);
  });

  it('resolves references once each, dependencies first', async () => {
    const ref = (subject: string) => ({ name: `n.${subject}`, subject, version: 1 });
    const version = (subject: string, references: unknown[] = []) => ({
      subject,
      version: 1,
      id: 1,
      schema: `{"name":"${subject}"}`,
      references,
    });
    const server = await answers({
      'GET /schemas/ids/1': { schema: '"n.top"', references: [ref('b'), ref('c')] },
      'GET /schemas/ids/2': { schema: '"n.other"', references: [ref('c')] },
      'GET /subjects/b/versions/1?deleted=true': version('b', [ref('a')]),
      'GET /subjects/c/versions/1?deleted=true': version('c', [ref('a'), ref('b')]),
      'GET /subjects/a/versions/1?deleted=true': version('a'),
    });
    const registry = createRegistry({ url: server.url });
    const all = await Promise.all(
      Array.from({ length: 100 }, (_, i) => registry.schemaById((i % 2) + 1)),
    );
    expect(all[0]?.references).toEqual(['{"name":"a"}', '{"name":"b"}', '{"name":"c"}']);
    expect(all[1]?.references).toEqual(['{"name":"a"}', '{"name":"b"}', '{"name":"c"}']);
    expect(server.paths().sort()).toEqual([
      'GET /schemas/ids/1',
      'GET /schemas/ids/2',
      'GET /subjects/a/versions/1?deleted=true',
      'GET /subjects/b/versions/1?deleted=true',
      'GET /subjects/c/versions/1?deleted=true',
    ]);
  });

  it('ends on references that go in a circle or never end', async () => {
    const server = await serve(({ path }) => {
      const [, n] = /versions\/(\d+)/.exec(path) ?? [];
      const circle = path.includes('ids/1') || path.includes('/r/');
      const subject = circle ? 'r' : 's';
      const version = circle ? 1 : Number(n ?? 0) + 1;
      const references = [{ name: 'x', subject, version }];
      return { json: { subject, version: 1, id: 1, schema: '"x"', references } };
    });
    const registry = createRegistry({ url: server.url });
    expect((await registry.schemaById(1)).references).toEqual(['"x"']);
    expect(await failure(registry.schemaById(2))).toMatchObject({ code: 'INVALID', id: 2 });
    expect(server.heard.length).toBeLessThan(300);
  });

  it('does not ask again for an unknown id until the time is over', async () => {
    const { time, options } = clock();
    const server = await answers({});
    const registry = createRegistry({ url: server.url, ...options });
    for (let i = 0; i < 5; i++) {
      expect(await failure(registry.schemaById(9))).toMatchObject({
        code: 'UNKNOWN_ID',
        id: 9,
        status: 404,
        errorCode: 40403,
        url: server.url,
      });
    }
    expect(server.heard).toHaveLength(1);
    time.ms += 10_001;
    await failure(registry.schemaById(9));
    expect(server.heard).toHaveLength(2);
  });

  it('keeps good schemas through a stream of unknown ids, and bounds both', async () => {
    const server = await answers({ 'GET /schemas/ids/7': { schema: '"string"' } });
    const registry = createRegistry({ url: server.url, cacheSize: 3 });
    await registry.schemaById(7);
    for (const id of [20, 21, 22, 23]) await failure(registry.schemaById(id));
    await registry.schemaById(7);
    await failure(registry.schemaById(20)); // pushed out by the others
    expect(server.paths().filter((path) => path.endsWith('/7'))).toHaveLength(1);
    expect(server.paths().filter((path) => path.endsWith('/20'))).toHaveLength(2);
  });

  it('lets the least recently used schema go first', async () => {
    const server = await serve(({ path }) => ({ json: { schema: `"${path}"` } }));
    const registry = createRegistry({ url: server.url, cacheSize: 2 });
    for (const id of [1, 2, 1, 3, 1, 2]) await registry.schemaById(id);
    expect(server.paths()).toEqual([1, 2, 3, 2].map((id) => `GET /schemas/ids/${id}`));
  });

  it('never asks for an id that no registry can give', async () => {
    const server = await answers({});
    const registry = createRegistry({ url: server.url });
    expect(await failure(registry.schemaById(4_294_967_295))).toMatchObject({ code: 'UNKNOWN_ID' });
    expect(server.heard).toHaveLength(0);
  });

  it('says so when the schema is not Avro', async () => {
    const server = await answers({
      'GET /schemas/ids/3': { schema: 'syntax = "proto3";', schemaType: 'PROTOBUF' },
    });
    const registry = createRegistry({ url: server.url });
    const error = await failure(registry.schemaById(3));
    expect(error).toMatchObject({ code: 'INVALID', id: 3 });
    expect(error.message).toContain('PROTOBUF');
  });

  it('serves what it knows while the registry is away, and recovers', async () => {
    const { options } = clock();
    let up = true;
    const server = await serve(() =>
      up ? { json: { schema: '"int"' } } : { raw: (response) => response.destroy() },
    );
    const registry = createRegistry({ url: server.url, ...options });
    await registry.schemaById(1);
    up = false;
    expect((await registry.schemaById(1)).schema).toBe('"int"');
    expect(await failure(registry.schemaById(2))).toMatchObject({ code: 'UNREACHABLE' });
    up = true;
    expect((await registry.schemaById(2)).schema).toBe('"int"');
  });
});

describe('register and lookup', () => {
  it.each([
    ['register', 'POST /subjects/a%2Fb%20c-value/versions'],
    ['lookup', 'POST /subjects/a%2Fb%20c-value'],
  ] as const)('%s answers the id, and keeps it', async (verb, path) => {
    const server = await answers({ [path]: { id: 12 } });
    const registry = createRegistry({ url: server.url });
    const both = await Promise.all([
      registry[verb]('a/b c-value', '"string"'),
      registry[verb]('a/b c-value', '"string"'),
    ]);
    expect(both).toEqual([12, 12]);
    expect(await registry[verb]('a/b c-value', '"string"')).toBe(12);
    expect(server.heard).toHaveLength(1);
    expect(server.heard[0]).toMatchObject({
      body: '{"schema":"\\"string\\""}',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    });
  });

  it('sends references and asks for normalization', async () => {
    const server = await answers({ 'POST /subjects/s/versions?normalize=true': { id: 1 } });
    const references = [{ name: 'n.A', subject: 'a', version: 2 }];
    await createRegistry({ url: server.url }).register('s', '"n.A"', {
      references,
      normalize: true,
    });
    expect(JSON.parse(server.heard[0]?.body ?? '')).toEqual({ schema: '"n.A"', references });
  });

  it('keeps ids of different questions apart', async () => {
    const server = await serve((_, count) => ({ json: { id: count } }));
    const registry = createRegistry({ url: server.url });
    expect(await registry.register('s', '"int"')).toBe(1);
    expect(await registry.register('s', '"long"')).toBe(2);
    expect(await registry.register('t', '"int"')).toBe(3);
    expect(await registry.lookup('s', '"int"')).toBe(4);
    expect(await registry.register('s', '"int"', { normalize: true })).toBe(5);
  });

  it('asks again after a failure', async () => {
    const server = await serve((_, count) =>
      count === 1
        ? { status: 404, json: { error_code: 40403, message: 'Schema not found' } }
        : { json: { id: 5 } },
    );
    const registry = createRegistry({ url: server.url });
    expect(await failure(registry.lookup('s', '"int"'))).toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
      subject: 's',
    });
    expect(await registry.lookup('s', '"int"')).toBe(5);
  });
});

describe('what the registry says no with', () => {
  const rows: readonly [number, number | undefined, string][] = [
    [401, 401, 'UNAUTHORIZED'],
    [403, 40301, 'UNAUTHORIZED'],
    [404, 40401, 'UNKNOWN_SUBJECT'],
    [404, 40402, 'UNKNOWN_VERSION'],
    [404, 40403, 'SCHEMA_NOT_FOUND'],
    [409, 409, 'INCOMPATIBLE'],
    [409, 40901, 'INCOMPATIBLE'],
    [422, 42201, 'INVALID'],
    [422, 42205, 'READ_ONLY'],
    [400, undefined, 'INVALID'],
    [413, undefined, 'INVALID'],
    [404, undefined, 'GARBAGE'],
    [405, undefined, 'GARBAGE'],
    [302, undefined, 'GARBAGE'],
  ];
  it.each(rows)(
    'status %s, error_code %s is %s, without a retry',
    async (status, error_code, code) => {
      const server = await serve(() => ({ status, json: { error_code, message: 'because' } }));
      const error = await failure(createRegistry({ url: server.url }).register('s', '"int"'));
      expect(error).toMatchObject({ code, status, subject: 's', url: server.url });
      expect(error.errorCode).toBe(error_code);
      expect(error.message).toContain('because');
      expect(server.heard).toHaveLength(1);
    },
  );

  const garbage: readonly [string, Reaction][] = [
    ['HTML', { text: '<html>welcome</html>' }],
    ['nothing', { text: '' }],
    ['half a JSON', { text: '{"id": 1' }],
    ['an array', { json: [1] }],
    ['null', { json: null }],
    ['another object', { json: { schema: 4 } }],
    ['a huge answer', { text: `"${'x'.repeat(8_388_608)}"` }],
  ];
  it.each(garbage)('%s is GARBAGE', async (_, reaction) => {
    const server = await serve(() => reaction);
    const registry = createRegistry({ url: server.url });
    expect(await failure(registry.schemaById(1))).toMatchObject({ code: 'GARBAGE', id: 1 });
    expect(await failure(registry.register('s', '"int"'))).toMatchObject({ code: 'GARBAGE' });
    expect(server.heard).toHaveLength(2);
  });
});
