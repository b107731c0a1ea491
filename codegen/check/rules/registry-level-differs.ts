import type { RuleFacts } from '../rule.js';

/** A subject whose level in the registry is another. */
export const registryLevelDiffers: RuleFacts = {
  id: 'registry-level-differs',
  category: 'WIRE',
  severity: 'warning',
  why: 'The registry holds the subject to another level than tavro.json says, so it accepts or refuses other changes.',
  fix: "Set the level in tavro.json to the registry's, or run `tavro publish`, which sets the registry's.",
};
