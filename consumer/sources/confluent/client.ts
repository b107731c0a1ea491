import { ConfluentLogins } from '../../../producer/confluent/logins.js';
import {
  connectLater,
  type Done,
  importConfluent,
  type Metadata,
  type NativeConsumer,
  type NativeError,
  type NativePosition,
  type NativeRecord,
} from '../../../producer/confluent/package.js';
import { connectionSettings } from '../../../producer/confluent/settings.js';
import { Troubles } from '../../../producer/confluent/troubles.js';
import { ProducerError } from '../../../producer/errors.js';
import type { KafkaConnection } from '../../../producer/kafka-connection.js';
import type { Position, SourcePartition } from '../../source.js';
import type { SourceSettings } from '../options.js';
import { Commits } from './commits.js';

/** How long one question may take, in milliseconds. Who ends a client waits for its questions. */
const ASK_MS = 1_000;
/** How long it waits for a record, in milliseconds: so soon it does what it is told meanwhile. */
const CONSUME_WAIT_MS = 100;
/** Records that are taken out of librdkafka at a time. */
const CONSUME_RECORDS = 2_000;
/** How soon the group hears that a member is there, in milliseconds. */
const LONGEST_HEARTBEAT_MS = 3_000;
const HEARTBEATS_PER_SESSION = 10;

/** librdkafka's numbers for what it tells of partitions. */
const ASSIGN = -175;
const REVOKE = -174;

export interface ConsumerOptions extends SourceSettings {
  readonly connection: KafkaConnection;
  readonly group: string;
  assigned(partitions: readonly SourcePartition[]): void;
  revoked(partitions: readonly SourcePartition[], areLost: boolean): void;
  /** Something went wrong with a connection: {@link ConsumerClient.problem} says what. */
  trouble(): void;
}

/** A consumer of librdkafka's, whose calls answer promises. */
export class ConsumerClient {
  private readonly native: NativeConsumer;
  private readonly troubles: Troubles;
  private readonly commits: Commits;

  /** @throws ProducerError `CONFIG`, `AUTHENTICATION` */
  static async open(options: ConsumerOptions): Promise<ConsumerClient> {
    const { connection } = options;
    const { KafkaConsumer } = await importConfluent();
    const logins = new ConfluentLogins(connection);
    const credentials = await logins.settings();
    const commits = new Commits();
    try {
      const native = new KafkaConsumer({
        ...connectionSettings(connection),
        ...groupSettings(options),
        ...credentials,
        rebalance_cb(this: NativeConsumer, { code }: NativeError, of: readonly NativePosition[]) {
          const partitions = of.map(({ topic, partition }) => ({ topic, partition }));
          if (code === ASSIGN) options.assigned(partitions);
          if (code === REVOKE) options.revoked(partitions, this.assignmentLost());
        },
        offset_commit_cb: (error: NativeError | null | undefined, of: readonly NativePosition[]) =>
          commits.answer(of, error),
      });
      const client = new ConsumerClient(
        native,
        { troubles: new Troubles(logins), commits },
        options,
      );
      await connectLater(native);
      logins.use(native);
      return client;
    } catch (cause) {
      const why = Object(cause).message ?? cause;
      const message = `librdkafka does not take these options: ${String(why).replace(/\.$/, '')}.`;
      throw new ProducerError('CONFIG', message, { cause });
    }
  }

  private constructor(
    native: NativeConsumer,
    { troubles, commits }: { readonly troubles: Troubles; readonly commits: Commits },
    options: ConsumerOptions,
  ) {
    this.native = native;
    this.troubles = troubles;
    this.commits = commits;
    native.setDefaultConsumeTimeout(CONSUME_WAIT_MS);
    native.setDefaultIsTimeoutOnlyForFirstMessage(true);
    native.on('event.log', (log) => {
      // Read in any case: why something does not go is in it.
      const entry = troubles.read(log);
      options.connection.log?.(entry);
    });
    native.on('event.error', ({ message }) => {
      troubles.note(message);
      options.trouble();
    });
    // Of a token that cannot be had; it is kept where it was asked for.
    native.on('error', () => {
      troubles.note('authentication failure');
      options.trouble();
    });
  }

