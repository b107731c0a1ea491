import { causeHeaders } from '../runtime/dead-letter/cause.js';
import { causeOf } from './cause-of.js';
import { type DeadLetter, type DeadLetterPolicy, deadLetterTo } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import { identityOf } from './incoming-record.js';
import { once } from './once.js';
import { originalRecord } from './original-record.js';

/** The part of `tavro/producer`'s Producer that dead letters are sent with. */
export interface DeadLetterProducer {
  send(
    topic: { readonly name: string; readonly key: 'bytes'; readonly value: 'bytes' },
    message: RawMessage,
  ): Promise<unknown>;
}

/** Bytes that go on as they came. */
export interface RawMessage {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Readonly<Record<string, readonly Uint8Array[]>>;
}

/**
 * The failure policy that sends records to a topic of Kafka: key, value and headers as they came, and
 * behind these `CAUSE_HEADERS`. The record counts as handled once the topic has it; its timestamp
 * is the time of that, so that it is kept as long as the topic keeps records. One that the producer
 * cannot deliver, such as one that the topic does not take (`TOO_LARGE`), fails the batch.
 *
 * @param producer or a function that gives it: called once, at the first dead letter
 * @param topic which must exist
 * @example createHandler({ onFailure: deadLetterTopic(producer, 'user-clicks.dead'), routes })
 */
export function deadLetterTopic(
  producer: DeadLetterProducer | (() => DeadLetterProducer | Promise<DeadLetterProducer>),
  topic: string,
): DeadLetterPolicy {
  const producing = once(async () => (typeof producer === 'function' ? producer() : producer));
  const letters = { name: topic, key: 'bytes', value: 'bytes' } as const;
  return deadLetterTo(async (letter) => {
    refuseCircle(letter, topic);
    const ready = await producing();
    await ready.send(letters, rawMessage(letter));
  });
}

const TEXT = new TextEncoder();

/** A letter that fails as the record did would make the next one, for ever. */
function refuseCircle({ id, record }: DeadLetter, topic: string): void {
  if (record.topic !== topic) return;
  throw new ConsumerError(
    'CONFIG',
    `${id} lies in "${topic}", and so would its dead letter, which this handler would get again. ` +
      'Give dead letters a topic of their own, and those of that topic another policy.',
    identityOf(record),
  );
}

function rawMessage(letter: DeadLetter): RawMessage {
  const { key, value, headers } = originalRecord(letter.record);
  const named = new Map<string, Uint8Array[]>();
  for (const { name, value: bytes } of headers) {
    // A producer writes no header without a value: an empty one is the nearest.
    named.set(name, [...(named.get(name) ?? []), bytes ?? new Uint8Array()]);
  }
  // In bytes: text that has no UTF-8, such as a key of a map in a path, would be refused.
  for (const [name, text] of causeHeaders(causeOf(letter))) named.set(name, [TEXT.encode(text)]);
  return { key, value, headers: Object.fromEntries(named) };
}
