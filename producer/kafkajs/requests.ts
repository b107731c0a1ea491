import type {
  GroupMember,
  GroupOffsets,
  PartitionOffset,
  TransactionalOptions,
} from '../transport.js';
import type { ProducerIdAndEpoch } from './epochs.js';

/** Kafka's numbers. https://kafka.apache.org/protocol.html#protocol_api_keys */
const INIT_PRODUCER_ID = 22;
const TXN_OFFSET_COMMIT = 28;
/** The first versions that name a producer id and epoch (KIP-360), and a group's member (KIP-447). */
const VERSION = 3;

/** Of a broker of kafkajs, as far as its types do not tell. */
export interface RequestBroker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  readonly connectionPool: { send(request: object): Promise<unknown> };
}

/** kafkajs's own encoder and decoder, as far as they are used here. */
interface Encoder {
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: string | number): Encoder;
  writeUVarInt(value: number): Encoder;
  writeUVarIntString(value: string | null): Encoder;
}

interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): bigint;
  readUVarIntString(): string;
  readUVarIntArray<T>(read: (decoder: Decoder) => T): T[] | null;
  readTaggedFields(): unknown;
}

/**
 * Two requests in versions that kafkajs 2.2.4 does not speak: its own take the transactional id from
 * whoever has it, and do not say which member of a group commits.
 */
export async function createRequests() {
  // @ts-expect-error Not in kafkajs's types.
  const encoding = await import('kafkajs/src/protocol/encoder.js');
  // @ts-expect-error Not in kafkajs's types.
  const decoding = await import('kafkajs/src/protocol/decoder.js');
  // @ts-expect-error Not in kafkajs's types.
  const errors = await import('kafkajs/src/protocol/error.js');
  const speaks = ({ versions }: RequestBroker, apiKey: number) =>
    (versions?.[apiKey]?.maxVersion ?? 0) >= VERSION;
  const ask = async <T>(broker: RequestBroker, request: Request<T>): Promise<T> => {
    const { apiKey, apiName, write, read } = request;
    let answer: T | undefined;
    await broker.connectionPool.send({
      // Flexible versions have tagged fields after the headers, which kafkajs does not write.
      request: {
        apiKey,
        apiVersion: VERSION,
        apiName,
        encode: async () => write(new encoding.default().writeUVarInt(0)).writeUVarInt(0),
      },
      response: {
        decode: async (bytes: Buffer) => {
          const decoder: Decoder = new decoding.default(bytes);
          decoder.readTaggedFields();
          decoder.readInt32();
          return read(decoder);
        },
        parse: async (read: Answer<T>) => {
          const error = read.errors.find((code) => code !== 0);
          if (error !== undefined) throw errors.default.createErrorFromCode(error);
          answer = read.value;
          return read;
        },
      },
    });
    if (answer === undefined) throw new Error(`${apiName} was not answered`);
    return answer;
  };
  return {
    /** Whether the broker can be asked for a higher epoch of an id that is ours. */
    canBump: (broker: RequestBroker) => speaks(broker, INIT_PRODUCER_ID),
    bump: (broker: RequestBroker, own: TransactionalOptions, current: ProducerIdAndEpoch) =>
      ask(broker, bumpRequest(own, current)),
    canNameMember: (broker: RequestBroker) => speaks(broker, TXN_OFFSET_COMMIT),
    commitOffsets: (broker: RequestBroker, commit: OffsetCommit) =>
      ask(broker, offsetsRequest(commit)),
  };
}

export type Requests = Awaited<ReturnType<typeof createRequests>>;

interface Request<T> {
  readonly apiKey: number;
  readonly apiName: string;
  write(encoder: Encoder): Encoder;
  read(decoder: Decoder): Answer<T>;
}

interface Answer<T> {
  readonly errors: readonly number[];
  readonly value: T;
}

function bumpRequest(
  { transactionalId, transactionTimeoutMs }: TransactionalOptions,
  { producerId, producerEpoch }: ProducerIdAndEpoch,
): Request<ProducerIdAndEpoch> {
  return {
    apiKey: INIT_PRODUCER_ID,
    apiName: 'InitProducerId',
    write: (encoder) =>
      encoder
        .writeUVarIntString(transactionalId)
        .writeInt32(transactionTimeoutMs)
        .writeInt64(producerId)
        .writeInt16(producerEpoch),
    read: (decoder) => {
      const errors = [decoder.readInt16()];
      const value = { producerId: String(decoder.readInt64()), producerEpoch: decoder.readInt16() };
      return { errors, value };
    },
  };
}

export interface OffsetCommit {
  readonly transactionalId: string;
  readonly id: ProducerIdAndEpoch;
  readonly offsets: GroupOffsets;
}

function offsetsRequest({ transactionalId, id, offsets }: OffsetCommit): Request<true> {
  const { group } = offsets;
  const member: GroupMember =
    typeof group === 'string' ? { groupId: group, generationId: -1, memberId: '' } : group;
  return {
    apiKey: TXN_OFFSET_COMMIT,
    apiName: 'TxnOffsetCommit',
    write: (encoder) => {
      encoder
        .writeUVarIntString(transactionalId)
        .writeUVarIntString(member.groupId)
        .writeInt64(id.producerId)
        .writeInt16(id.producerEpoch)
        .writeInt32(member.generationId)
        .writeUVarIntString(member.memberId)
        .writeUVarIntString(member.groupInstanceId ?? null);
      return writeTopics(encoder, byTopic(offsets.offsets));
    },
    read: (decoder) => {
      const topics = decoder.readUVarIntArray(() => {
        decoder.readUVarIntString();
        const codes = decoder.readUVarIntArray(() => {
          decoder.readInt32();
          const code = decoder.readInt16();
          decoder.readTaggedFields();
          return code;
        });
        decoder.readTaggedFields();
        return codes ?? [];
      });
      return { errors: (topics ?? []).flat(), value: true };
    },
  };
}

function writeTopics(
  encoder: Encoder,
  topics: ReadonlyMap<string, readonly PartitionOffset[]>,
): Encoder {
  encoder.writeUVarInt(topics.size + 1);
  for (const [topic, partitions] of topics) {
    encoder.writeUVarIntString(topic).writeUVarInt(partitions.length + 1);
    for (const { partition, offset } of partitions) {
      // No leader epoch, no metadata, no tagged fields.
      encoder.writeInt32(partition).writeInt64(String(offset)).writeInt32(-1);
      encoder.writeUVarIntString('').writeUVarInt(0);
    }
    encoder.writeUVarInt(0);
  }
  return encoder;
}

/** As Kafka's requests have them. */
export function byTopic(
  offsets: readonly PartitionOffset[],
): ReadonlyMap<string, readonly PartitionOffset[]> {
  const topics = new Map<string, PartitionOffset[]>();
  for (const one of offsets) {
    const of = topics.get(one.topic) ?? [];
    of.push(one);
    topics.set(one.topic, of);
  }
  return topics;
}
