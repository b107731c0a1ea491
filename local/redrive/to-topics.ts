import type { Producer } from '../../producer/index.js';
import { CAUSE_HEADERS } from '../../runtime/dead-letter/cause.js';
import type { SendableLetter } from './select.js';
import { reasonOf } from './source.js';
import type { LetterTarget } from './target.js';

export interface TopicTargetOptions {
  /** Told in the plan: the brokers. */
  readonly brokers: string;
  /** @default each letter's own */
  readonly topic?: string | undefined;
}

/**
 * Sends records as they were, with one header more: how often they were dead letters. To its own topic a record
 * goes into the partition that it lay in, where the others of its key are, however that was chosen.
 */
export function toTopics(producer: Producer, { brokers, topic }: TopicTargetOptions): LetterTarget {
  return {
    name: `${topic === undefined ? 'their own topics' : `topic ${topic}`}, on ${brokers}`,
    send: (letters) =>
      Promise.all(
        letters.map(async (letter) => {
          try {
            await send(producer, letter, topic);
            return undefined;
          } catch (error) {
            return reasonOf(error);
          }
        }),
      ),
    close: () => producer.close(),
  };
}

async function send(
  producer: Producer,
  { cause, record }: SendableLetter,
  topic: string | undefined,
): Promise<void> {
  const headers = new Map<string, Uint8Array[]>();
  for (const { name, value } of record.headers) {
    // A producer writes no header without a value: an empty one is the nearest.
    headers.set(name, [...(headers.get(name) ?? []), value ?? new Uint8Array()]);
  }
  headers.set(CAUSE_HEADERS.attempts, [new TextEncoder().encode(cause.attempts ?? '1')]);
  await producer.send(
    { name: topic ?? cause.topic, key: 'bytes', value: 'bytes' },
    {
      key: record.key,
      value: record.value,
      headers: Object.fromEntries(headers),
      ...(topic === undefined && { partition: Number(cause.partition) }),
    },
  );
}
