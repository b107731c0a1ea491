import { Attempts } from './attempts.js';
import { brokerError } from './broker-error.js';
import type { Clock } from './clock.js';
import { ProducerError, type ProducerErrorCode } from './errors.js';
import type { Failure, Session, Stored } from './session.js';
import type {
  Outcome,
  OutgoingMessage,
  PartitionState,
  TimeLimit,
  TopicPartition,
  Transport,
} from './transport.js';

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
 * A {@link Transport} of sessions. A batch is of one partition, so that the broker's answer is about
 * it alone, and is sent again over the *same* session until it is settled. Where its fate stays
 * unknown, the session is never used for another batch: its sequence numbers may be taken, and the
 * broker would drop new messages as duplicates.
 */
export function sessionTransport(options: SessionTransportOptions): Transport {
  const sessions = new Sessions(options.open);
  const loop = new SendLoop(options, sessions);
  return {
    name: options.name,
    connect: () => connect(options, sessions),
    partitions: (topic, limit) => loop.partitions(topic, limit),
    send: (to, messages, limit) => loop.send(to, messages, limit),
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

/** The session in use, which partitions share, and those that only settle what they began. */
class Sessions {
  private current: Held | undefined;
  private isClosed = false;
  private readonly open: () => Session;

  constructor(open: () => Session) {
    this.open = open;
  }

  /** @throws ProducerError `CLOSED`, to who asks for partitions when all messages have their report. */
  acquire(): Held {
    if (this.isClosed) throw new ProducerError('CLOSED', 'The producer is closed.');
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
    this.isClosed = true;
    const held = this.current;
    this.current = undefined;
    await held?.session.close();
  }
}

/** What a broker says of a topic, and nothing against the session. */
const ANSWERS: readonly ProducerErrorCode[] = ['TOPIC_UNKNOWN', 'NOT_AUTHORIZED'];

class SendLoop {
  private readonly options: SessionTransportOptions;
  private readonly sessions: Sessions;

  constructor(options: SessionTransportOptions, sessions: Sessions) {
    this.options = options;
    this.sessions = sessions;
  }

  async partitions(topic: string, { timeoutMs }: TimeLimit): Promise<readonly PartitionState[]> {
    const deadlineMs = this.options.clock.running() + timeoutMs;
    const attempts = new Attempts({ ...this.options, topic, deadlineMs, sends: false });
    while (true) {
      const held = this.sessions.acquire();
      try {
        return await attempts.run(async () => {
          await held.session.connect();
          return held.session.partitions(topic);
        });
      } catch (error) {
        // What asks in vain may be broken for good; batches under way finish on it.
        if (!ANSWERS.includes(attempts.note(error).code)) this.sessions.retire(held);
      } finally {
        this.sessions.release(held);
      }
      await attempts.pauseOrThrow();
    }
  }

  async send(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    { timeoutMs }: TimeLimit,
  ): Promise<readonly Outcome[]> {
    try {
      const deadlineMs = this.options.clock.running() + timeoutMs;
      const { offset, appendedMs } = await this.store(to, messages, deadlineMs);
      const { partition } = to;
      return messages.map((_, position) => ({
        partition,
        offset: offset + BigInt(position),
        appendedMs,
      }));
    } catch (error) {
      if (error instanceof ProducerError) return messages.map(() => ({ error }));
      throw error;
    }
  }

  /** Sends a batch until it is stored. */
  private async store(
    to: TopicPartition,
    messages: readonly OutgoingMessage[],
    deadlineMs: number,
  ): Promise<Stored> {
    const attempts = new Attempts({ ...this.options, ...to, deadlineMs, sends: true });
    let held = this.sessions.acquire();
    try {
      while (true) {
        const { session } = held;
        const attempt = { isSent: false, isOver: false };
        try {
          return await attempts.run(async () => {
            await session.connect();
            if (attempt.isOver) throw new Error('connected when nobody waited any more');
            attempt.isSent = true;
            return session.send(to, messages);
          });
        } catch (error) {
          attempt.isOver = true;
          if (attempts.note(error, attempt.isSent).verdict === 'sequence') {
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
