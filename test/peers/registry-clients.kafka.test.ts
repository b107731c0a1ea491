/**
 * The clients that Confluent makes, unchanged, against the dev registry: @confluentinc/schemaregistry
 * for Node and confluent-kafka for Python. They need no broker; these tests are in project `kafka`
 * because it is the one that needs Python.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHandler, on } from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { type RegistryServer, startRegistry } from '../../local/registry/server.js';
import { createProducer } from '../../producer/index.js';
import { createRegistry, createSubjects, unframe } from '../../runtime/index.js';
import type { UserClick } from '../frozen/generated/com/mycompany/events/UserClick.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { uniqueName } from '../kafka-broker.js';
import { headerOf, ScriptedTransport } from '../producer/clicks.js';
import { startConfluent } from './confluent/confluent.js';
import { startPythonRegistry } from './python/python.js';
import type { RegistryClient, RegistryTask } from './registry-client.js';

const INSTALL_TIMEOUT_MS = 11 * 60 * 1000;
const USER = { username: 'key', password: 's:cret' };
const PROJECT_SCHEMA = readFileSync(
  new URL('../frozen/schemas/com/mycompany/events/user_click.avsc', import.meta.url),
  'utf8',
);

const record = (...fields: readonly object[]): string =>
  JSON.stringify({ type: 'record', name: 'Click', namespace: 'n', fields });
const url = { name: 'url', type: 'string' };
const V1 = record(url);
const V2 = record(url, { name: 'from', type: 'string', default: '' });
const V1_BROKEN = record({ name: 'url', type: 'int' });

let server: RegistryServer;
beforeAll(async () => {
  server = await startRegistry({ auth: USER });
});
afterAll(() => server?.stop());

describe.each([
  { name: '@confluentinc/schemaregistry', start: startConfluent },
  { name: 'confluent-kafka', start: startPythonRegistry },
])('$name', ({ start }) => {
  let client: RegistryClient;
  let subject: string;
  beforeAll(async () => {
    client = await start({ url: server.url, ...USER });
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => client?.stop());
  beforeEach(() => {
    subject = uniqueName('subject');
  });

  /** What the client answers; an error is one of the test's. */
  async function answer(task: RegistryTask): Promise<unknown> {
    const said = await client.ask(task);
    if ('error' in said) throw new Error(JSON.stringify(said.error));
    return said.answer;
  }
  const refused = (status: number, code: number) => ({
    error: { status, code, message: expect.any(String) },
  });

  it('registers once, looks up and lists', async () => {
    const id = await answer({ do: 'register', subject, schema: V1 });
    expect(id).toEqual(expect.any(Number));
    expect(await answer({ do: 'register', subject, schema: V1 })).toBe(id);
    expect(await answer({ do: 'lookup', subject, schema: V1 })).toBe(id);
    expect(await answer({ do: 'schema', subject, id: Number(id) })).toEqual({
      schema: V1,
      references: [],
    });
    expect(await answer({ do: 'latest', subject })).toEqual({ id, version: 1 });
    expect(await answer({ do: 'version', subject, version: 1 })).toEqual({ id, version: 1 });
    expect(await answer({ do: 'versions', subject })).toEqual([1]);
    expect(await answer({ do: 'subjects' })).toEqual(expect.arrayContaining([subject]));
  });

  it('evolves, and is refused what is not compatible', async () => {
    await answer({ do: 'register', subject, schema: V1 });
    expect(await answer({ do: 'compatible', subject, schema: V2 })).toBe(true);
    await answer({ do: 'register', subject, schema: V2 });
    expect(await answer({ do: 'versions', subject })).toEqual([1, 2]);
    expect(await answer({ do: 'compatible', subject, schema: V1_BROKEN })).toBe(false);
    expect(await client.ask({ do: 'register', subject, schema: V1_BROKEN })).toEqual(
      refused(409, 409),
    );
  });

  it('sets and reads levels', async () => {
    expect(await answer({ do: 'level' })).toBe('BACKWARD');
    await answer({ do: 'register', subject, schema: V1 });
    await answer({ do: 'setLevel', subject, level: 'NONE' });
    expect(await answer({ do: 'level', subject })).toBe('NONE');
    await answer({ do: 'register', subject, schema: V1_BROKEN });
    expect(await answer({ do: 'versions', subject })).toEqual([1, 2]);
    expect(await client.ask({ do: 'setLevel', subject, level: 'SOME' })).toEqual(
      refused(422, 42203),
    );
  });

  it('deletes, softly and for good', async () => {
    await answer({ do: 'register', subject, schema: V1 });
    await answer({ do: 'register', subject, schema: V2 });
    const second = { do: 'deleteVersion', subject, version: 2 } as const;
    expect(await client.ask({ ...second, permanent: true })).toEqual(refused(404, 40407));
    expect(await answer({ ...second, permanent: false })).toBe(2);
    expect(await client.ask({ do: 'version', subject, version: 2 })).toEqual(refused(404, 40402));
    expect(await answer({ ...second, permanent: true })).toBe(2);
    expect(await answer({ do: 'deleteSubject', subject, permanent: false })).toEqual([1]);
    expect(await client.ask({ do: 'versions', subject })).toEqual(refused(404, 40401));
    expect(await answer({ do: 'deleteSubject', subject, permanent: true })).toEqual([1]);
  });

  it('is told what is unknown or invalid, and who may not ask', async () => {
    expect(await client.ask({ do: 'latest', subject })).toEqual(refused(404, 40401));
    expect(await client.ask({ do: 'lookup', subject, schema: V1 })).toEqual(refused(404, 40401));
    await answer({ do: 'register', subject, schema: V1 });
    expect(await client.ask({ do: 'lookup', subject, schema: V2 })).toEqual(refused(404, 40403));
    expect(await client.ask({ do: 'schema', subject, id: 2_000_000 })).toEqual(refused(404, 40403));
    const nonsense = { do: 'register', subject, schema: '{"type":"nonsense"}' } as const;
    expect(await client.ask(nonsense)).toEqual(refused(422, 42201));
    const stranger = await start({ url: server.url, username: 'key', password: 'wrong' });
    try {
      expect(await stranger.ask({ do: 'subjects' })).toMatchObject({ error: { status: 401 } });
    } finally {
      await stranger.stop();
    }
  });

  it('registers references that our client follows', async () => {
    const city = { name: 'city', type: 'string' };
    const address = JSON.stringify({ type: 'record', name: 'n.Address', fields: [city] });
    const home = { name: 'home', type: 'Address' };
    const user = JSON.stringify({ type: 'record', name: 'User', namespace: 'n', fields: [home] });
    const references = [{ name: 'n.Address', subject: `${subject}-address`, version: 1 }];
    const whole = { subject, schema: user, references };
    expect(await client.ask({ do: 'register', subject, schema: user })).toEqual(
      refused(422, 42201),
    );
    await answer({ do: 'register', subject: `${subject}-address`, schema: address });
    const id = Number(await answer({ do: 'register', ...whole }));
    expect(await answer({ do: 'lookup', ...whole })).toBe(id);
    expect(await answer({ do: 'schema', subject, id })).toMatchObject({ references });
    const found = await createRegistry({ url: server.url, auth: USER }).schemaById(id);
    expect(found.references).toHaveLength(1);
  });

  const topic = (): typeof userClicksAvro => ({
    ...userClicksAvro,
    name: subject,
    subjects: { value: `${subject}-value` },
  });
  const at = 1_700_000_000_123;

  it('writes what our handler reads', async () => {
    const value = { user_id: 'u', url: 'https://example.com/ü', timestamp: at };
    const write = { do: 'write', topic: subject, schema: PROJECT_SCHEMA, value } as const;
    const hex = String(await answer(write));
    const seen: UserClick[] = [];
    const handler = createHandler({
      registry: createRegistry({ url: server.url, auth: USER }),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      routes: [on(topic(), (click) => void seen.push(click))],
    });
    await handler(mskEvent([{ topic: subject, value: Buffer.from(hex, 'hex') }]));
    expect(seen).toEqual([{ ...value, timestamp: new Date(at) }]);
  });

  it('writes a GUID into a header, which our handler reads', async () => {
    const value = { user_id: 'u', url: 'https://example.com/ü', timestamp: at };
    const write = { do: 'writeHeader', topic: subject, schema: PROJECT_SCHEMA, value } as const;
    // Safe: it is what the task answers.
    const written = (await answer(write)) as { hex: string; headers: Record<string, string> };
    expect(Object.keys(written.headers)).toEqual(['__value_schema_id']);
    const seen: unknown[] = [];
    const handler = createHandler({
      registry: createRegistry({ url: server.url, auth: USER }),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      routes: [on(topic(), (click, { schemaGuid }) => void seen.push([click, schemaGuid]))],
    });
    const headers = Object.entries(written.headers).map(
      ([name, hex]) => [name, Buffer.from(hex, 'hex')] as const,
    );
    await handler(mskEvent([{ topic: subject, value: Buffer.from(written.hex, 'hex'), headers }]));
    const guid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(seen).toEqual([[{ ...value, timestamp: new Date(at) }, guid]]);
  });

  it.each(['header-guid', 'header-id'] as const)(
    'reads the %s of our producer',
    async (framing) => {
      const transport = new ScriptedTransport();
      const registry = createRegistry({ url: server.url, auth: USER });
      const producer = createProducer({ transport, registry, register: 'allowed', framing });
      const value = { user_id: 'u', url: 'https://example.com/ü', timestamp: new Date(at) };
      await producer.send(topic(), { key: 'u', value });
      await producer.close();
      const [message] = transport.sent[0]?.messages ?? [];
      const hexOf = (bytes: Uint8Array | null | undefined) =>
        Buffer.from(bytes ?? []).toString('hex');
      const headers = {
        __value_schema_id: hexOf(message && headerOf(message, '__value_schema_id')),
      };
      const read = { do: 'read', topic: subject, hex: hexOf(message?.value), headers } as const;
      expect(await answer(read)).toEqual({ ...value, timestamp: at });
    },
  );

  it('finds the subject that a topic is associated with', async () => {
    // In other words than the topic's own subject would have it.
    const schema = JSON.stringify({ ...JSON.parse(PROJECT_SCHEMA), doc: 'Associated.' });
    await answer({ do: 'register', subject, schema });
    const login = Buffer.from(`${USER.username}:${USER.password}`).toString('base64');
    const name = uniqueName('topic');
    const associated = await fetch(`${server.url}/associations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${login}` },
      body: JSON.stringify({
        ...{ resourceName: name, resourceNamespace: 'lkc-1', resourceId: `lkc-1:${name}` },
        associations: [{ subject, associationType: 'value', lifecycle: 'WEAK' }],
      }),
    });
    expect(associated.status).toBe(200);
    const value = { user_id: 'u', url: 'https://example.com/ü', timestamp: at };
    const write = { do: 'write', topic: name, schema: PROJECT_SCHEMA, value } as const;
    const { schemaId } = unframe(Buffer.from(String(await answer(write)), 'hex'));
    const subjects = createSubjects(createRegistry({ url: server.url, auth: USER }));
    const held = (await subjects.versions(subject)).map((one) => subjects.version(subject, one));
    expect((await Promise.all(held)).map(({ id }) => id)).toContain(schemaId);
  });

  it('reads what our producer writes', async () => {
    const transport = new ScriptedTransport();
    const registry = createRegistry({ url: server.url, auth: USER });
    const producer = createProducer({ transport, registry, register: 'allowed' });
    const value = { user_id: 'u', url: 'https://example.com/ü', timestamp: new Date(at) };
    await producer.send(topic(), { key: 'u', value });
    await producer.close();
    const framed = transport.sent[0]?.messages[0]?.value ?? new Uint8Array();
    const hex = Buffer.from(framed).toString('hex');
    expect(await answer({ do: 'read', topic: subject, hex })).toEqual({ ...value, timestamp: at });
  });
});
