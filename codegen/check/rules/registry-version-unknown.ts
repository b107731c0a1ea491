import type { RuleFacts } from '../rule.js';

/** A version in the registry that the lock does not have. */
export const registryVersionUnknown: RuleFacts = {
  id: 'registry-version-unknown',
  category: 'WIRE',
  severity: 'error',
  why: 'Somebody registered a version that the lock does not know, so data of it may be in the topic and no offline check looks at it.',
  fix: "Run `tavro pull` to take the registry's versions into the lock.",
};
