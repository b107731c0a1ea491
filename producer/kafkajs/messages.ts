import type { IHeaders, Message, PartitionMetadata, RecordMetadata } from 'kafkajs';
import { partitionGone } from '../broker-error.js';
import type { Stored } from '../session.js';
import type { Header, OutgoingMessage } from '../transport.js';
import { Carried, Leaderless, NothingSent } from './signals.js';

/** A message as kafkajs takes it. */
export function kafkajsMessage(message: OutgoingMessage, partition: number): Message {
  return {
    key: message.key === null ? null : asBuffer(message.key),
    value: message.value === null ? null : asBuffer(message.value),
    headers: message.headers.length === 0 ? NO_HEADERS : kafkajsHeaders(message.headers),
    timestamp: String(message.timestampMs),
    partition,
  };
}

/** Of most messages, so that they share them: kafkajs only reads. */
const NO_HEADERS: IHeaders = {};

/** By name, since kafkajs has no other form: equal names come together, in their order. */
function kafkajsHeaders(headers: readonly Header[]): IHeaders {
  const byName: Record<string, Buffer | Buffer[]> = {};
  for (const [name, value] of headers) {
    const earlier = Object.hasOwn(byName, name) ? byName[name] : undefined;
    const bytes = asBuffer(value);
    byName[name] = earlier === undefined ? bytes : [earlier, bytes].flat();
  }
  return byName;
}

/**
 * Whether kafkajs has made a request of a message, and may have written it. Only then does it read
 * the time.
 */
export function watchWriting(message: Message | undefined): () => boolean {
  let written = false;
  const timestamp = message?.timestamp;
  if (message !== undefined) {
    Object.defineProperty(message, 'timestamp', {
      get() {
        written = true;
        return timestamp;
      },
    });
  }
  return () => written;
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (bytes instanceof Buffer) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws NothingSent where kafkajs answers nothing */
export function stored(results: readonly RecordMetadata[], partition: number): Stored {
  const result = results.find((one) => one.partition === partition);
  const offset = result?.baseOffset ?? result?.offset;
  if (offset === undefined) throw new NothingSent();
  // -1 where messages keep the time that they were sent with.
  const appendedMs = Number(result?.logAppendTime ?? -1);
  return { offset: BigInt(offset), ...(appendedMs >= 0 && { appendedMs }) };
}

/**
 * Of a partition without a leader kafkajs would say that there is no broker of number -1; one that is
 * not there it passes over, and sends nothing.
 */
export function withLeader(partition: number, partitions: readonly PartitionMetadata[]): number {
  const found = partitions.find(({ partitionId }) => partitionId === partition);
  if (found === undefined) throw new Carried(partitionGone(partition));
  if (found.leader < 0) throw new Leaderless();
  return partition;
}
