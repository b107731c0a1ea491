import { counted } from '../runtime/words.js';
import { concurrently } from './concurrently.js';
import type { Deadline } from './deadline.js';
import { ConsumerError } from './errors.js';
import type { BatchItemFailure, BatchResponse } from './event.js';
import type { FailureHandling } from './failure-handling.js';
import { FailureLog } from './failure-log.js';
import { failurePolicies } from './failure-policy.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';
import {
  type DecodedPartition,
  type DeliveryWays,
  type Held,
  PartitionDelivery,
} from './partition-delivery.js';
import { Tally } from './tally.js';

export interface DeliveryOptions {
  readonly failures: FailureHandling;
  readonly logger: Logger;
  readonly partitionsAtOnce: number;
  readonly keysAtOnce: number;
  readonly deadline: Deadline;
}

/**
 * Throws when a record that could not be decoded falls under a policy that fails the invocation:
 * before any handler has run, so that a batch that will come again has had no effects.
 */
export function refuseWholeBatch(
  partitions: readonly DecodedPartition[],
  { failures, logger }: Pick<DeliveryOptions, 'failures' | 'logger'>,
): void {
  const fatal: ConsumerError[] = [];
  for (const { records } of partitions) {
    for (const { decoded } of records) {
      if (!(decoded instanceof ConsumerError)) continue;
      if (failurePolicies[failures.policyOf(decoded)].invocation === 'fails') fatal.push(decoded);
    }
  }
  const [first] = fatal;
  if (first === undefined) return;
  const log = new FailureLog(failures, logger);
  for (const error of fatal) log.add(error, failures.policyOf(error));
  log.end();
  const others = fatal.length - 1;
  if (others === 0) throw first;
  throw new ConsumerError(
    first.code,
    `${first.message} (and ${counted(others, 'more record')})`,
    first,
  );
}

/** Calls the handlers, partition by partition, and answers what was not handled. */
export async function deliverPartitions(
  partitions: readonly DecodedPartition[],
  options: DeliveryOptions,
): Promise<BatchResponse> {
  const { failures, logger, deadline, partitionsAtOnce, keysAtOnce } = options;
  const tally = new Tally();
  const log = new FailureLog(failures, logger);
  const context = deadline.handlerContext(1);
  // When the invocation is going to fail, the other partitions stop at their next record.
  let failing = false;
  const ways: DeliveryWays = {
    failures,
    log,
    tally,
    keysAtOnce,
    context: () => context,
    mayTake: () => !failing && deadline.mayTake(),
    onHeld: (held) => {
      failing ||= failsAll(held);
    },
  };
  const deliveries = partitions.map((partition) => new PartitionDelivery(partition, ways));
  const all = concurrently(deliveries, partitionsAtOnce, (delivery) => {
    const { id, length } = delivery;
    logger.info(`Processing records from ${id}`, { partition: id, records: length });
    return delivery.run();
  });
  await Promise.race([all, deadline.passed]);
  // Of those that have ended, this changes nothing.
  for (const delivery of deliveries) await delivery.abandon(overdue);
  log.end();
  return new Answer(deliveries, { ...options, tally }).give();
}

function failsAll({ policy }: Held): boolean {
  return failurePolicies[policy].invocation === 'fails';
}

function overdue(record: IncomingRecord): ConsumerError {
  return new ConsumerError(
    'DEADLINE',
    `The handler of topic "${record.topic}" had not ended with ${recordId(record)} when the function's time-out was near.`,
    identityOf(record),
  );
}

class Answer {
  private readonly deliveries: readonly PartitionDelivery[];
  private readonly options: DeliveryOptions & { readonly tally: Tally };

  constructor(
    deliveries: readonly PartitionDelivery[],
    options: DeliveryOptions & { readonly tally: Tally },
  ) {
    this.deliveries = deliveries;
    this.options = options;
  }

  /** @throws ConsumerError of the record that fails the invocation, or `DEADLINE` */
  give(): BatchResponse {
    const { tally, logger, failures } = this.options;
    for (const { held } of this.deliveries) if (held && failsAll(held)) throw held.error;
    const open = this.deliveries.flatMap(({ id, firstOpen, open }) =>
      firstOpen === undefined ? [] : [{ id, offset: firstOpen.offset, records: open }],
    );
    tally.reported = open.reduce((sum, { records }) => sum + records, 0);
    const late = this.deliveries.some(({ held, open }) => held === undefined && open > 0);
    const level = tally.hasLosses ? 'warn' : 'debug';
    const { handled, skipped, deadLettered, reported } = tally;
    logger[level](`Handled ${counted(handled, 'record')}.`, {
      handled,
      skipped,
      deadLettered,
      reported,
    });
    if (late && !failures.answersAreRead) throw this.late(open[0]);
    return {
      batchItemFailures: open.map(
        ({ id, offset }): BatchItemFailure => ({ itemIdentifier: { partition: id, offset } }),
      ),
    };
  }

  private late(first: { readonly id: string; readonly offset: number } | undefined): ConsumerError {
    const { tally, deadline } = this.options;
    return new ConsumerError(
      'DEADLINE',
      `The function's time-out was near with ${counted(tally.handled, 'record')} handled and ${tally.reported} ` +
        `left, from ${first?.id}@${first?.offset} on: the batch fails, and comes again as a whole. Give the function ` +
        `more time or the mapping a smaller batch, or onFailure "report", by which only what is left comes again. ` +
        `(${Math.round(deadline.marginMs)} ms are kept back: deadlineMarginMs.)`,
    );
  }
}
