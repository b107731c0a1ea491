/**
 * What the types keep out and JavaScript lets in: each is one error that says what is to be given,
 * before anything is done with it.
 */
import { hasMethods, isObject, MAX_TIMER_MS, wordFor } from '../runtime/misuse.js';
import { kindOf } from '../runtime/wire/kind-of.js';
import { ProducerError } from './errors.js';

export { hasMethods, isObject, MAX_TIMER_MS };

/** @throws ProducerError `CONFIG` unless `fits` */
export function expect(fits: boolean, what: string, value: unknown, expected: string): void {
  if (fits) return;
  throw new ProducerError('CONFIG', `${what} is ${wordFor(value)}; it must be ${expected}`);
}

/** @throws ProducerError `CONFIG` */
export function checkFunction(what: string, value: unknown): void {
  expect(value === undefined || typeof value === 'function', what, value, 'a function');
}

/** @throws ProducerError `CONFIG` */
export function checkTopic(topic: unknown): void {
  if (isObject(topic) && isTopic(topic)) return;
  const own = "of the generated code, or { name, key: 'bytes', value: 'bytes' }";
  throw new ProducerError('CONFIG', `The topic is ${kindOf(topic)} and not one ${own}`);
}

function isTopic(topic: Partial<Record<string, unknown>>): boolean {
  const { name, key, value, types } = topic;
  if (typeof name !== 'string' || name === '') return false;
  if (!(key === 'string' || key === 'none' || key === 'bytes' || isObject(key))) return false;
  return isObject(value) || value === 'bytes' || isObject(types);
}

/** @throws ProducerError `CONFIG` */
export function checkSignal(call: string, signal: unknown): void {
  const fits =
    signal === undefined || hasMethods(signal, 'addEventListener', 'removeEventListener');
  expect(fits, `${call}: signal`, signal, "an AbortSignal, such as an AbortController's `signal`");
}

/** @throws ProducerError `CONFIG` */
export function checkSource(source: unknown): void {
  const members: { [Symbol.iterator]?: unknown; [Symbol.asyncIterator]?: unknown } = Object(source);
  const gives = [members[Symbol.asyncIterator], members[Symbol.iterator]];
  const fits = typeof source !== 'string' && gives.some((one) => typeof one === 'function');
  const expected = 'an array, a readable stream, or what a generator function returns';
  expect(fits, 'sendFrom: the source', source, expected);
}

/** @throws ProducerError `CONFIG` */
export function checkRange(what: string, value: unknown, range: readonly [number, number]): void {
  const [lowest, highest] = range;
  const fits = typeof value === 'number' && value >= lowest && value <= highest;
  expect(fits, what, value, `from ${lowest} to ${highest}`);
}

/** @throws ProducerError `CONFIG` */
export function checkOffsets(given: unknown): void {
  const call = 'sendOffsets';
  expect(isObject(given), call, given, '{ group, offsets }');
  const { group, offsets }: Partial<Record<string, unknown>> = Object(given);
  const isGroup = typeof group === 'string' ? group !== '' : isMember(group);
  expect(
    isGroup,
    `${call}: group`,
    group,
    "the group's name or { groupId, generationId, memberId }",
  );
  expect(Array.isArray(offsets), `${call}: offsets`, offsets, 'an array');
  // Safe: it is an array, by the line above.
  (offsets as readonly unknown[]).forEach((one, index) => {
    const { topic, partition, offset }: Partial<Record<string, unknown>> = Object(one);
    const at = `${call}: offsets[${index}]`;
    expect(typeof topic === 'string' && topic !== '', `${at}.topic`, topic, "a topic's name");
    const isPartition = Number.isInteger(partition) && Number(partition) >= 0;
    expect(isPartition, `${at}.partition`, partition, 'a whole number from 0');
    expect(typeof offset === 'bigint' && offset >= 0n, `${at}.offset`, offset, 'a bigint from 0n');
  });
}

function isMember(group: unknown): boolean {
  const { groupId, generationId, memberId }: Partial<Record<string, unknown>> = Object(group);
  const isNamed = typeof groupId === 'string' && typeof memberId === 'string';
  return isNamed && typeof generationId === 'number';
}
