import { type AttemptLimit, attemptLimit, type CheckedAttemptLimit } from './attempt-limit.js';
import type { ConsumerError } from './errors.js';
import { handOver } from './hand-over.js';
import { type IncomingRecord, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';

/** Records whose attempts are counted, so that each goes to the dead letters after so many. */
export class CountedAttempts {
  private readonly limit: CheckedAttemptLimit;

  /** @throws ConsumerError `CONFIG` */
  constructor(limit: AttemptLimit, logger: Logger) {
    this.limit = attemptLimit(limit, logger);
  }

  /**
   * Counts a failed attempt.
   * @returns whether it was the last, and the dead-letter sink has the record
   * @throws ConsumerError `DEAD_LETTER`
   */
  async movesOn(record: IncomingRecord, error: ConsumerError): Promise<boolean> {
    const id = recordId(record);
    if (!(await this.limit.isUsedUp(id))) return false;
    await handOver(this.limit.deadLetter, record, error);
    await this.limit.settled(id);
    return true;
  }
}
