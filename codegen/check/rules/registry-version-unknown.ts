import type { ProjectRule } from '../rule.js';

/** A version in the registry that the lock does not have. */
export const registryVersionUnknown: ProjectRule<'registered'> = {
  id: 'registry-version-unknown',
  category: 'WIRE',
  severity: 'error',
  why: 'Somebody registered a version that the lock does not know, so data of it may be in the topic and no offline check looks at it.',
  fix: "Run `tavro pull` to take the registry's versions into the lock.",
  example: {
    facts: { subject: 'orders-value', version: 3, isDeleted: false, isKnown: false },
    repaired: [{ subject: 'orders-value', version: 3, isDeleted: false, isKnown: true }],
  },
  check({ subject, version, url, isDeleted, isKnown }) {
    if (isDeleted || isKnown) return undefined;
    const held =
      url === undefined ? `The registry has v${version}` : `${url} has version ${version}`;
    return `${held} of ${subject}, and the lock does not.`;
  },
};
