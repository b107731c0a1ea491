/** The events of the runner's soak: what stands at which offset is known without looking. */
import type { Producer } from 'kafkajs';
import { frame } from '../../runtime/index.js';
import {
  type UserClick,
  UserClickCodec,
} from '../frozen/generated/com/mycompany/events/UserClick.js';

export const PARTITIONS = 12;
const KEYS_OF_PARTITION = 40;
const START_MS = Date.UTC(2026, 0, 1);
/** Messages of one partition in a request. */
const TOGETHER = 500;

/** The first half of each partition is written with the schema that the members have, the rest with a later one. */
export const SCHEMA_IDS = { first: 1, second: 2 } as const;

/** What {@link SCHEMA_IDS}`.second` has besides, and its bytes for null. */
const ADDED_FIELD = { name: 'referrer', type: ['null', 'string'], default: null };
const NULL = Buffer.of(0);

export function secondSchema(): string {
  // The project's own schema, a record.
  const schema = JSON.parse(UserClickCodec.schema) as { readonly fields: readonly object[] };
  return JSON.stringify({ ...schema, fields: [...schema.fields, ADDED_FIELD] });
}

/** Whose event it is, and which of that key's it is, from 0. */
export interface Sequenced {
  readonly key: number;
  readonly seq: number;
}

/** How many events each partition has, of so many in all. */
export function eventsOfPartition(events: number): number {
  return Math.ceil(events / PARTITIONS);
}

export function sequencedAt(partition: number, offset: number): Sequenced {
  const key = partition + PARTITIONS * (offset % KEYS_OF_PARTITION);
  return { key, seq: Math.floor(offset / KEYS_OF_PARTITION) };
}

/** What a click says of itself. */
export function sequencedOf({ user_id, url }: UserClick): Sequenced {
  return { key: lastNumber(user_id), seq: lastNumber(url) };
}

function lastNumber(text: string): number {
  return Number(/\d+$/.exec(text)?.[0] ?? -1);
}

function messageAt(partition: number, offset: number, half: number) {
  const { key, seq } = sequencedAt(partition, offset);
  const user = `user-${key}`;
  const body = UserClickCodec.encode({
    user_id: user,
    url: `https://example.com/pages/${seq}`,
    timestamp: new Date(START_MS + offset),
  });
  const value =
    offset < half
      ? frame(SCHEMA_IDS.first, body)
      : frame(SCHEMA_IDS.second, Buffer.concat([body, NULL]));
  return { key: user, value: Buffer.from(value), partition };
}

/** Writes the events of all partitions in turns. */
export async function writeEvents(producer: Producer, topic: string, events: number) {
  const each = eventsOfPartition(events);
  for (let from = 0; from < each; from += TOGETHER) {
    const count = Math.min(TOGETHER, each - from);
    const messages = Array.from({ length: count * PARTITIONS }, (_, n) =>
      messageAt(n % PARTITIONS, from + Math.floor(n / PARTITIONS), each / 2),
    );
    await producer.send({ topic, messages });
  }
}
