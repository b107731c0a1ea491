import { ConsumerError } from '../errors.js';
import type { Position } from '../source.js';

/** How long a commit is tried for, in milliseconds; the next one covers it. */
export const COMMIT_PATIENCE_MS = 10_000;

/** @param cause undefined where the partitions are not ours */
export function notCommitted(positions: readonly Position[], cause: unknown): ConsumerError {
  const [first] = positions;
  const { topic, partition, offset } = first ?? {};
  const more = positions.length > 1 ? ` and ${positions.length - 1} more` : '';
  const why =
    cause === undefined
      ? 'another member has the partition now, and reads on from the last commit'
      : `${cause instanceof Error ? cause.message : String(cause)}; the next commit covers it`;
  const message = `Offset ${offset} of ${topic}-${partition}${more} was not committed: ${why}.`;
  return new ConsumerError('COMMIT', message, { topic, partition, cause });
}
