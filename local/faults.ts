import { brokerError } from '../producer/broker-error.js';
import {
  type Clock,
  type ProducerError,
  type ProducerErrorCode,
  systemClock,
  type TimeLimit,
  type TopicPartition,
  type Transport,
} from '../producer/index.js';
import { checkRange, expect, MAX_TIMER_MS } from '../producer/misuse.js';
import { type SendLayer, withSends, withSessions } from './send-layer.js';

/** What may be wrong with a broker, for a test to switch on. All of it lasts until {@link heal}. */
export interface BrokerFaults {
  /**
   * A partition has no leader: what is for it waits, and ends as `TIMED_OUT`, `delivered` `no`. Messages
   * without a key go to other partitions.
   */
  loseLeader(topic: string, partition: number): void;
  /**
   * No broker is reached: `connect` ends as `UNREACHABLE` at once, a first message to a topic after its
   * delivery timeout, and one to a topic that is known as `TIMED_OUT`.
   */
  cutOff(): void;
  /**
   * Every acknowledgement comes so many milliseconds after the message was stored. One that would come
   * after the delivery timeout is `TIMED_OUT`, `delivered` `unknown`.
   */
  slowDown(ms: number): void;
  /** What is sent is stored, and no acknowledgement comes: `TIMED_OUT`, `delivered` `unknown`. */
  swallowAcknowledgements(): void;
  /** Ends all faults; what waits for that goes on, as after a retry. */
  heal(): void;
}

export interface FaultyTransport {
  readonly transport: Transport;
  readonly faults: BrokerFaults;
}

/**
 * A transport, such as `memoryTransport(broker)`, with faults to switch on.
 * @param clock the producer's own; @default the system clock
 */
export function faultyTransport(transport: Transport, clock: Clock = systemClock): FaultyTransport {
  const faults = new Faults(clock);
  const { name } = transport;
  const deadlineOf = ({ timeoutMs }: TimeLimit) => clock.running() + timeoutMs;
  const reach = async (limit: TimeLimit, topic?: string) => {
    if (await faults.until(() => !faults.isCutOff, deadlineOf(limit))) return;
    throw failure('UNREACHABLE', CUT_OFF, { brokers: name, ...(topic !== undefined && { topic }) });
  };
  const sending: SendLayer = (send, inside) => async (to, messages, limit) => {
    const deadlineMs = deadlineOf(limit);
    const fail = (reason: string, delivered: 'no' | 'unknown') => {
      const error = failure('TIMED_OUT', reason, { brokers: name, ...to, delivered });
      return messages.map(() => ({ error }));
    };
    const isOpen = () => !faults.isCutOff && !faults.isLeaderless(to);
    if (!(await faults.until(isOpen, deadlineMs)))
      return fail(faults.isCutOff ? CUT_OFF : LEADERLESS, 'no');
    const outcomes = await send(to, messages, limit);
    if (await faults.acknowledged(deadlineMs)) return outcomes;
    return fail('no answer', inside === 'transaction' ? 'no' : 'unknown');
  };
  const faulty: Transport = {
    ...withSends(transport, sending),
    async connect() {
      if (faults.isCutOff) throw failure('UNREACHABLE', CUT_OFF, { brokers: name });
      await transport.connect();
    },
    async partitions(topic, limit) {
      await reach(limit, topic);
      const known = await transport.partitions(topic, limit);
      return known.map(({ id, available }) => {
        const isLed = !faults.isLeaderless({ topic, partition: id });
        return { id, available: available && isLed };
      });
    },
    ...withSessions(transport, (session) => ({
      ...session,
      claim: (limit) => reach(limit).then(() => session.claim(limit)),
      begin: (limit) => reach(limit).then(() => session.begin(limit)),
      send: sending(session.send, 'transaction'),
      sendOffsets: (offsets, limit) => reach(limit).then(() => session.sendOffsets(offsets, limit)),
      async commit(limit) {
        const deadlineMs = deadlineOf(limit);
        await reach(limit);
        await session.commit(limit);
        if (await faults.acknowledged(deadlineMs)) return;
        throw failure('TIMED_OUT', 'no answer', { brokers: name, delivered: 'unknown' });
      },
      abort: (limit) => reach(limit).then(() => session.abort(limit)),
    })),
  };
  return { transport: faulty, faults: faults.switches() };
}

const CUT_OFF = 'the connection was cut';
const LEADERLESS = 'there is no leader for this partition';

class Faults {
  isCutOff = false;
  private delayMs = 0;
  private readonly leaderless = new Set<string>();
  private readonly waiting = new Set<() => void>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  isLeaderless({ topic, partition }: TopicPartition): boolean {
    return this.leaderless.has(`${topic}\n${partition}`);
  }

  /** Waits until that is so, or till the deadline; answers whether it is. */
  async until(isSo: () => boolean, deadlineMs: number): Promise<boolean> {
    while (!isSo()) {
      const leftMs = deadlineMs - this.clock.running();
      if (leftMs <= 0) return false;
      await this.healed(leftMs);
    }
    return true;
  }

  /** Waits as long as acknowledgements take now; answers whether one comes before the deadline. */
  async acknowledged(deadlineMs: number): Promise<boolean> {
    const atMs = this.clock.running() + this.delayMs;
    const isOver = () => this.delayMs === 0 || this.clock.running() >= atMs;
    if (await this.until(isOver, Math.min(atMs, deadlineMs))) return true;
    return isOver();
  }

  switches(): BrokerFaults {
    return {
      loseLeader: (topic, partition) => {
        expect(typeof topic === 'string', 'loseLeader: the topic', topic, 'its name');
        const fits = Number.isInteger(partition) && partition >= 0;
        expect(fits, 'loseLeader: the partition', partition, 'a whole number from 0');
        this.leaderless.add(`${topic}\n${partition}`);
      },
      cutOff: () => {
        this.isCutOff = true;
      },
      slowDown: (ms) => {
        checkRange('slowDown: what it is given', ms, [0, MAX_TIMER_MS]);
        this.delayMs = ms;
      },
      swallowAcknowledgements: () => {
        this.delayMs = Number.POSITIVE_INFINITY;
      },
      heal: () => {
        this.isCutOff = false;
        this.delayMs = 0;
        this.leaderless.clear();
        for (const wake of [...this.waiting]) wake();
      },
    };
  }

  /** Settles when all is well, at the latest after so many milliseconds. */
  private healed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        cancel();
        resolve();
      };
      const cancel = this.clock.schedule(wake, withinMs);
      this.waiting.add(wake);
    });
  }
}

interface FailureContext extends Partial<TopicPartition> {
  readonly brokers: string;
  readonly delivered?: 'no' | 'unknown';
}

function failure(code: ProducerErrorCode, reason: string, context: FailureContext): ProducerError {
  return brokerError({ code, reason, verdict: 'final', ambiguous: false }, context);
}
