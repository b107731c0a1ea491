import { deepEqual, ok } from 'node:assert/strict';
import type { Outcome, OutgoingMessage, ProducerError, Transport } from '../../producer/index.js';
import type { ContractRecord, ContractSubject } from './subject.js';

/** Time that a send has where nothing is to go wrong, in milliseconds. */
export const TIME = { timeoutMs: 30_000 };
/** A wait that is longer hangs, in milliseconds. */
const HANGS_MS = 20_000;

/** Opens a transport, does something with it, and disconnects it. */
export async function using(transport: Transport, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } finally {
    await transport.disconnect();
  }
}

/** Of messages whose time does not matter; brokers delete old ones. */
const NOW_MS = Date.now();

export function message(value: string, more: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return { key: null, value: bytes(value), headers: [], timestampMs: NOW_MS, ...more };
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function numbered(count: number, from = 0): readonly OutgoingMessage[] {
  return Array.from({ length: count }, (_, n) => message(`m${from + n}`));
}

/** The values of one partition by offset, as text. */
export async function valuesOf(
  subject: ContractSubject,
  topic: string,
  partition = 0,
): Promise<readonly string[]> {
  return (await recordsOf(subject, topic, partition)).map(({ value }) => text(value));
}

export async function recordsOf(
  subject: ContractSubject,
  topic: string,
  partition = 0,
): Promise<readonly ContractRecord[]> {
  const records = await subject.read(topic);
  return records
    .filter((one) => one.partition === partition)
    .sort((a, b) => Number(a.offset - b.offset));
}

export function text(value: Uint8Array | null): string {
  return value === null ? 'null' : new TextDecoder().decode(value);
}

/** All were delivered to a partition, from an offset on. */
export function delivered(outcomes: readonly Outcome[], count: number, from = 0, partition = 0) {
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed?.error !== undefined) throw failed.error;
  deepEqual(
    outcomes.map((outcome) => outcome.error === undefined && [outcome.partition, outcome.offset]),
    Array.from({ length: count }, (_, n) => [partition, BigInt(from + n)]),
    'an outcome for each message, in order, with partition and offset',
  );
}

/** None was delivered; answers the error of the first. */
export function undelivered(outcomes: readonly Outcome[], count: number): ProducerError {
  ok(outcomes.length === count, `${count} outcomes, not ${outcomes.length}`);
  for (const { error } of outcomes) ok(error !== undefined, 'it is told to be delivered');
  const error = outcomes[0]?.error;
  if (error === undefined) throw new Error('there is no outcome');
  return error;
}

/** What it throws, by code. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    const { code }: { code?: unknown } = Object(error);
    return code;
  }
  throw new Error('it did not fail');
}

/** Fails where no answer comes. */
export async function inTime<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer came`)), HANGS_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends numbered messages in batches of two, as many at a time as the transport says; each is delivered. */
export async function sendPairs(
  transport: Transport,
  topic: string,
  batches: number,
): Promise<void> {
  const { maxInFlight = 1 } = transport;
  for (let first = 0; first < batches; first += maxInFlight) {
    const sends = Array.from({ length: maxInFlight }, (_, n) =>
      transport.send({ topic, partition: 0 }, numbered(2, 2 * (first + n)), TIME),
    );
    for (const [n, send] of sends.entries()) delivered(await send, 2, 2 * (first + n));
  }
}

/** A topic has these numbered messages, at least so many, once and in order. */
export async function holdsInOrder(
  subject: ContractSubject,
  topic: string,
  least: number,
): Promise<void> {
  const values = await valuesOf(subject, topic);
  const expected = numbered(values.length).map(({ value }) => text(value));
  deepEqual(values, expected);
  ok(values.length >= least, `${least} messages, not ${values.length}`);
}
