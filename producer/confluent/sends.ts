import { Attempts } from '../attempts.js';
import { brokerError, partitionGone } from '../broker-error.js';
import type { Clock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { KafkaConnection } from '../kafka-connection.js';
import type { Failure } from '../session.js';
import type { Outcome, OutgoingMessage, TimeLimit, TopicPartition } from '../transport.js';
import { type ConfluentClient, sentTimestamp } from './client.js';
import type { Clients, Held } from './clients.js';
import { classifyConfluent, messageFailure } from './failure.js';
import type { NativeError, NativeReport } from './package.js';
import { ackTimeoutMs } from './settings.js';

export interface ConfluentSendsOptions {
  readonly name: string;
  readonly connection: KafkaConnection;
  readonly clients: Clients;
  readonly clock: Clock;
}

/** How long a close waits for what is under way, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5_000;

/** A client that is kept from ending, and that takes messages. */
interface Ready {
  readonly held: Held;
  readonly client: ConfluentClient;
}

/** A batch, and until when its fate is to be known. */
interface Batch {
  readonly to: TopicPartition;
  readonly messages: readonly OutgoingMessage[];
  readonly deadlineMs: number;
}

/**
 * Hands batches to librdkafka, those of a partition in the order in which they come, and answers what
 * became of each message. Until a batch is handed over it is surely not stored.
 */
export class ConfluentSends {
  private readonly options: ConfluentSendsOptions;
  /** By partition: when all that came before is handed over, or given up. */
  private readonly turns = new Map<string, Promise<unknown>>();
  /** What ends the batches that are handed over. */
  private readonly underWay = new Map<Promise<unknown>, (failure: Failure) => void>();

  constructor(options: ConfluentSendsOptions) {
    this.options = options;
  }

  async send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    { timeoutMs }: TimeLimit,
  ): Promise<readonly Outcome[]> {
    const batch = { to, messages, deadlineMs: this.options.clock.running() + timeoutMs };
    try {
      const outcomes = await this.handOver(batch);
      return await outcomes.settled;
    } catch (error) {
      if (error instanceof ProducerError) return messages.map(() => ({ error }));
      throw error;
    }
  }

  /** Waits a little for what is under way, and then tells that nobody knows of it. */
  async close(): Promise<void> {
    const { clock } = this.options;
    const cancel = clock.schedule(() => {
      for (const end of this.underWay.values()) end(CLOSED);
    }, CLOSE_TIMEOUT_MS);
    await Promise.all(this.underWay.keys());
    cancel();
  }

  /**
   * The outcomes are in an object, so that who awaits this does not await them.
   * @throws ProducerError where nothing was handed over
   */
  private async handOver(batch: Batch): Promise<{ readonly settled: Promise<readonly Outcome[]> }> {
    const key = `${batch.to.topic}/${batch.to.partition}`;
    const earlier = this.turns.get(key);
    const ready = earlier === undefined ? this.readyNow(key) : undefined;
    if (ready !== undefined) return { settled: this.handTo(ready, key, batch) };
    const work = this.makeReady(key, batch, earlier).then((later) => ({
      settled: this.handTo(later, key, batch),
    }));
    const turn = Promise.all([earlier, work.catch(() => undefined)]).finally(() => {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    });
    this.turns.set(key, turn);
    return work;
  }

  /** Without waiting, as nearly always. */
  private readyNow(key: string): Ready | undefined {
    const { clients } = this.options;
    if (clients.before(key) !== undefined) return undefined;
    const held = clients.acquire();
    if (held.client?.isReady) return { held, client: held.client };
    clients.release(held);
    return undefined;
  }

  /** Waits for its turn, and for a client with a broker. @throws ProducerError */
  private async makeReady(
    key: string,
    { to, deadlineMs }: Batch,
    earlier: Promise<unknown> | undefined,
  ): Promise<Ready> {
    const { name, clients, clock } = this.options;
    const attempts = new Attempts({
      name,
      ...to,
      deadlineMs,
      sends: false,
      unreached: 'TIMED_OUT',
      classify: classifyConfluent,
      clock,
    });
    const inTime = (waited: Promise<unknown>) =>
      attempts.run(() => waited).catch(() => attempts.pauseOrThrow());
    if (earlier !== undefined) await inTime(earlier);
    while (true) {
      for (let gone = clients.before(key); gone !== undefined; gone = clients.before(key)) {
        await inTime(gone);
      }
      const held = clients.acquire();
      try {
        const client = await attempts.run(async () => {
          const opened = await held.opening;
          await opened.ready();
          return opened;
        });
        if (client.isReady && !held.isRetired) return { held, client };
        if (client.isFatal) clients.retire(held);
      } catch (error) {
        const why = held.client?.problem ?? error;
        attempts.note(error);
        if (attempts.note(why).verdict === 'final') clients.retire(held);
      }
      clients.release(held);
      await attempts.pauseOrThrow();
    }
  }

  private handTo(ready: Ready, key: string, batch: Batch): Promise<readonly Outcome[]> {
    const { clients, clock } = this.options;
    const { held, client } = ready;
    const { to, messages, deadlineMs } = batch;
    held.partitions.add(key);
    const sentMs = clock.running();
    const outcomes = new Outcomes(messages.length);
    const end = (failure: Failure) => {
      clients.retire(held);
      outcomes.putRest({ error: this.errorOf(failure, to) });
    };
    messages.forEach((message, index) => {
      try {
        client.produce(to, message, (error, report) => {
          if (error === null) outcomes.put(index, delivered(to, message, report));
          else outcomes.put(index, { error: this.reported({ error, sentMs, to }, ready) });
        });
      } catch (error) {
        if (client.isFatal) clients.retire(held);
        const failure = { ...messageFailure(error), ambiguous: false };
        outcomes.put(index, { error: this.errorOf(failure, to, error) });
      }
    });
    const late = () => end({ ...LATE, reason: client.problem.message });
    const cancel = clock.schedule(late, Math.max(0, deadlineMs - clock.running()));
    const settled = outcomes.settled.finally(() => {
      cancel();
      this.underWay.delete(settled);
      clients.release(held);
    });
    this.underWay.set(settled, end);
    return settled;
  }

  /** What librdkafka reports of a message that it has given up. */
  private reported({ error, sentMs, to }: Reported, { held, client }: Ready): ProducerError {
    const { clients, clock, connection } = this.options;
    const failure = messageFailure(error);
    // A refusal is of the last time that it was sent: another may have been stored, and not told.
    const isOnlyOnce =
      !client.mayHaveLost(sentMs) && clock.running() - sentMs < ackTimeoutMs(connection);
    if (failure.ambiguous) clients.retire(held);
    return this.errorOf({ ...failure, ambiguous: failure.ambiguous || !isOnlyOnce }, to, error);
  }

  private errorOf(failure: Failure, to: TopicPartition, cause?: unknown): ProducerError {
    const delivered = failure.ambiguous ? 'unknown' : 'no';
    const { code } = failure;
    const told = code === 'PARTITION_UNKNOWN' ? { told: partitionGone(to.partition) } : {};
    return brokerError(
      { ...failure, ...told },
      { brokers: this.options.name, ...to, delivered, cause },
    );
  }
}

