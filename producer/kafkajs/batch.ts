import type { Message } from 'kafkajs';
import { encodeBatch, stampBatch } from '../record-batch.js';
import type { OutgoingMessage } from '../transport.js';
import { kafkajsMessage } from './messages.js';

/** What lists of kafkajs's messages were made of. */
const made = new WeakMap<object, readonly OutgoingMessage[]>();

/**
 * Messages of one partition as kafkajs takes them, but for two things that take most of its time: it
 * copies all messages so far for each further one, to group them by partition, and it encodes each by
 * several objects. A list of ours is grouped by its first message; {@link writeBatches} encodes it.
 */
export function kafkajsBatch(messages: readonly OutgoingMessage[], partition: number): Message[] {
  const records = messages.map((message) => kafkajsMessage(message, partition));
  made.set(records, messages);
  const reduce = (group: Group, groups: object): object => {
    const [first] = records;
    const found = first === undefined ? groups : group(groups, first);
    return Object.fromEntries(Object.keys(found).map((one) => [one, records]));
  };
  return Object.defineProperty(records, 'reduce', { value: reduce });
}

type Group = (groups: object, message: Message) => object;

/** Of a request to store messages, what kafkajs gives to whoever encodes it. */
export interface ProduceRequest {
  readonly acks: number;
  readonly timeout: number;
  readonly transactionalId?: string | null | undefined;
  readonly producerId?: unknown;
  readonly producerEpoch?: number;
  readonly compression?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence?: number;
      readonly messages: readonly Message[];
    }[];
  }[];
}

/** kafkajs's own encoder, as far as it is used here. */
interface Encoder {
  writeString(value: string | null): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeBuffer(value: Buffer): Encoder;
}

interface EncoderParts {
  readonly Encoder: new () => Encoder;
  crc32c(bytes: Uint8Array): number;
}

/**
 * The body of a request of lists that {@link kafkajsBatch} made, without compression and outside of
 * transactions, as kafkajs writes it from version 3 of the request on. Undefined for any other.
 */
function writeBatches(
  request: ProduceRequest,
  { Encoder, crc32c }: EncoderParts,
): Encoder | undefined {
  const { acks, timeout, transactionalId, compression, topicData } = request;
  const lists = topicData.flatMap(({ partitions }) => partitions.map(({ messages }) => messages));
  const isPlain = (transactionalId ?? null) === null && (compression ?? 0) === 0;
  if (!isPlain || !lists.every((list) => made.has(list))) return undefined;
  const stamp = {
    producerId: BigInt(String(request.producerId ?? -1)),
    epoch: request.producerEpoch ?? 0,
  };
  const encoder = new Encoder().writeString(null).writeInt16(acks).writeInt32(timeout);
  encoder.writeInt32(topicData.length);
  for (const { topic, partitions } of topicData) {
    encoder.writeString(topic).writeInt32(partitions.length);
    for (const { partition, messages, firstSequence = 0 } of partitions) {
      // It is read of a list that is being written: see watchWriting.
      void messages[0]?.timestamp;
      const batch = encodeBatch(made.get(messages) ?? []);
      stampBatch(batch, { ...stamp, sequence: firstSequence }, crc32c);
      encoder.writeInt32(partition).writeInt32(batch.length).writeBuffer(batch);
    }
  }
  return encoder;
}

const patched = new WeakSet<object>();

interface MadeProduceRequest {
  readonly request: { readonly apiVersion: number; encode(): Promise<object> };
}

/** The first version of the request with record batches, as all brokers since Kafka 0.11 take it. */
const RECORD_BATCHES = 3;

/**
 * Has {@link writeBatches} write what it can of kafkajs's requests: of 7 µs of processor time for each
 * message kafkajs takes most to encode it.
 */
export async function encodeFaster(): Promise<void> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: produce } = await import('kafkajs/src/protocol/requests/produce/index.js');
  // @ts-expect-error Not in kafkajs's types.
  const { default: Encoder } = await import('kafkajs/src/protocol/encoder.js');
  // @ts-expect-error Not in kafkajs's types.
  const crc = await import('kafkajs/src/protocol/recordBatch/crc32C/index.js');
  const { protocol } = produce;
  if (typeof protocol !== 'function' || patched.has(produce)) return;
  patched.add(produce);
  const parts: EncoderParts = { Encoder, crc32c: crc.default };
  produce.protocol = (version: object) => {
    const make = protocol(version);
    return (asked: ProduceRequest) => {
      const made: MadeProduceRequest = make(asked);
      const { request } = made;
      if (request.apiVersion < RECORD_BATCHES) return made;
      const encode = async () => writeBatches(asked, parts) ?? request.encode();
      return { ...made, request: { ...request, encode } };
    };
  };
}
