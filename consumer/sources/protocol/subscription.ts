/** What members of a group say to each other, by way of the coordinator: Kafka's "consumer" protocol. */
import type { SourcePartition } from '../../source.js';
import { byTopic } from './by-topic.js';
import { AnswerReader, RequestWriter } from './encoding.js';

/** What a member wants, and what it has. */
export interface MemberSubscription {
  readonly topics: readonly string[];
  readonly owned: readonly SourcePartition[];
  /** In which generation it got that; undefined where it does not say. */
  readonly generation: number | undefined;
}

/** The version that says the generation, so that the claims of one who was away do not count. */
const VERSION = 2;
/** The first that says what is owned. */
const WITH_OWNED = 1;

export function encodeSubscription({ topics, owned, generation }: MemberSubscription): Uint8Array {
  const to = new RequestWriter();
  to.int16(VERSION).array(topics, (topic) => to.string(topic));
  // No user data.
  to.int32(-1);
  return writePartitions(to, owned)
    .int32(generation ?? -1)
    .done();
}

export function decodeSubscription(bytes: Uint8Array): MemberSubscription {
  const from = new AnswerReader(bytes);
  const version = from.int16();
  const topics = from.array(() => from.string());
  const userData = from.bytes();
  const owned = version >= WITH_OWNED ? readPartitions(from) : [];
  // librdkafka, and Java's client before, put it into the user data of the sticky assignor.
  const generation = version >= VERSION ? from.int32() : generationOf(userData);
  return {
    topics,
    owned,
    generation: generation !== undefined && generation >= 0 ? generation : undefined,
  };
}

function generationOf(userData: Uint8Array): number | undefined {
  return userData.length === 4 ? new AnswerReader(userData).int32() : undefined;
}

export function encodeAssignment(partitions: readonly SourcePartition[]): Uint8Array {
  const to = new RequestWriter().int16(0);
  return writePartitions(to, partitions).int32(-1).done();
}

/** Nothing of a member that was given nothing at all. */
export function decodeAssignment(bytes: Uint8Array): readonly SourcePartition[] {
  if (bytes.length === 0) return [];
  const from = new AnswerReader(bytes);
  from.int16();
  return readPartitions(from);
}

function writePartitions(to: RequestWriter, partitions: readonly SourcePartition[]): RequestWriter {
  return to.array(byTopic(partitions), ([topic, of]) => {
    to.string(topic).array(of, ({ partition }) => to.int32(partition));
  });
}

function readPartitions(from: AnswerReader): readonly SourcePartition[] {
  return from
    .array(() => {
      const topic = from.string();
      return from.array(() => ({ topic, partition: from.int32() }));
    })
    .flat();
}
