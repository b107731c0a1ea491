import type { ProjectRule } from '../rule.js';

/** Hex digits of an identity that are shown. */
const SHOWN_DIGITS = 12;

/** A released version that the lock no longer tells as it was. */
export const releasedVersionEdited: ProjectRule<'locked'> = {
  id: 'released-version-edited',
  category: 'WIRE',
  severity: 'error',
  why: 'A released version is what data was written with. If the lock says something else than what was released, every verdict that rests on it may be wrong.',
  fix: 'Restore the version in schemas/lock/ from git; put the change into the .avsc file, where it becomes the next version.',
  example: {
    facts: {
      subject: 'orders-value',
      version: 2,
      released: '5e0c1bf4a3d27a90',
      found: '91c37de2b8f04466',
    },
    repaired: [
      {
        subject: 'orders-value',
        version: 2,
        released: '5e0c1bf4a3d27a90',
        found: '5e0c1bf4a3d27a90',
      },
    ],
  },
  check(locked) {
    if (!('found' in locked)) return undefined;
    const { subject, version, commit, released, found } = locked;
    if (found === undefined || found === released) return undefined;
    return commit === undefined
      ? `v${version} of ${subject} is released, and its schema in the lock is not the one that was: the identity is ${found.slice(0, SHOWN_DIGITS)}…, not ${released.slice(0, SHOWN_DIGITS)}….`
      : `v${version} of ${subject} is released in ${commit} and is another schema in the lock now.`;
  },
};
