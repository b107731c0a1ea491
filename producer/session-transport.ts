import { Attempts } from './attempts.js';
import { brokerError } from './broker-error.js';
import type { Clock } from './clock.js';
import { ProducerError } from './errors.js';
import { partitionOf } from './partitioner.js';
import type { Failure, PartitionState, Session } from './session.js';
import type { Outcome, OutgoingMessage, Transport } from './transport.js';

export interface SessionTransportOptions {
  /** The bootstrap brokers. */
  readonly name: string;
  open(): Session;
  classify(error: unknown): Failure;
  readonly clock: Clock;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * A {@link Transport} of sessions. Each partition's messages go out as a batch of their own, so that
 * the broker's answer is about them alone, and are sent again over the *same* session until they are
 * settled. Where a batch's fate stays unknown, the session is never used for another batch: its
 * sequence numbers may be taken, and the broker would drop new messages as duplicates.
 */
export function sessionTransport(options: SessionTransportOptions): Transport {
  const sessions = new Sessions(options.open);
  const loop = new SendLoop(options, sessions);
  return {
    name: options.name,
    connect: () => connect(options, sessions),
    send: (topic, messages, { timeoutMs }) =>
      loop.send({ topic, messages, deadlineMs: options.clock.now() + timeoutMs }),
    disconnect: () => sessions.close(),
  };
}

/** How often a connection is made that comes to be and breaks. */
const CONNECT_ATTEMPTS = 3;
/** Before the next of them, in milliseconds. */
const CONNECT_PAUSE_MS = 100;

/** Tells at once of a connection that cannot be made: the address or the credentials are wrong. */
async function connect(options: SessionTransportOptions, sessions: Sessions): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const held = sessions.acquire();
    try {
      return await held.session.connect();
    } catch (error) {
      sessions.retire(held);
      const failure = options.classify(error);
      const broke = failure.code === 'UNREACHABLE' && failure.ambiguous;
      if (!broke || attempt === CONNECT_ATTEMPTS) {
        throw brokerError(failure, { brokers: options.name, cause: error });
      }
    } finally {
      sessions.release(held);
    }
    await new Promise<void>((resolve) => {
      options.clock.schedule(resolve, CONNECT_PAUSE_MS);
    });
  }
}

interface Held {
  readonly session: Session;
  users: number;
  retired: boolean;
}

/** The session in use, and those that only settle what they began. */
class Sessions {
  private current: Held | undefined;
  private readonly open: () => Session;

  constructor(open: () => Session) {
    this.open = open;
  }

  acquire(): Held {
    this.current ??= { session: this.open(), users: 0, retired: false };
    this.current.users++;
    return this.current;
  }

  release(held: Held): void {
    held.users--;
    if (held.retired && held.users === 0) held.session.destroy();
  }

  /** No new batch goes over it; it ends with the last that is under way. */
  retire(held: Held): void {
    held.retired = true;
    if (this.current === held) this.current = undefined;
  }

  async close(): Promise<void> {
    const held = this.current;
    this.current = undefined;
    await held?.session.close();
  }
}

interface TopicBatch {
  readonly topic: string;
  readonly messages: readonly OutgoingMessage[];
  readonly deadlineMs: number;
}

interface PartitionBatch extends TopicBatch {
  readonly partition: number;
}

class SendLoop {
  private readonly options: SessionTransportOptions;
  private readonly sessions: Sessions;

  constructor(options: SessionTransportOptions, sessions: Sessions) {
    this.options = options;
    this.sessions = sessions;
  }

  async send(batch: TopicBatch): Promise<readonly Outcome[]> {
    const partitions = await settle(this.partitionsOf(batch));
    if (partitions instanceof ProducerError) {
      return batch.messages.map(() => ({ error: partitions }));
    }
    const outcomes: Outcome[] = [];
    const groups = groupByPartition(batch.messages, partitions, this.options.random ?? Math.random);
    const sending = [...groups].map(async ([partition, indexes]) => {
      const messages = indexes.flatMap((index) => batch.messages[index] ?? []);
      const first = await settle(this.sendPartition({ ...batch, messages, partition }, partitions));
      indexes.forEach((index, position) => {
        outcomes[index] =
          first instanceof ProducerError
            ? { error: first }
            : { partition, offset: first + BigInt(position) };
      });
    });
    await Promise.all(sending);
    return outcomes;
  }

  private async partitionsOf(batch: TopicBatch): Promise<readonly PartitionState[]> {
    const attempts = new Attempts({ ...this.options, ...batch, sends: false });
    while (true) {
      const held = this.sessions.acquire();
      try {
        return await attempts.run(async () => {
          await held.session.connect();
          return held.session.partitions(batch.topic);
        });
      } catch (error) {
        // What asks in vain may be broken for good; batches under way finish on it.
        if (attempts.note(error).code !== 'TOPIC_UNKNOWN') this.sessions.retire(held);
      } finally {
        this.sessions.release(held);
      }
      await attempts.pauseOrThrow();
    }
  }

  /** Answers the offset of the first message. */
  private async sendPartition(
    batch: PartitionBatch,
    partitions: readonly PartitionState[],
  ): Promise<bigint> {
    if (!partitions.some(({ id }) => id === batch.partition)) {
      throw partitionUnknown(batch, partitions.length);
    }
    const attempts = new Attempts({ ...this.options, ...batch, sends: true });
    let held = this.sessions.acquire();
    try {
      while (true) {
        const { session } = held;
        try {
          return await attempts.run(async () => {
            await session.connect();
            return session.send(batch.topic, batch.partition, batch.messages);
          });
        } catch (error) {
          if (attempts.note(error).verdict === 'sequence') {
            this.sessions.retire(held);
            if (!attempts.ambiguous) held = this.replace(held);
          }
        }
        await attempts.pauseOrThrow();
      }
    } finally {
      if (attempts.ambiguous) this.sessions.retire(held);
      this.sessions.release(held);
    }
  }

  /** Nothing is stored yet: another producer id may take the batch. */
  private replace(held: Held): Held {
    this.sessions.release(held);
    return this.sessions.acquire();
  }
}

async function settle<T>(work: Promise<T>): Promise<T | ProducerError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProducerError) return error;
    throw error;
  }
}

/** Partition -> indexes of its messages, in order. */
function groupByPartition(
  messages: readonly OutgoingMessage[],
  partitions: readonly PartitionState[],
  random: () => number,
): ReadonlyMap<number, readonly number[]> {
  const available = partitions.filter((partition) => partition.available);
  const candidates = available.length > 0 ? available : partitions;
  const keyless = candidates[Math.floor(random() * candidates.length)]?.id ?? 0;
  const groups = new Map<number, number[]>();
  messages.forEach((message, index) => {
    const partition = partitionOf(message, { partitions: partitions.length, keyless });
    const group = groups.get(partition) ?? [];
    group.push(index);
    groups.set(partition, group);
  });
  return groups;
}

function partitionUnknown({ topic, partition }: PartitionBatch, count: number): ProducerError {
  return new ProducerError(
    'PARTITION_UNKNOWN',
    `Topic "${topic}" has no partition ${partition}; it has ${count}, counted from 0.`,
    { topic, partition },
  );
}
