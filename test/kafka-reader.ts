/** What a topic holds, as an independent witness reads it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type KafkaMessage, logLevel } from 'kafkajs';
// @ts-expect-error Not in kafkajs's types.
import ClusterOfKafkajs from 'kafkajs/src/cluster/index.js';
// @ts-expect-error Not in kafkajs's types.
import BatchOfKafkajs from 'kafkajs/src/consumer/batch.js';
// @ts-expect-error Not in kafkajs's types.
import { createLogger } from 'kafkajs/src/loggers/index.js';
// @ts-expect-error Not in kafkajs's types.
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { mendKafkajs } from '../producer/kafkajs/mends.js';

export interface Reading {
  readonly topic: string;
  /** PLAINTEXT, as `host:port`; several with commas between them. */
  readonly brokers: string;
  /** Whether what transactions wrote is read before they commit, and if they abort. @default false */
  readonly uncommitted?: boolean;
}

/** A reader that gets nothing new for so long says why, in milliseconds. */
const STALLED_MS = 60_000;
const PAUSE_MS = 100;
/** How long a broker waits for more, in milliseconds. */
const WAIT_MS = 100;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_BYTES = 10 * 1024 * 1024;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;

/**
 * Calls `each` with all messages that the topic has when it is called, in the order of each partition;
 * answers how many partitions there are. It waits for the end of transactions that are open then.
 *
 * kafkajs fetches, but in no consumer group: a reader that only looks has no use for a coordinator, a
 * rebalance and commits, and a consumer that fails is silent about it and never comes to an end.
 */
export async function readWhole(
  reading: Reading,
  each: (partition: number, message: KafkaMessage) => void,
): Promise<number> {
  await mendKafkajs();
  const cluster = openCluster(reading.brokers);
  try {
    await cluster.connect();
    await cluster.addTargetTopic(reading.topic);
    const ids = cluster.findTopicPartitionMetadata(reading.topic).map((one) => one.partitionId);
    await fetchAll(cluster, reading, { open: new Map(ids.map((id) => [id, { next: 0n }])), each });
    return ids.length;
  } finally {
    await cluster.disconnect();
  }
}

interface Progress {
  /** Partitions with something left to read. */
  readonly open: Map<number, Position>;
  readonly each: (partition: number, message: KafkaMessage) => void;
}

/** Where a partition is read, and its end when the first answer came. */
interface Position {
  readonly next: bigint;
  readonly end?: bigint;
}

async function fetchAll(cluster: Cluster, reading: Reading, progress: Progress): Promise<void> {
  let movedMs = Date.now();
  while (progress.open.size > 0) {
    let failure: unknown;
    try {
      if (await fetchOnce(cluster, reading, progress)) movedMs = Date.now();
    } catch (error) {
      // The broker has deleted what a partition began with.
      if (error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange') throw error;
      failure = error;
    }
    if (Date.now() - movedMs > STALLED_MS) {
      const left = [...progress.open].map(([id, { next, end }]) => `${id} at ${next} of ${end}`);
      const where = `topic ${reading.topic}, partitions ${left.join(', ')}`;
      throw new Error(`nothing new for ${STALLED_MS / 1000} s: ${where}`, { cause: failure });
    }
    if (failure === undefined) continue;
    await sleep(PAUSE_MS);
    await cluster.refreshMetadata().catch(() => undefined);
  }
}

/** One request to each leader; answers whether any partition got further. */
async function fetchOnce(cluster: Cluster, reading: Reading, progress: Progress): Promise<boolean> {
  const { topic, uncommitted = false } = reading;
  let hasMoved = false;
  const leaders = cluster.findLeaderForPartitions(topic, [...progress.open.keys()]);
  for (const [nodeId, ids] of Object.entries(leaders)) {
    const broker = await cluster.findBroker({ nodeId });
    const partitions = ids.map((partition) => {
      const fetchOffset = String(progress.open.get(partition)?.next);
      return { partition, fetchOffset, maxBytes: MAX_BYTES };
    });
    const { responses } = await broker.fetch({
      isolationLevel: uncommitted ? READ_UNCOMMITTED : READ_COMMITTED,
      maxWaitTime: WAIT_MS,
      topics: [{ topic, partitions }],
    });
    for (const fetched of responses.flatMap((response) => response.partitions)) {
      if (take(topic, fetched, progress)) hasMoved = true;
    }
  }
  return hasMoved;
}

/** Hands on what was fetched of one partition; answers whether it got further. */
function take(topic: string, fetched: FetchedPartition, { open, each }: Progress): boolean {
  const { partition, highWatermark } = fetched;
  const before = open.get(partition);
  if (before === undefined) return false;
  const end = before.end ?? BigInt(highWatermark);
  const batch = new Batch(topic, String(before.next), fetched);
  for (const message of batch.messages) {
    if (BigInt(message.offset) < end) each(partition, message);
  }
  // Control records, and what was aborted, are no messages but have offsets.
  const last = batch.messagesWithinOffset.at(-1);
  const next = last === undefined ? before.next : BigInt(last.offset) + 1n;
  if (next >= end) open.delete(partition);
  else open.set(partition, { next, end });
  return next > before.next || next >= end;
}

interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
}

/** As much of kafkajs's insides as is used. */
interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  findLeaderForPartitions(topic: string, ids: readonly number[]): Record<string, number[]>;
  findBroker(by: { readonly nodeId: string }): Promise<{
    fetch(request: object): Promise<{
      readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
    }>;
  }>;
}

/** Leaves out what a reader of messages does not see: control records, what was aborted. */
const Batch: new (
  topic: string,
  fetchedOffset: string,
  fetched: FetchedPartition,
) => {
  readonly messages: readonly KafkaMessage[];
  readonly messagesWithinOffset: readonly { readonly offset: string }[];
} = BatchOfKafkajs;

function openCluster(brokers: string): Cluster {
  return new ClusterOfKafkajs({
    logger: createLogger({ level: logLevel.NOTHING, logCreator: () => () => undefined }),
    socketFactory: createSocketFactory(),
    brokers: () => brokers.split(','),
    clientId: 'witness',
    connectionTimeout: REQUEST_TIMEOUT_MS,
    authenticationTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    metadataMaxAge: STALLED_MS,
    retry: { retries: 5, initialRetryTime: PAUSE_MS, maxRetryTime: 1_000 },
    allowAutoTopicCreation: false,
  });
}
