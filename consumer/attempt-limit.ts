import { wordFor } from '../runtime/misuse.js';
import { type AttemptStore, memoryAttempts } from './attempts.js';
import type { DeadLetterPolicy } from './dead-letter.js';
import { ConsumerError } from './errors.js';
import type { Logger } from './logger.js';

/** How often a record may fail before it is moved out of the way of those behind it. */
export interface AttemptLimit {
  /** Attempts that may fail, from 1; the record goes when this many have. */
  readonly max: number;
  /** Where attempts are counted. @default memoryAttempts() */
  readonly store?: AttemptStore | undefined;
  /** What takes the record then: of `deadLetterTopic`, `deadLetterQueue` or `deadLetterTo`. */
  readonly deadLetter: DeadLetterPolicy;
}

/** An {@link AttemptLimit} that was checked. */
export interface CheckedAttemptLimit {
  readonly deadLetter: DeadLetterPolicy;
  /**
   * Counts one more attempt that failed, and says whether the record is to go. When the store cannot be
   * reached, the record stays and the reason is logged: the record's own error is what its batch fails with.
   */
  isUsedUp(recordId: string): Promise<boolean>;
  /** The record is handled or has gone. What the store says to that is logged only. */
  settled(recordId: string): Promise<void>;
}

/** @throws ConsumerError `CONFIG` */
export function attemptLimit(limit: AttemptLimit, logger: Logger): CheckedAttemptLimit {
  const { max, store = memoryAttempts(), deadLetter } = limit;
  check({ max, store, deadLetter });
  const orLogged = async <Answer>(asking: () => Promise<Answer>, instead: Answer) => {
    try {
      return await asking();
    } catch (error) {
      logger.warn('The store of attempts cannot be reached: records come again as if unlimited.', {
        error,
      });
      return instead;
    }
  };
  return {
    deadLetter,
    isUsedUp: (recordId) => orLogged(async () => (await store.failed(recordId)) >= max, false),
    settled: (recordId) => orLogged(() => store.settled(recordId), undefined),
  };
}

/** For callers without the compiler: a limit that was misread must not move records. */
function check({ max, store, deadLetter }: Required<AttemptLimit>): void {
  const wrong = (what: string) => new ConsumerError('CONFIG', `attempts: ${what}`);
  if (!Number.isSafeInteger(max) || max < 1)
    throw wrong(`max must be a whole number from 1; it is ${wordFor(max)}.`);
  if (typeof store?.failed !== 'function' || typeof store.settled !== 'function')
    throw wrong('store must be an AttemptStore, such as memoryAttempts() or dynamoDbAttempts(…).');
  if (deadLetter?.policy !== 'dead-letter' || typeof deadLetter.sink !== 'function')
    throw wrong(
      'deadLetter must be of deadLetterTopic(…), deadLetterQueue(…) or deadLetterTo(sink).',
    );
}
