import type { RuleFacts } from '../rule.js';

/** A released version that is no longer in the lock. */
export const releasedVersionRemoved: RuleFacts = {
  id: 'released-version-removed',
  category: 'WIRE',
  severity: 'error',
  why: 'Data of a released version may still be in the topic. Without the version nobody checks that it can be read.',
  fix: 'Restore the version in lock.json from git.',
};
