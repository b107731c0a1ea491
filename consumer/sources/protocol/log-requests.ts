/** What is asked of the brokers that have the records. */
import type { Position, SourcePartition } from '../../source.js';
import { byTopic } from './by-topic.js';
import type { AnswerReader } from './encoding.js';
import { expectNone, Refused } from './refused.js';
import type { Request } from './request.js';

/** Topics as a broker tells of them. */
export interface Metadata {
  /** Brokers by their numbers, as `host:port`. */
  readonly brokers: ReadonlyMap<number, string>;
  readonly topics: readonly TopicMetadata[];
}

export interface TopicMetadata {
  readonly topic: string;
  /** Why nothing more is known of it. */
  readonly error: Refused | undefined;
  /** By partition; undefined where it has none now. */
  readonly leaders: ReadonlyMap<number, number | undefined>;
}

/** Creates no topic. */
export function metadata(topics: readonly string[]): Request<Metadata> {
  return {
    apiKey: 3,
    apiVersion: 7,
    apiName: 'Metadata',
    write: (to) => to.array(topics, (topic) => to.string(topic)).boolean(false),
    read: (answer) => {
      answer.int32();
      const brokers = answer.array(() => {
        const found = [answer.int32(), `${answer.string()}:${answer.int32()}`] as const;
        answer.nullableString();
        return found;
      });
      // The cluster's id and its controller.
      answer.nullableString();
      answer.int32();
      return { brokers: new Map(brokers), topics: answer.array(() => readTopic(answer)) };
    },
  };
}

function readTopic(answer: AnswerReader): TopicMetadata {
  const code = answer.int16();
  const topic = answer.string();
  answer.boolean();
  const leaders = answer.array(() => {
    answer.int16();
    const partition = answer.int32();
    const leader = answer.int32();
    // Its epoch; replicas, those in sync, those offline.
    answer.int32();
    for (let list = 0; list < 3; list++) answer.array(() => answer.int32());
    return [partition, leader < 0 ? undefined : leader] as const;
  });
  return { topic, error: code === 0 ? undefined : new Refused(code), leaders: new Map(leaders) };
}

/** Instead of a time. */
export const EARLIEST = -2n;
export const LATEST = -1n;

const READ_COMMITTED = 1;

/** The offset of the first record that is not older; undefined where there is none. */
export function listOffsets(
  partitions: readonly SourcePartition[],
  timestampMs: bigint,
): Request<readonly (SourcePartition & { readonly offset: bigint | undefined })[]> {
  return {
    apiKey: 2,
    apiVersion: 3,
    apiName: 'ListOffsets',
    write: (to) =>
      to
        .int32(-1)
        .int8(READ_COMMITTED)
        .array(byTopic(partitions), ([topic, of]) => {
          to.string(topic).array(of, ({ partition }) => to.int32(partition).int64(timestampMs));
        }),
    read: (answer) => {
      answer.int32();
      return answer
        .array(() => {
          const topic = answer.string();
          return answer.array(() => {
            const partition = answer.int32();
            expectNone(answer.int16());
            answer.int64();
            const offset = answer.int64();
            return { topic, partition, offset: offset < 0n ? undefined : offset };
          });
        })
        .flat();
    },
  };
}

export interface FetchLimits {
  /** How long a broker waits for the first record, in milliseconds. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/** What was fetched of a partition. */
export interface Fetched extends SourcePartition {
  readonly error: Refused | undefined;
  /** The offset of the oldest record that there is. */
  readonly logStart: bigint;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches, the last perhaps cut off. Part of the answer, no copy. */
  readonly batches: Uint8Array;
}

/** A transaction that came to nothing, by the offset of its first record. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

/** Reads what is committed. */
export function fetchRecords(
  positions: readonly Position[],
  limits: FetchLimits,
): Request<readonly Fetched[]> {
  return {
    apiKey: 1,
    apiVersion: 11,
    apiName: 'Fetch',
    write: (to) =>
      to
        .int32(-1)
        .int32(limits.maxWaitMs)
        .int32(1)
        .int32(limits.maxBytes)
        .int8(READ_COMMITTED)
        // No session: each request names all that it wants.
        .int32(0)
        .int32(-1)
        .array(byTopic(positions), ([topic, of]) => {
          to.string(topic).array(of, ({ partition, offset }) => {
            to.int32(partition)
              .int32(-1)
              .int64(offset)
              .int64(-1n)
              .int32(limits.maxBytesPerPartition);
          });
        })
        .int32(0)
        .string(''),
    read: (answer) => {
      answer.int32();
      expectNone(answer.int16());
      answer.int32();
      return answer
        .array(() => {
          const topic = answer.string();
          return answer.array(() => readFetched(answer, topic));
        })
        .flat();
    },
  };
}

function readFetched(answer: AnswerReader, topic: string): Fetched {
  const partition = answer.int32();
  const code = answer.int16();
  // The high watermark, and the end of what is stable.
  answer.int64();
  answer.int64();
  const logStart = answer.int64();
  const aborted = answer.array(() => ({
    producerId: answer.int64(),
    firstOffset: answer.int64(),
  }));
  answer.int32();
  const batches = answer.bytes();
  const error = code === 0 ? undefined : new Refused(code);
  return { topic, partition, error, logStart, aborted, batches };
}
