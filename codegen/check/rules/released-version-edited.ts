import type { RuleFacts } from '../rule.js';

/** A released version that the lock no longer tells as it was. */
export const releasedVersionEdited: RuleFacts = {
  id: 'released-version-edited',
  category: 'WIRE',
  severity: 'error',
  why: 'A released version is what data was written with. If the lock says something else than what was released, every verdict that rests on it may be wrong.',
  fix: 'Restore the version in lock.json from git; put the change into the .avsc file, where it becomes the next version.',
};
