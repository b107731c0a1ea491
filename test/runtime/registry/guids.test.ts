/** Schemas by GUID, which are the same in every registry, and the GUIDs of schemas. */
import { describe, expect, it } from '@jest/globals';
import { createRegistry, RegistryError } from '../../../runtime/registry/client.js';
import { loopbacks, type Reaction } from './loopback.js';

const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';
const PATH = `GET /schemas/guids/${GUID}`;

const serve = loopbacks();

/** A registry of fixed answers by method and path. */
const answers = (table: Readonly<Record<string, Reaction>>) =>
  serve(({ method, path }) => table[`${method} ${path}`] ?? UNKNOWN);

const UNKNOWN: Reaction = {
  status: 404,
  json: { error_code: 40403, message: 'Schema not found' },
};

async function failure(work: Promise<unknown> | undefined): Promise<RegistryError> {
  const error = await work?.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof RegistryError) return error;
  throw new Error(`expected a RegistryError, got ${String(error)}`);
}

describe('schemaByGuid', () => {
  it('answers the schema and what it refers to, once for many that ask', async () => {
    const reference = { name: 'n.City', subject: 'city', version: 2 };
    const server = await answers({
      [PATH]: { json: { guid: GUID, schema: '"n.City"', references: [reference] } },
      'GET /subjects/city/versions/2?deleted=true': { json: { schema: '{"name":"n.City"}' } },
    });
    const registry = createRegistry({ url: server.url });
    const all = await Promise.all(Array.from({ length: 100 }, () => registry.schemaByGuid?.(GUID)));
    const whole = { schema: '"n.City"', references: ['{"name":"n.City"}'] };
    expect(new Set(all)).toEqual(new Set([whole]));
    expect(await registry.schemaByGuid?.(GUID)).toEqual(whole);
    expect(server.paths()).toEqual([PATH, 'GET /subjects/city/versions/2?deleted=true']);
  });

  it('does not ask again for a while for one that is unknown', async () => {
    const server = await answers({});
    let now = 0;
    const registry = createRegistry({ url: server.url, now: () => now });
    const unknown = { code: 'UNKNOWN_ID', guid: GUID, status: 404 };
    expect(await failure(registry.schemaByGuid?.(GUID))).toMatchObject(unknown);
    expect(await failure(registry.schemaByGuid?.(GUID))).toMatchObject(unknown);
    expect(server.paths()).toEqual([PATH]);
    now = 10_001;
    await failure(registry.schemaByGuid?.(GUID));
    expect(server.paths()).toEqual([PATH, PATH]);
  });

  it.each(['', '7', '../subjects', GUID.toUpperCase(), `${GUID}?x`])(
    'never asks for %p',
    async (text) => {
      const server = await answers({});
      const registry = createRegistry({ url: server.url });
      expect(await failure(registry.schemaByGuid?.(text))).toMatchObject({ code: 'UNKNOWN_ID' });
      expect(server.paths()).toEqual([]);
    },
  );

  it('says that a registry may have no GUIDs', async () => {
    const json = { error_code: 404, message: 'HTTP 404 Not Found' };
    const server = await answers({ [PATH]: { status: 404, json } });
    const error = await failure(createRegistry({ url: server.url }).schemaByGuid?.(GUID));
    expect(error).toMatchObject({ code: 'UNKNOWN_ID', guid: GUID });
    expect(error.message).toContain('it knows no GUIDs');
  });

  it.each([
    ['PROTOBUF', 'message indexes and Protobuf'],
    ['JSON', 'JSON text'],
    ['THRIFT', 'is THRIFT, not AVRO'],
  ])('says what the messages of a schema in %s are', async (schemaType, says) => {
    const json = { schema: '{}', schemaType };
    const server = await answers({ [PATH]: { json }, 'GET /schemas/ids/7': { json } });
    const registry = createRegistry({ url: server.url });
    for (const asked of [registry.schemaByGuid?.(GUID), registry.schemaById(7)]) {
      const error = await failure(asked);
      expect(error.code).toBe('INVALID');
      expect(error.message).toContain(says);
    }
  });
});

describe('guid', () => {
  const LOOKUP = 'POST /subjects/s';
  const REGISTER = 'POST /subjects/s/versions';

  it('is what looking up told, in one request for both', async () => {
    const server = await answers({ [LOOKUP]: { json: { id: 3, guid: GUID } } });
    const registry = createRegistry({ url: server.url });
    expect(
      await Promise.all([registry.lookup('s', '"int"'), registry.guid?.('s', '"int"')]),
    ).toEqual([3, GUID]);
    expect(server.paths()).toEqual([LOOKUP]);
  });

  it('is what registering told', async () => {
    const server = await answers({ [REGISTER]: { json: { id: 3, guid: GUID } } });
    const registry = createRegistry({ url: server.url });
    expect(await registry.register('s', '"int"')).toBe(3);
    expect(await registry.guid?.('s', '"int"')).toBe(GUID);
    expect(server.paths()).toEqual([REGISTER]);
  });

  it('is looked up where registering told only the id, and of the same options', async () => {
    const server = await answers({
      [REGISTER]: { json: { id: 3 } },
      [LOOKUP]: { json: { id: 3, guid: GUID } },
      [`${LOOKUP}?normalize=true`]: { json: { id: 4, guid: GUID.replace('4', '5') } },
    });
    const registry = createRegistry({ url: server.url });
    await registry.register('s', '"int"');
    expect(await registry.guid?.('s', '"int"')).toBe(GUID);
    expect(await registry.guid?.('s', '"int"', { normalize: true })).not.toBe(GUID);
    expect(server.paths()).toEqual([REGISTER, LOOKUP, `${LOOKUP}?normalize=true`]);
  });

  it.each([undefined, null, 7, 'none', GUID.replaceAll('-', '')])(
    'is none where the registry tells %p',
    async (guid) => {
      const server = await answers({ [LOOKUP]: { json: { id: 3, guid } } });
      const registry = createRegistry({ url: server.url });
      expect(await registry.guid?.('s', '"int"')).toBeUndefined();
      expect(await registry.lookup('s', '"int"')).toBe(3);
    },
  );
});
