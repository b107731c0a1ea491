import type { Consumer, KafkaMessage } from 'kafkajs';
import {
  ConsumerError,
  type FetchedBatch,
  type FetchedRecord,
  type PollOptions,
  type Position,
  type Source,
  type SourceMember,
  type SourcePartition,
  type Sources,
  type Subscription,
} from '../../consumer/index.js';
import { brokerError } from '../../producer/broker-error.js';
import { type KafkaConnection, ProducerError } from '../../producer/index.js';
import { createKafka } from '../../producer/kafkajs/client.js';
import { classifyKafkajs } from '../../producer/kafkajs/failure.js';
import { createSockets, type Sockets } from '../../producer/kafkajs/sockets.js';
import { Handout } from './handout.js';

export interface KafkajsSourceOptions extends KafkaConnection {
  /** After how long without a sign of life the group goes on without us, in milliseconds. @default 30000 */
  readonly sessionTimeoutMs?: number;
}

/** The longest that a fetch waits for something new, in milliseconds: also how soon a rewind acts. */
const FETCH_WAIT_MS = 200;
const HEARTBEAT_MS = 3_000;
/** How long kafkajs goes on trying before it reports, in attempts and milliseconds. */
const RETRY = {
  retries: 5,
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  factor: 0.2,
  multiplier: 2,
};

/**
 * Reads from Kafka through a kafkajs consumer. kafkajs pushes; here, what it pushes is kept and its
 * partition paused until all of it was handed out and committed, so that a partition that cannot
 * go on holds up no other. Nothing is committed but by {@link Source.commit}.
 *
 * @throws ProducerError from `subscribe` and `poll`: `UNREACHABLE`, `AUTHENTICATION`, `TOPIC_UNKNOWN` …
 */
export function kafkajsSource(options: KafkajsSourceOptions): Sources {
  return (group) => new KafkajsSource(options, group);
}

class KafkajsSource implements Source {
  readonly name: string;
  private readonly options: KafkajsSourceOptions;
  private readonly group: string;
  private readonly sockets: Sockets;
  private readonly handout = new Handout();
  private consumer: Consumer | undefined;
  private subscription: Subscription | undefined;
  private assigned: Readonly<Record<string, readonly number[]>> = {};
  private failure: ProducerError | undefined;

  constructor(options: KafkajsSourceOptions, group: string) {
    this.options = options;
    this.group = group;
    this.name = options.brokers.join(', ');
    this.sockets = createSockets(options.tunnel ?? {});
  }

  async subscribe(subscription: Subscription): Promise<void> {
    const { topics, from } = subscription;
    if (from instanceof Date) {
      throw new ConsumerError('CONFIG', 'kafkajs begins at the earliest or the latest record.');
    }
    this.subscription = subscription;
    try {
      const consumer = await this.createConsumer(subscription);
      this.consumer = consumer;
      await consumer.connect();
      for (const topic of topics) await this.subscribeTo(consumer, topic, from !== 'latest');
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async ({ batch, pause }) => {
          const { topic, partition, messages } = batch;
          if (!this.isAssigned(topic, partition)) return;
          pause();
          this.handout.put({ topic, partition, records: messages.map(recordOf) });
        },
      });
    } catch (error) {
      this.sockets.cut();
      throw this.explain(error);
    }
  }

  async poll({ maxRecords, waitMs }: PollOptions): Promise<FetchedBatch | undefined> {
    const batch = await this.handout.take(maxRecords, waitMs);
    if (this.failure !== undefined) throw this.failure;
    return batch;
  }

  async commit(positions: readonly Position[]): Promise<void> {
    for (const { topic, partition, offset } of positions) {
      try {
        if (!this.isAssigned(topic, partition))
          throw new Error('another member of the group has it');
        await this.consumer?.commitOffsets([{ topic, partition, offset: String(offset) }]);
      } catch (cause) {
        throw new ConsumerError('COMMIT', this.explain(cause, topic).message, { topic, cause });
      }
      if (this.handout.settle(topic, partition, offset)) this.fetchFrom(topic, partition, offset);
    }
  }

  readFrom({ topic, partition, offset }: Position): void {
    if (!this.isAssigned(topic, partition)) return;
    if (!this.handout.rewind(topic, partition, offset)) this.fetchFrom(topic, partition, offset);
  }

  /** kafkajs does not tell the generation. */
  member(): SourceMember | undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.handout.close();
    // kafkajs waits for requests under way; what fails now changes nothing any more.
    await this.consumer?.disconnect().catch(() => undefined);
    this.sockets.cut();
    this.subscription?.onState({ is: 'closed' });
    this.subscription = undefined;
  }

  private async createConsumer(subscription: Subscription): Promise<Consumer> {
    const kafka = await createKafka(this.options, this.sockets);
    const consumer = kafka.consumer({
      groupId: this.group,
      sessionTimeout: this.options.sessionTimeoutMs ?? 30_000,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
    consumer.on(consumer.events.REBALANCING, () => subscription.onState({ is: 'joining' }));
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      // Reading goes on from what is committed, so what was kept is not ours any more.
      const before = partitionsOf(this.assigned);
      this.assigned = payload.memberAssignment;
      this.handout.clear();
      consumer.resume(subscription.topics.map((topic) => ({ topic })));
      if (before.length > 0) subscription.onLost(before);
      subscription.onAssigned(partitionsOf(this.assigned));
      subscription.onState({ is: 'reading' });
    });
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      this.failure = this.explain(payload.error);
      this.handout.close();
    });
    return consumer;
  }

  private async subscribeTo(
    consumer: Consumer,
    topic: string,
    fromBeginning: boolean,
  ): Promise<void> {
    try {
      await consumer.subscribe({ topics: [topic], fromBeginning });
    } catch (error) {
      throw this.explain(error, topic);
    }
  }

  private fetchFrom(topic: string, partition: number, offset: bigint): void {
    this.consumer?.seek({ topic, partition, offset: String(offset) });
    this.consumer?.resume([{ topic, partitions: [partition] }]);
  }

  private isAssigned(topic: string, partition: number): boolean {
    return (
      Object.hasOwn(this.assigned, topic) && this.assigned[topic]?.includes(partition) === true
    );
  }

  private explain(error: unknown, topic?: string): ProducerError {
    if (error instanceof ProducerError) return error;
    const context = { brokers: this.name, action: 'read', topic, cause: error } as const;
    return brokerError(classifyKafkajs(error), context);
  }
}

function partitionsOf(
  assignment: Readonly<Record<string, readonly number[]>>,
): readonly SourcePartition[] {
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  );
}

/** What kafkajs gives beyond its types: the batch that a record came in. */
interface WithBatch {
  readonly batchContext?: { readonly timestampType?: number };
}

const LOG_APPEND_TIME = 1;

function recordOf(message: KafkaMessage & WithBatch): FetchedRecord {
  const { offset, timestamp, key, value, headers = {}, batchContext } = message;
  const byBroker = batchContext?.timestampType === LOG_APPEND_TIME;
  return {
    offset: BigInt(offset),
    timestampMs: Number(timestamp),
    timestampType: byBroker ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
    key,
    value,
    // One without a value is null, whatever kafkajs's types say: an empty one is the nearest.
    headers: Object.entries(headers).flatMap(([name, given]) =>
      [given ?? ''].flat().map((one) => [name, Buffer.from(one ?? '')] as const),
    ),
  };
}
