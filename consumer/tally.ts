import type { FailurePolicyFacts } from './failure-policy.js';

/** What became of records. */
export class Tally {
  handled = 0;
  skipped = 0;
  deadLettered = 0;
  /** Named in the answer, and those of the same partition behind them. */
  reported = 0;

  count(as: 'handled' | FailurePolicyFacts['countedAs']): void {
    if (as !== undefined) this[as] += 1;
  }

  /** Whether something is not as it should be. */
  get hasLosses(): boolean {
    return this.skipped + this.deadLettered + this.reported > 0;
  }
}
