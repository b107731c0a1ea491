import type { ProjectRule } from '../rule.js';

/** A subject whose level in the registry is another. */
export const registryLevelDiffers: ProjectRule<'level'> = {
  id: 'registry-level-differs',
  category: 'WIRE',
  severity: 'warning',
  why: 'The registry holds the subject to another level than tavro.json says, so it accepts or refuses other changes.',
  fix: "Set the level in tavro.json to the registry's, or run `tavro publish`, which sets the registry's.",
  example: {
    facts: { subject: 'orders-value', given: 'FULL', registry: 'BACKWARD' },
    repaired: [
      { subject: 'orders-value', given: 'BACKWARD', registry: 'BACKWARD' },
      { subject: 'orders-value', given: 'FULL', registry: 'FULL' },
    ],
  },
  check({ subject, given, registry }) {
    return given === undefined || given === registry
      ? undefined
      : `tavro.json says ${given} for ${subject}, and the registry holds it to ${registry}.`;
  },
};
