/** Bytes that go on as they came. */
import { expect, it } from '@jest/globals';
import type { RawTopic } from '../../producer/index.js';
import { SCHEMA_ID_HEADERS } from '../../runtime/index.js';
import { failureOf, setUp } from './clicks.js';

const letters: RawTopic = { name: 'letters', key: 'bytes', value: 'bytes' };
const bytes = Uint8Array.of(9, 0, 255);

it('sends bytes as they are, and asks no registry', async () => {
  const { producer, transport, clock } = setUp({ strictFields: true, framing: 'header-id' });
  const value = Uint8Array.from(bytes);
  const id = Uint8Array.of(0, 0, 0, 0, 7);
  const headers = { trace: ['abc', bytes], [SCHEMA_ID_HEADERS.value]: id };
  const sending = producer.sendAll(letters, [
    { key: bytes, value, headers },
    { key: null, value: null },
  ]);
  // What was given may be used for something else at once.
  value.fill(1);
  await clock.advance(0);
  expect(await sending).toMatchObject([{ topic: 'letters', offset: 0n }, { offset: 1n }]);
  const [first, second] = transport.sent[0]?.messages ?? [];
  expect(first).toMatchObject({ key: bytes, value: bytes });
  expect(first?.headers).toEqual([
    ['trace', new TextEncoder().encode('abc')],
    ['trace', bytes],
    [SCHEMA_ID_HEADERS.value, id],
  ]);
  expect(second).toMatchObject({ key: null, value: null });
});

it.each([
  ['text', 'value: expected a Uint8Array or null, got string', { key: null, value: 'x' }],
  ['nothing', 'value: expected a Uint8Array or null, got undefined', { key: null }],
  ['no key', 'key: expected a Uint8Array or null, got undefined', { value: bytes }],
])('refuses %s from JavaScript', async (_, problem, message) => {
  const { producer } = setUp();
  const error = await failureOf(producer.send(letters, message as never));
  expect(error).toMatchObject({ code: 'ENCODE', topic: 'letters' });
  expect(error.message).toBe(`Nothing was sent to "letters": ${problem}`);
});
