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
  ['no right to ask', [403, { error_code: 40301, message: 'User is denied' }]],
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

it('that cannot be asked for is no reason to register elsewhere', async () => {
  const down: Answer = [500, { error_code: 50001, message: 'down' }];
  const { error, asked } = await send({ '/associations/resources/-/clicks': down }, 'allowed');
  expect(error).toMatchObject({ code: 'REGISTRY', retriable: true });
  expect(asked.at(-1)).toBe(ASSOCIATED);
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
