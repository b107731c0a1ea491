import { counted } from '../runtime/words.js';
import { concurrently } from './concurrently.js';
import { ConsumerError } from './errors.js';
import type { BatchItemFailure, BatchResponse } from './event.js';
import type { FailureHandling } from './failure-handling.js';
import { FailureLog } from './failure-log.js';
import { failurePolicies } from './failure-policy.js';
import type { Logger } from './logger.js';
import { identityOf, recordId } from './read-event.js';
import type { DecodedRecord } from './route.js';

/** The decoded records of one partition, in offset order. */
export interface DecodedPartition {
  readonly id: string;
  readonly records: readonly DecodedRecord[];
}

interface DeliveryOptions {
  readonly failures: FailureHandling;
  readonly logger: Logger;
  readonly partitionsAtOnce: number;
}

/** What became of the records of one event. */
interface Tally {
  handled: number;
  skipped: number;
  deadLettered: number;
  /** Named in the answer, and those of the same partition behind them. */
  reported: number;
}

/**
 * Throws when a record that could not be decoded falls under a policy that fails the invocation:
 * before any handler has run, so that a batch that will come again has had no effects.
 */
export function refuseWholeBatch(
  partitions: readonly DecodedPartition[],
  { failures, logger }: Pick<DeliveryOptions, 'failures' | 'logger'>,
): void {
  const fatal = partitions
    .flatMap(({ records }) => records)
    .flatMap((entry) => ('error' in entry ? [entry.error] : []))
    .filter((error) => failurePolicies[failures.policyOf(error)].invocation === 'fails');
  const [first] = fatal;
  if (first === undefined) return;
  const log = new FailureLog(failures, logger);
  for (const error of fatal) log.add(error);
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
  const delivery = new Delivery(options);
  try {
    await concurrently(partitions, options.partitionsAtOnce, (partition) =>
      delivery.deliver(partition),
    );
  } finally {
    delivery.endLog();
  }
  return delivery.answer();
}

class Delivery {
  private readonly failures: FailureHandling;
  private readonly logger: Logger;
  private readonly log: FailureLog;
  private readonly reported: BatchItemFailure[] = [];
  private readonly tally: Tally = { handled: 0, skipped: 0, deadLettered: 0, reported: 0 };
  /** Set when the invocation is going to fail: the other partitions stop at their next record. */
  private failing = false;

  constructor({ failures, logger }: DeliveryOptions) {
    this.failures = failures;
    this.logger = logger;
    this.log = new FailureLog(failures, logger);
  }

  async deliver({ id, records }: DecodedPartition): Promise<void> {
    this.logger.info(`Processing records from ${id}`, { partition: id, records: records.length });
    for (const [index, entry] of records.entries()) {
      if (this.failing) return;
      const goOn = await this.deliverOne(entry, id);
      if (goOn) continue;
      this.tally.reported += records.length - index;
      return;
    }
  }

  /** False when the rest of the partition has to wait. */
  private async deliverOne(entry: DecodedRecord, partition: string): Promise<boolean> {
    const error = 'error' in entry ? entry.error : await attempt(entry);
    if (error === undefined) {
      this.tally.handled += 1;
      return true;
    }
    const policy = failurePolicies[await this.settle(entry, error)];
    if (policy.invocation === 'fails') {
      this.failing = true;
      throw error;
    }
    if (policy.invocation === 'names the record as failed') {
      const { offset } = entry.record;
      this.reported.push({ itemIdentifier: { partition, offset } });
    } else this.tally[policy.countedAs] += 1;
    return !policy.holdsPartition;
  }

  private async settle(entry: DecodedRecord, error: ConsumerError) {
    this.log.add(error);
    try {
      return await this.failures.settle(entry.record, error);
    } catch (refused) {
      this.failing = true;
      if (refused instanceof ConsumerError) this.failures.log(refused, 'fail');
      throw refused;
    }
  }

  endLog(): void {
    this.log.end();
  }

  answer(): BatchResponse {
    const { skipped, deadLettered, reported } = this.tally;
    const level = skipped + deadLettered + reported === 0 ? 'debug' : 'warn';
    this.logger[level](`Handled ${counted(this.tally.handled, 'record')}.`, { ...this.tally });
    return { batchItemFailures: this.reported };
  }
}

async function attempt(
  entry: Exclude<DecodedRecord, { error: ConsumerError }>,
): Promise<ConsumerError | undefined> {
  try {
    await entry.deliver();
    return undefined;
  } catch (cause) {
    const { record } = entry;
    return new ConsumerError(
      'HANDLER',
      `The handler of topic "${record.topic}" failed on ${recordId(record)}; its error is the cause.`,
      { ...identityOf(record), cause },
    );
  }
}
