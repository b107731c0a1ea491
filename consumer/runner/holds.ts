import type { ConsumerError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Position } from '../source.js';
import { waitAfter } from './backoff.js';
import type { BatchWays } from './batch-run.js';
import { partitionKey } from './committer.js';
import type { HeldPartition } from './health.js';

export interface HoldsOptions {
  readonly retry: BatchWays['retry'];
  readonly logger: Logger;
  /** Reads on from there when the wait is over. */
  readonly goOn: (position: Position) => void;
}

interface Hold extends HeldPartition {
  readonly times: number;
  readonly timer: NodeJS.Timeout;
}

/** Partitions that wait before their record is tried again. */
export class Holds {
  private readonly options: HoldsOptions;
  private readonly holds = new Map<string, Hold>();

  constructor(options: HoldsOptions) {
    this.options = options;
  }

  get all(): readonly HeldPartition[] {
    return [...this.holds.values()].map(({ timer: _, times: __, ...held }) => held);
  }

  /** Has the record read again after a while: a longer one each time. */
  hold(position: Position, error: ConsumerError): void {
    const { retry, logger, goOn } = this.options;
    const { topic, partition } = position;
    const offset = Number(position.offset);
    const key = partitionKey(position);
    const before = this.holds.get(key);
    const isSame = before?.offset === offset;
    const times = isSame ? before.times + 1 : 1;
    const since = isSame ? before.since : new Date();
    const waitMs = waitAfter(retry.attempts + times, retry);
    const timer = setTimeout(() => goOn(position), waitMs);
    this.holds.set(key, { topic, partition, offset, since, error, times, timer });
    logger.warn(
      `Partition ${partition} of topic "${topic}" waits ${Math.round(waitMs)} ms, and tries offset ${offset} again.`,
      { topic, partition, offset, code: error.code, times },
    );
  }

  /** The partition goes on, or is not ours any more. */
  end(partition: string): void {
    clearTimeout(this.holds.get(partition)?.timer);
    this.holds.delete(partition);
  }

  endAll(): void {
    for (const partition of this.holds.keys()) this.end(partition);
  }
}