interface Reported {
  readonly error: NativeError;
  /** When the message was handed over. */
  readonly sentMs: number;
  readonly to: TopicPartition;
}

const LATE: Failure = {
  code: 'TIMED_OUT',
  reason: 'no answer',
  verdict: 'final',
  ambiguous: true,
};

const closed = new ProducerError(
  'CLOSED',
  'The producer was closed while a message was on its way.',
);
const CLOSED: Failure = {
  code: 'CLOSED',
  reason: closed.message,
  told: closed,
  verdict: 'final',
  ambiguous: true,
};

/**
 * A message that was stored before, and of which the broker has forgotten where, has no offset. Another
 * time than its own is the broker's.
 */
function delivered(
  { partition }: TopicPartition,
  { timestampMs }: OutgoingMessage,
  { offset, timestamp = -1 }: NativeReport,
): Outcome {
  const isOurs = timestamp < 0 || timestamp === sentTimestamp(timestampMs);
  return {
    partition,
    offset: BigInt(Math.max(offset, -1)),
    ...(!isOurs && { appendedMs: timestamp }),
  };
}

/** The outcomes of a batch, as they come. */
class Outcomes {
  readonly settled: Promise<readonly Outcome[]>;
  private readonly known: (Outcome | undefined)[];
  private missing: number;
  private resolve: (outcomes: readonly Outcome[]) => void = () => {};

  constructor(count: number) {
    this.known = new Array(count).fill(undefined);
    this.missing = count;
    this.settled = new Promise((resolve) => {
      this.resolve = resolve;
    });
    if (count === 0) this.resolve([]);
  }

  /** The first that is told of a message counts. */
  put(index: number, outcome: Outcome): void {
    if (this.known[index] !== undefined) return;
    this.known[index] = outcome;
    if (--this.missing === 0) this.resolve(this.known.flatMap((one) => one ?? []));
  }

  putRest(outcome: Outcome): void {
    this.known.forEach((_, index) => {
      this.put(index, outcome);
    });
  }
}