  /** Why something does not go. */
  get problem() {
    return this.troubles.problem;
  }

  get isUp(): boolean {
    return this.troubles.isUp;
  }

  /** How many partitions it has: 0 of one that there is not. @throws ConfluentFailure */
  async partitions(topic: string): Promise<number> {
    const question = { topic, allTopics: false, timeout: ASK_MS } as const;
    try {
      const { topics } = await asked<Metadata>((done) => this.native.getMetadata(question, done));
      this.troubles.answered();
      return topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    } catch {
      this.troubles.judgeLogin();
      throw this.problem;
    }
  }

  subscribe(topics: readonly string[]): void {
    this.native.subscribe(topics);
  }

  consume(): Promise<readonly NativeRecord[]> {
    return asked((done) => this.native.consume(CONSUME_RECORDS, done));
  }

  committed(partitions: readonly SourcePartition[]): Promise<readonly NativePosition[]> {
    return asked((done) => this.native.committed(partitions, ASK_MS, done));
  }

  offsetsAt(
    partitions: readonly SourcePartition[],
    timeMs: number,
  ): Promise<readonly NativePosition[]> {
    const times = partitions.map((at) => ({ ...at, offset: timeMs }));
    return asked((done) => this.native.offsetsForTimes(times, ASK_MS, done));
  }

  async commit(positions: readonly Position[]): Promise<void> {
    const native = positions.map(nativePosition);
    const answer = this.commits.expect(native);
    this.native.commit(native);
    await answer;
  }

  seek(position: Position): Promise<void> {
    return asked((done) =>
      this.native.seek(nativePosition(position), ASK_MS, (error) => done(error ?? null, undefined)),
    );
  }

  pause(partitions: readonly SourcePartition[]): void {
    this.native.pause(partitions);
  }

  resume(partitions: readonly SourcePartition[]): void {
    this.native.resume(partitions);
  }

  assign(positions: readonly NativePosition[]): void {
    this.native.incrementalAssign(positions);
  }

  unassign(partitions: readonly SourcePartition[]): void {
    this.native.incrementalUnassign(partitions);
  }

  /** Leaves the group, and closes the connections. */
  end(): Promise<void> {
    return new Promise((resolve) => this.native.disconnect(resolve));
  }
}

function groupSettings(options: ConsumerOptions): Readonly<Record<string, unknown>> {
  const { group, groupInstanceId, sessionTimeoutMs, rebalanceTimeoutMs } = options;
  const heartbeatMs = Math.min(LONGEST_HEARTBEAT_MS, sessionTimeoutMs / HEARTBEATS_PER_SESSION);
  return {
    'group.id': group,
    ...(groupInstanceId !== undefined && { 'group.instance.id': groupInstanceId }),
    'enable.auto.commit': false,
    'enable.auto.offset.store': false,
    'partition.assignment.strategy': 'cooperative-sticky',
    'session.timeout.ms': sessionTimeoutMs,
    'heartbeat.interval.ms': Math.max(1, Math.floor(heartbeatMs)),
    // It is polled all the time; this is also how long the group waits for it.
    'max.poll.interval.ms': Math.max(rebalanceTimeoutMs, sessionTimeoutMs),
    'isolation.level': 'read_committed',
    // Where a committed offset is deleted: nothing of what there is gets lost.
    'auto.offset.reset': 'earliest',
    'max.partition.fetch.bytes': options.maxBytesPerPartition,
    'queued.max.messages.kbytes': Math.max(1, Math.floor(options.maxBufferedBytes / 1024)),
  };
}

function nativePosition({ topic, partition, offset }: Position): NativePosition {
  return { topic, partition, offset: Number(offset) };
}

function asked<T>(ask: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, answer) => {
      if (error !== null && error !== undefined) reject(error);
      else resolve(answer);
    });
  });
}
