import type { ProjectRule } from '../rule.js';

/** Most missing versions that are named. */
const MAX_MISSING = 20;

/** A released version that is no longer in the lock. */
export const releasedVersionRemoved: ProjectRule<'locked'> = {
  id: 'released-version-removed',
  category: 'WIRE',
  severity: 'error',
  why: 'Data of a released version may still be in the topic. Without the version nobody checks that it can be read.',
  fix: 'Restore the version in schemas/lock/ from git.',
  example: {
    facts: { subject: 'orders-value', numbers: [1, 2, 4] },
    repaired: [{ subject: 'orders-value', numbers: [1, 2, 3, 4] }],
  },
  check(locked) {
    if ('numbers' in locked) return gaps(locked);
    const { subject, version, commit = 'the lock', found } = locked;
    return found === undefined
      ? `v${version} of ${subject} is released in ${commit} and is not in the lock any more.`
      : undefined;
  },
};

/** Versions count without gaps from the first that is there. */
function gaps({ subject, numbers }: { subject: string; numbers: readonly number[] }) {
  const there = new Set(numbers);
  const [first, last] = [Math.min(...there), Math.max(...there)];
  const missing: string[] = [];
  for (let number = first + 1; number < last && missing.length < MAX_MISSING; number++)
    if (!there.has(number)) missing.push(`v${number}`);
  return missing.length === 0
    ? undefined
    : `The lock of ${subject} goes to v${last} and lacks ${missing.join(', ')}.`;
}
