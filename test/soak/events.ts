/** What the topic is filled with, and what it then has. */

import { createProducer, kafkajsTransport } from '../../producer/index.js';
import type { Draws } from '../chaos/draws.js';
import { readWhole } from '../kafka-reader.js';
import { contentOf, POISON } from './poison.js';
import { soakRegistry } from './topic.js';

export const GOOD = 'good';
/** Of all events; every kind of poison has its equal part. */
const POISON_SHARE = 0.01;
const KEYS = 200;
/** Events that are sent together. */
const CHUNK = 2_000;
/** Says which kind an event is of. */
const KIND_HEADER = 'soak.kind';

/** An event as the topic has it. */
export interface StoredEvent {
  readonly partition: number;
  readonly offset: number;
  /** {@link GOOD}, or a kind of `POISON`. */
  readonly kind: string;
  readonly key: Buffer | null;
  /** Of good ones only what is needed is kept: nothing. */
  readonly value: Buffer | null;
}

/** The kind of each event, in the order in which they are sent. */
export function plan(count: number, draws: Draws): readonly string[] {
  const kinds = new Array<string>(count).fill(GOOD);
  const poison = Object.keys(POISON);
  let left = Math.round(count * POISON_SHARE);
  while (left > 0) {
    const event = draws.whole(0, count - 1);
    if (kinds[event] !== GOOD) continue;
    kinds[event] = poison[left % poison.length] ?? GOOD;
    left -= 1;
  }
  return kinds;
}

/** Sends in the order of the plan, as bytes: each key's partition has its events in that order. */
export async function fill(brokers: string, name: string, kinds: readonly string[]): Promise<void> {
  const transport = kafkajsTransport({ brokers: brokers.split(',') });
  const producer = createProducer({ transport, registry: soakRegistry() });
  const topic = { name, key: 'bytes', value: 'bytes' } as const;
  const messages = kinds.map((kind, event) => {
    const content = contentOf(kind, `user-${event % KEYS}`, event);
    return { ...content, headers: { [KIND_HEADER]: kind } };
  });
  try {
    for (let from = 0; from < messages.length; from += CHUNK)
      await producer.sendAll(topic, messages.slice(from, from + CHUNK));
  } finally {
    await producer.close();
  }
}

/** All events of the topic, as a witness reads them. */
export async function readEvents(brokers: string, topic: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  await readWhole({ topic, brokers }, (partition, { offset, key, value, headers }) => {
    const kind = `${headers?.[KIND_HEADER] ?? ''}`;
    const kept = kind === GOOD ? null : value;
    events.push({ partition, offset: Number(offset), kind, key, value: kept });
  });
  return events;
}
