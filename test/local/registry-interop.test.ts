/** The dev registry and our client against the client that most Node projects have. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createRegistry } from '../../runtime/registry/client.js';
import { createSubjects } from '../../runtime/registry/subjects.js';
import { unframe } from '../../runtime/wire/frame.js';

let server: RegistryServer;
beforeAll(async () => {
  server = await startRegistry({ auth: { username: 'u', password: 'p' } });
});
afterAll(() => server.stop());

const peer = (): SchemaRegistry =>
  new SchemaRegistry({ host: server.url, auth: { username: 'u', password: 'p' } });
const ours = () => createRegistry({ url: server.url, auth: { username: 'u', password: 'p' } });

const clickText = JSON.stringify({
  type: 'record',
  name: 'Click',
  namespace: 'com.example',
  fields: [
    { name: 'url', type: 'string' },
    { name: 'at', type: 'long' },
  ],
});
const click = { type: SchemaType.AVRO, schema: clickText } as const;

describe('@kafkajs/confluent-schema-registry 4.1.0', () => {
  it('registers and reads what it wrote', async () => {
    const registry = peer();
    const { id } = await registry.register(click, { subject: 'clicks-value' });
    const message = await registry.encode(id, { url: '/', at: 3 });
    expect(await peer().decode(message)).toEqual({ url: '/', at: 3 });
    expect(await registry.getLatestSchemaId('clicks-value')).toBe(id);
    expect(await registry.getRegistryId('clicks-value', 1)).toBe(id);
    expect(await registry.getRegistryIdBySchema('clicks-value', click)).toBe(id);
  });

  it('writes what we find the schema of', async () => {
    const registry = peer();
    const { id } = await registry.register(click, { subject: 'theirs-value' });
    const message = await registry.encode(id, { url: '/', at: 3 });
    const found = await ours().schemaById(unframe(message).schemaId);
    expect(found).toEqual({ id, schema: clickText, references: [] });
  });

  it('reads with the schema that we registered', async () => {
    const id = await ours().register('ours-value', clickText);
    expect(await ours().lookup('ours-value', clickText)).toBe(id);
    const message = await peer().encode(id, { url: '/a', at: 4 });
    expect(await peer().decode(message)).toEqual({ url: '/a', at: 4 });
  });

  it('follows references', async () => {
    const address =
      '{"type":"record","name":"Address","namespace":"n","fields":[{"name":"city","type":"string"}]}';
    const user =
      '{"type":"record","name":"User","namespace":"n","fields":[{"name":"home","type":"n.Address"}]}';
    const references = [{ name: 'n.Address', subject: 'address', version: 1 }];
    const registry = peer();
    await registry.register({ type: SchemaType.AVRO, schema: address }, { subject: 'address' });
    const { id } = await registry.register(
      { type: SchemaType.AVRO, schema: user, references },
      { subject: 'user' },
    );
    const message = await registry.encode(id, { home: { city: 'Bern' } });
    expect(await peer().decode(message)).toEqual({ home: { city: 'Bern' } });
    // The text is canonical: within its own namespace a name is short.
    const schema = user.replace('"n.Address"', '"Address"');
    expect(await ours().schemaById(id)).toEqual({ id, schema, references: [address] });
    expect(await ours().register('user', user, { references })).toBe(id);
  });

  it('is told about incompatible, unknown and unauthorized', async () => {
    const registry = peer();
    await registry.register(click, { subject: 'strict-value' });
    const other = clickText.replace('"long"', '"string"');
    await expect(
      registry.register({ ...click, schema: other }, { subject: 'strict-value' }),
    ).rejects.toMatchObject({ status: 409 });
    await expect(registry.getSchema(999)).rejects.toMatchObject({ status: 404 });
    const stranger = new SchemaRegistry({ host: server.url });
    await expect(stranger.getSchema(1)).rejects.toMatchObject({ status: 401, unauthorized: true });
  });

  it('sets the level that we read', async () => {
    await peer().register(click, {
      subject: 'level-value',
      compatibility: COMPATIBILITY.FULL_TRANSITIVE,
    });
    const subjects = createSubjects(ours());
    expect(await subjects.level('level-value')).toBe('FULL_TRANSITIVE');
    await subjects.setLevel('NONE', 'level-value');
    await expect(
      peer().register(click, { subject: 'level-value', compatibility: COMPATIBILITY.BACKWARD }),
    ).rejects.toThrow(/compatibility/i);
  });
});

describe('our client', () => {
  it('does with the dev registry all that it can', async () => {
    const registry = ours();
    const subjects = createSubjects(registry);
    const first = await registry.register('all-value', clickText);
    const wider = clickText.replace(
      '"fields":[',
      '"fields":[{"name":"from","type":["null","string"],"default":null},',
    );
    expect(await subjects.compatibility('all-value', wider)).toEqual({
      compatible: true,
      messages: [],
    });
    const second = await registry.register('all-value', wider);
    expect(second).not.toBe(first);
    expect(await subjects.versions('all-value')).toEqual([1, 2]);
    expect(await subjects.latest('all-value')).toMatchObject({ version: 2, id: second });
    expect(await subjects.version('all-value', 1)).toMatchObject({ id: first, schema: clickText });
    expect(await subjects.list()).toContain('all-value');
    const narrower = clickText.replace('"long"', '"int"');
    expect(await subjects.compatibility('all-value', narrower)).toMatchObject({
      compatible: false,
    });
    await expect(registry.register('all-value', narrower)).rejects.toMatchObject({
      code: 'INCOMPATIBLE',
      subject: 'all-value',
    });
    await expect(registry.register('all-value', '{"type":"nope"}')).rejects.toMatchObject({
      code: 'INVALID',
    });
    await expect(registry.lookup('all-value', narrower)).rejects.toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
    });
    await expect(registry.lookup('none', narrower)).rejects.toMatchObject({
      code: 'UNKNOWN_SUBJECT',
    });
    await expect(subjects.version('all-value', 9)).rejects.toMatchObject({
      code: 'UNKNOWN_VERSION',
    });
    await expect(registry.schemaById(99)).rejects.toMatchObject({ code: 'UNKNOWN_ID' });
    const stranger = createRegistry({ url: server.url });
    await expect(stranger.schemaById(1)).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is told that a subject is read-only', async () => {
    const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    const mode = await fetch(`${server.url}/mode/frozen-value`, {
      method: 'PUT',
      headers: { authorization, 'content-type': 'application/json' },
      body: '{"mode":"READONLY"}',
    });
    expect(mode.status).toBe(200);
    await expect(ours().register('frozen-value', clickText)).rejects.toMatchObject({
      code: 'READ_ONLY',
    });
  });
});
