import type { ConsumerError, ConsumerErrorCode } from './errors.js';
import type { FailureHandling } from './failure-handling.js';
import type { FailurePolicyName } from './failure-policy.js';
import type { Logger } from './logger.js';

/** Failures of one event that are logged one by one, and the first of each code; others are counted. */
const MAX_LOGGED = 20;

/** The failures of one event in the log: bounded, however many records the event has. */
export class FailureLog {
  private readonly failures: FailureHandling;
  private readonly logger: Logger;
  private readonly seen = new Set<ConsumerErrorCode>();
  private readonly counted: Partial<Record<ConsumerErrorCode, number>> = {};
  private logged = 0;

  constructor(failures: FailureHandling, logger: Logger) {
    this.failures = failures;
    this.logger = logger;
  }

  /** @param policy under which the record has come to its end for now */
  add(error: ConsumerError, policy: FailurePolicyName): void {
    if (this.failures.isOldNews(error)) return;
    const { code } = error;
    if (this.logged < MAX_LOGGED || !this.seen.has(code)) {
      this.failures.log(error, policy);
      this.logged += 1;
      this.seen.add(code);
    } else {
      this.counted[code] = (this.counted[code] ?? 0) + 1;
    }
  }

  /** Says how many there were that were not logged one by one. */
  end(): void {
    const others = Object.values(this.counted).reduce((sum, count) => sum + count, 0);
    if (others === 0) return;
    const text = `${others === 1 ? '1 more failure of this event is' : `${others} more failures of this event are`} not logged one by one.`;
    this.logger.warn(text, { failures: { ...this.counted } });
  }
}
