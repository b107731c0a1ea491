import type { AttemptLimit } from './attempts.js';
import type { ConsumerError } from './errors.js';
import { handOver } from './hand-over.js';
import { type IncomingRecord, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';

/** Records whose attempts are counted, so that each goes to the dead letters after so many. */
export class CountedAttempts {
  private readonly limit: AttemptLimit;
  private readonly logger: Logger;

  constructor(limit: AttemptLimit, logger: Logger) {
    this.limit = limit;
    this.logger = logger;
  }

  /**
   * Counts a failed attempt. A store that does not answer makes no attempt the last.
   * @returns whether it was the last, and the dead-letter sink has the record
   * @throws ConsumerError `DEAD_LETTER`
   */
  async movesOn(record: IncomingRecord, error: ConsumerError): Promise<boolean> {
    const { store, max, deadLetter } = this.limit;
    const id = recordId(record);
    try {
      if ((await store.failed(id)) < max) return false;
    } catch (thrown) {
      this.tell(`The attempts at ${id} could not be counted.`, record, thrown);
      return false;
    }
    await handOver(deadLetter, record, error);
    try {
      await store.settled(id);
    } catch (thrown) {
      this.tell(`${id} is a dead letter, and its attempts could not be forgotten.`, record, thrown);
    }
    return true;
  }

  private tell(text: string, { topic, partition, offset }: IncomingRecord, error: unknown): void {
    this.logger.warn(text, { topic, partition, offset, error });
  }
}
