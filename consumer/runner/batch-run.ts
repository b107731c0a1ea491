import { ConsumerError } from '../errors.js';
import type { ExactlyOnce } from '../exactly-once.js';
import type { FailureHandling } from '../failure-handling.js';
import { FailureLog } from '../failure-log.js';
import type { HandlerContext } from '../handler-context.js';
import type { HarmlessTelemetry } from '../harmless.js';
import type { Logger } from '../logger.js';
import {
  type DecodedPartition,
  type DeliveryWays,
  type Held,
  PartitionDelivery,
} from '../partition-delivery.js';
import { recordSeen } from '../records-seen.js';
import type { BoundRoute } from '../route.js';
import { SchemaRequests } from '../schema-requests.js';
import type { FetchedBatch, Position, SourceMember } from '../source.js';
import { SourceRecord } from '../source-record.js';
import { pause, waitAfter } from './backoff.js';
import { partitionKey } from './committer.js';

export interface BatchWays {
  readonly group: string;
  readonly failures: FailureHandling;
  readonly logger: Logger;
  readonly telemetry: HarmlessTelemetry;
  readonly keysAtOnce: number;
  readonly exactlyOnce: Pick<ExactlyOnce<unknown>, 'within'> | undefined;
  readonly member: () => SourceMember | undefined;
  readonly retry: {
    readonly attempts: number;
    readonly firstWaitMs: number;
    readonly longestWaitMs: number;
  };
}

/** Who hears of a delivery, and what of it is another way. */
type Told = Pick<DeliveryWays, 'batch' | 'log'> &
  Partial<Pick<DeliveryWays, 'afterFailure' | 'keysAtOnce' | 'tally'>>;

/** How a batch ended. */
export interface BatchEnd {
  /** What cannot be gone on without, if anything. */
  readonly held: Held | undefined;
}

/** The records that were fetched of one partition, on their way to their handler. */
export class BatchRun {
  readonly batch: FetchedBatch;
  /** Fulfilled when nothing of it runs any more. */
  readonly ended: Promise<BatchEnd>;
  private readonly ways: BatchWays;
  /** Aborted when no further record is to be begun, and no wait to be waited out. */
  private readonly ending = new AbortController();
  /** Aborted when handlers are to end. */
  private readonly interrupting = new AbortController();
  private delivery: PartitionDelivery | undefined;
  private interruptedAtMs = Number.POSITIVE_INFINITY;

  constructor(batch: FetchedBatch, route: BoundRoute, ways: BatchWays) {
    this.batch = batch;
    this.ways = ways;
    this.ended = this.run(route);
  }

  /** How far the partition has come: the first record that is open, or behind the last one. */
  get position(): Position {
    const { topic, partition, records } = this.batch;
    const first = records[0]?.offset ?? 0n;
    if (this.delivery === undefined) return { topic, partition, offset: first };
    const open = this.delivery.firstOpen;
    const offset = open ? BigInt(open.offset) : (records.at(-1)?.offset ?? first) + 1n;
    return { topic, partition, offset };
  }

  /** Whether all of it is handled, or out of the way. */
  get isWhole(): boolean {
    return this.delivery !== undefined && this.delivery.firstOpen === undefined;
  }

  /** Begins no further record; handlers that run have `graceMs` until their signal is aborted. */
  end(graceMs: number): void {
    if (this.ending.signal.aborted) return;
    this.interruptedAtMs = performance.now() + graceMs;
    this.ending.abort();
    const timer = setTimeout(() => this.interrupt(), graceMs);
    const end = () => clearTimeout(timer);
    this.ended.then(end, end);
  }

  /** Handlers are told to end now. */
  interrupt(): void {
    this.interruptedAtMs = Math.min(this.interruptedAtMs, performance.now());
    this.ending.abort();
    this.interrupting.abort(interrupted());
  }

  /** Nobody waits any more: what still runs counts for nothing. */
  abandon(): void {
    this.interrupt();
    this.delivery?.abandon();
  }

  private async run(route: BoundRoute): Promise<BatchEnd> {
    const { topic, records: fetched } = this.batch;
    const startMs = performance.now();
    const arrivedMs = Date.now();
    const records = fetched.map((record) => new SourceRecord(this.batch, record));
    const seen = this.ways.telemetry.onBatch({
      requestId: undefined,
      group: this.ways.group,
      topic,
      count: records.length,
      *records() {
        for (const record of records) yield recordSeen(record);
      },
    });
    const requests = new SchemaRequests();
    const decoded = await route.decode(records, requests).finally(() => requests.end());
    const decodeMs = performance.now() - startMs;
    const id = partitionKey(this.batch);
    const { handling } = route;
    const partition = { id, handling, records: decoded, arrived: records, decodeMs, arrivedMs };
    const log = new FailureLog(this.ways.failures, this.ways.logger);
    const deliver = () => this.deliverAll(partition, { batch: seen, log });
    const { held, tally } = await (seen ? seen.run(deliver) : deliver());
    log.end();
    seen?.onEnd({
      durationMs: performance.now() - startMs,
      error: held?.error,
      partitions: [tally],
    });
    return { held };
  }

  private async deliverAll(partition: DecodedPartition, told: Told): Promise<PartitionDelivery> {
    const { exactlyOnce, member } = this.ways;
    if (exactlyOnce === undefined) return this.deliver(partition, told);
    const { together, each } = exactlyOnce.within(partition.handling, member);
    const afterFailure = () => 'interrupted' as const;
    const whole = await this.deliver(
      { ...partition, handling: together },
      { ...told, afterFailure },
    );
    const { firstOpen, held, openRecords: records, tally } = whole;
    const isHeldThere = held !== undefined && firstOpen?.offset === held.error.offset;
    if (firstOpen === undefined || isHeldThere || this.ending.signal.aborted) return whole;
    // Nothing of the transaction is seen: once more, so that no more is held up than what fails. One after the
    // other, since each transaction commits the offsets up to its record.
    const again = { ...partition, handling: each, records };
    return this.deliver(again, { ...told, tally, keysAtOnce: 1 });
  }

  private async deliver(partition: DecodedPartition, told: Told): Promise<PartitionDelivery> {
    const { failures, keysAtOnce } = this.ways;
    const first = this.context(1);
    const delivery = new PartitionDelivery(partition, {
      failures,
      keysAtOnce,
      context: (attempt) => (attempt === 1 ? first : this.context(attempt)),
      mayTake: () => !this.ending.signal.aborted,
      afterFailure: (attempt) => this.afterFailure(attempt),
      onHeld: () => {},
      ...told,
    });
    this.delivery = delivery;
    await delivery.run();
    return delivery;
  }

  private async afterFailure(attempt: number): Promise<'again' | 'failed' | 'interrupted'> {
    const { retry } = this.ways;
    if (this.interrupting.signal.aborted) return 'interrupted';
    if (attempt >= retry.attempts) return 'failed';
    await pause(waitAfter(attempt, retry), this.ending.signal);
    return this.ending.signal.aborted ? 'interrupted' : 'again';
  }

  private context(attempt: number): HandlerContext {
    return {
      requestId: undefined,
      signal: this.interrupting.signal,
      remainingMs: () => Math.max(0, this.interruptedAtMs - performance.now()),
      attempt,
    };
  }
}

function interrupted(): ConsumerError {
  return new ConsumerError(
    'INTERRUPTED',
    'The consumer stops, or the partition goes to another member of the group: end now, or the record comes again.',
  );
}
