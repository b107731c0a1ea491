import { counted } from '../runtime/words.js';
import { concurrently } from './concurrently.js';
import type { Deadline } from './deadline.js';
import { ConsumerError } from './errors.js';
import type { BatchItemFailure, BatchResponse } from './event.js';
import type { FailureHandling } from './failure-handling.js';
import { FailureLog } from './failure-log.js';
import { failurePolicies } from './failure-policy.js';
import type { HarmlessBatch } from './harmless.js';
import type { Logger } from './logger.js';
import {
  type DecodedPartition,
  type DeliveryWays,
  type Held,
  PartitionDelivery,
} from './partition-delivery.js';
import type { PartitionOutcome } from './telemetry.js';

export interface DeliveryOptions {
  readonly failures: FailureHandling;
  readonly logger: Logger;
  readonly partitionsAtOnce: number;
  readonly keysAtOnce: number;
  readonly deadline: Deadline;
  /** Who is told of it. */
  readonly batch: HarmlessBatch | undefined;
}

/** The records of one event on their way to their handlers. */
export class EventDelivery {
  private readonly options: DeliveryOptions;
  private readonly log: FailureLog;
  private readonly deliveries: readonly PartitionDelivery[];
  /** When the invocation is going to fail, the other partitions stop at their next record. */
  private failing = false;

  constructor(partitions: readonly DecodedPartition[], options: DeliveryOptions) {
    const { failures, logger, deadline, keysAtOnce, batch } = options;
    this.options = options;
    this.log = new FailureLog(failures, logger);
    const context = deadline.handlerContext(1);
    const ways: DeliveryWays = {
      failures,
      log: this.log,
      batch,
      keysAtOnce,
      context: () => context,
      mayTake: () => !this.failing && deadline.mayTake(),
      // What the end interrupts is no failure of the record's.
      afterFailure: () => (deadline.isNear ? 'slow' : 'failed'),
      onHeld: (held) => {
        this.failing ||= failsAll(held);
      },
    };
    this.deliveries = partitions.map((partition) => new PartitionDelivery(partition, ways));
  }

  get tallies(): readonly PartitionOutcome[] {
    return this.deliveries.map(({ tally }) => tally);
  }

  /**
   * Throws when a record that could not be decoded falls under a policy that fails the invocation:
   * before any handler has run, so that a batch that will come again has had no effects.
   */
  refuseWhole(): void {
    const fatal = this.deliveries.flatMap((delivery) => delivery.refused());
    const [first] = fatal;
    if (first === undefined) return;
    this.log.end();
    const others = fatal.length - 1;
    if (others === 0) throw first;
    throw new ConsumerError(
      first.code,
      `${first.message} (and ${counted(others, 'more record')})`,
      first,
    );
  }

  /** Calls the handlers, partition by partition, until all have ended or the deadline has passed. */
  async run(): Promise<void> {
    const { deadline, partitionsAtOnce, logger } = this.options;
    const all = concurrently(this.deliveries, partitionsAtOnce, (delivery) => {
      const { id, tally } = delivery;
      const { topic, partition, firstOffset, lastOffset, received: records } = tally;
      const fields = { topic, partition, firstOffset, lastOffset, records };
      logger.info(`Processing records from ${id}`, fields);
      return delivery.run();
    });
    await Promise.race([all, deadline.passed]);
    // Of those that have ended, this changes nothing.
    for (const delivery of this.deliveries) delivery.abandon();
    const moved = Promise.all(this.deliveries.map((delivery) => delivery.moveOnRunning()));
    await Promise.race([moved, deadline.over]);
    this.log.end();
  }

  /**
   * What the function answers.
   * @throws ConsumerError of the record that fails the invocation, or `DEADLINE`
   */
  answer(): BatchResponse {
    const { failures, logger, deadline } = this.options;
    for (const { held } of this.deliveries) if (held && failsAll(held)) throw held.error;
    const counts = countsOf(this.deliveries);
    const isWhole = counts.skipped + counts.deadLettered + counts.reported === 0;
    logger[isWhole ? 'debug' : 'warn'](`Handled ${counted(counts.handled, 'record')}.`, counts);
    const isLate = this.deliveries.some(({ held, firstOpen }) => held === undefined && firstOpen);
    if (isLate && !failures.answersAreRead) throw late(counts, deadline);
    const batchItemFailures = this.deliveries.flatMap(({ id, firstOpen }): BatchItemFailure[] =>
      firstOpen ? [{ itemIdentifier: { partition: id, offset: firstOpen.offset } }] : [],
    );
    return { batchItemFailures };
  }
}

function failsAll({ policy }: Held): boolean {
  return failurePolicies[policy].invocation === 'fails';
}

interface Counts {
  readonly handled: number;
  readonly skipped: number;
  readonly deadLettered: number;
  /** Named in the answer, and those of the same partition behind them. */
  readonly reported: number;
}

function countsOf(deliveries: readonly PartitionDelivery[]): Counts & Record<string, number> {
  const sum = (of: (delivery: PartitionDelivery) => number) =>
    deliveries.reduce((total, delivery) => total + of(delivery), 0);
  return {
    handled: sum(({ tally }) => tally.handled),
    skipped: sum(({ tally }) => tally.skipped),
    deadLettered: sum(({ tally }) => tally.deadLettered),
    reported: sum(({ open }) => open),
  };
}

function late({ handled, reported }: Counts, { marginMs }: Deadline): ConsumerError {
  return new ConsumerError(
    'DEADLINE',
    `The function's time-out was near with ${counted(handled, 'record')} handled and ${reported} left: ` +
      'the batch fails, and comes again as a whole. Give the function more time or the mapping a smaller batch; or ' +
      'onFailure "report", by which only what is left comes again. ' +
      `(${Math.round(marginMs)} ms are kept back: deadlineMarginMs.)`,
  );
}
