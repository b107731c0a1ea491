/** Subjects that the registry associates with a topic, where the generated one does not have the schema. */
import { expect, it } from '@jest/globals';
import { unframe } from '../../runtime/index.js';
import {
  type Answer,
  byClick,
  click,
  failureOf,
  NewClickCodec,
  newClicks,
  scriptedRegistry,
  setUp,
} from './clicks.js';

const NOT_FOUND: Answer = [404, { error_code: 40401, message: 'Subject not found' }];
const ASSOCIATED = 'GET /associations/resources/-/clicks';
const found = (id: number): Answer => [200, { id, version: 1, schema: '"string"' }];

/** Sends one message to a registry that answers by path; what was sent, or why not. */
async function send(script: Readonly<Record<string, Answer>>, register: 'never' | 'allowed') {
  const { registry, asked } = scriptedRegistry((path) => script[path] ?? NOT_FOUND);
  const { producer, transport } = setUp({ registry, register });
  const sending = producer.send(newClicks, { key: null, value: click(1) });
  const failed = failureOf(sending).catch(() => undefined);
  await producer.flush();
  const framed = transport.sent[0]?.messages[0]?.value;
  return { id: framed && unframe(framed).schemaId, error: await failed, asked };
}

const one = (...subjects: readonly unknown[]): Answer => [
  200,
  subjects.map((subject) => ({ subject, resourceName: 'clicks', associationType: 'value' })),
];

it('is followed where the subject of the generated code does not have the schema', async () => {
  const script = {
    '/associations/resources/-/clicks': one('web-clicks'),
    '/subjects/web-clicks': found(9),
  };
  const { id, asked } = await send(script, 'never');
  expect(id).toBe(9);
  expect(asked).toEqual(['POST /subjects/clicks-value', ASSOCIATED, 'POST /subjects/web-clicks']);
});

it('is registered under where that is allowed', async () => {
  const script = {
    '/associations/resources/-/clicks': one('web-clicks'),
    '/subjects/web-clicks/versions': found(10),
  };
  const { id, asked } = await send(script, 'allowed');
  expect(id).toBe(10);
  expect(asked.at(-1)).toBe('POST /subjects/web-clicks/versions');
});

it('is named where it does not have the schema either', async () => {
  const { error } = await send({ '/associations/resources/-/clicks': one('web-clicks') }, 'never');
  expect(error).toMatchObject({ code: 'SCHEMA_UNREGISTERED', subject: 'web-clicks' });
});

it('is not asked for where the generated one does', async () => {
  const { id, asked } = await send({ '/subjects/clicks-value': found(3) }, 'never');
  expect([id, asked]).toEqual([3, ['POST /subjects/clicks-value']]);
});

it.each<[string, Answer]>([
  ['none', one()],
  ['the same', one('clicks-value')],
  ['twice the same', one('clicks-value', 'clicks-value')],
  ['a page of another server', [200, { hello: 'world' }]],
  ['no such path', [404, { error_code: 404, message: 'HTTP 404 Not Found' }]],
  ['no names', one(7)],
])('changes nothing: %s', async (_, answer) => {
  const { error } = await send({ '/associations/resources/-/clicks': answer }, 'never');
  expect(error).toMatchObject({ code: 'SCHEMA_UNREGISTERED', subject: 'clicks-value' });
});

it('of two names is refused', async () => {
  const script = { '/associations/resources/-/clicks': one('a', 'b') };
  const { error } = await send(script, 'allowed');
  expect(error?.message).toContain('several subjects');
  expect(error?.code).toBe('SCHEMA_REFUSED');
});

it.each<[number, boolean]>([
  [500, true],
  [401, false],
  [403, false],
])('that cannot be asked for is no reason to register elsewhere: %d', async (status, retriable) => {
  const answer: Answer = [status, { message: 'not now' }];
  const { error, asked } = await send({ '/associations/resources/-/clicks': answer }, 'allowed');
  expect(error).toMatchObject({ code: 'REGISTRY', retriable, subject: 'clicks-value' });
  expect(error?.message).toContain(ASSOCIATED);
  expect(asked.at(-1)).toBe(ASSOCIATED);
});

it.each<[Answer, string]>([
  [[500, { message: 'down' }], 'REGISTRY'],
  [[422, { error_code: 42201, message: 'no Avro' }], 'SCHEMA_REFUSED'],
])('is named where it answers %j', async (answer, code) => {
  const script = {
    '/associations/resources/-/clicks': one('web-clicks'),
    '/subjects/web-clicks/versions': answer,
  };
  const { error } = await send(script, 'allowed');
  expect(error).toMatchObject({ code, subject: 'web-clicks' });
  expect(error?.message).toContain('"web-clicks"');
});

it('belongs to one topic, though two share a subject', async () => {
  const { registry } = scriptedRegistry((path) => {
    if (path.startsWith('/associations')) return one(`of-${path.split('/').at(-1)}`);
    return path === '/subjects/of-a' ? found(1) : path === '/subjects/of-b' ? found(2) : NOT_FOUND;
  });
  const { producer, transport } = setUp({ registry, register: 'never' });
  const topics = ['a', 'b'].map((name) => ({ ...newClicks, name, subjects: { value: 'shared' } }));
  const sent = topics.map((topic) => producer.send(topic, { key: null, value: click(1) }));
  await producer.flush();
  await Promise.all(sent);
  const ids = transport.sent.map(({ topic, messages: [message] }) => [
    topic,
    message?.value && unframe(message.value).schemaId,
  ]);
  expect(Object.fromEntries(ids)).toEqual({ a: 1, b: 2 });
});

it('is asked for now and then, not for each batch', async () => {
  const { registry, asked } = scriptedRegistry((path) =>
    path.startsWith('/associations') ? one() : NOT_FOUND,
  );
  const { producer, clock } = setUp({ registry, register: 'never' });
  const fail = async () => {
    const failed = failureOf(producer.send(newClicks, { key: null, value: click(1) }));
    await producer.flush();
    expect((await failed).code).toBe('SCHEMA_UNREGISTERED');
  };
  for (let i = 0; i < 3; i++) await fail();
  const counted = () => asked.filter((line) => line === ASSOCIATED).length;
  expect([counted(), asked.length]).toEqual([1, 4]);
  await clock.advance(10_000);
  await fail();
  expect(counted()).toBe(2);
});

it('is that of the key for a key', async () => {
  const { registry, asked } = scriptedRegistry(() => NOT_FOUND);
  const { producer } = setUp({ registry, register: 'never' });
  const topic = { ...byClick, key: NewClickCodec };
  const failed = failureOf(producer.send(topic, { key: click(1), value: null }));
  await producer.flush();
  expect((await failed).subject).toBe('by-click-key');
  expect(asked).toEqual(['POST /subjects/by-click-key', 'GET /associations/resources/-/by-click']);
});
