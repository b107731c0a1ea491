/**
 * Compatibility levels: which versions of a subject must read each other's data.
 * Source: Confluent Schema Registry, "Schema Evolution and Compatibility".
 */

export const COMPATIBILITY_LEVELS = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
] as const;

export type CompatibilityLevel = (typeof COMPATIBILITY_LEVELS)[number];

/** What holds where nobody says: Confluent's default. */
export const DEFAULT_LEVEL: CompatibilityLevel = 'BACKWARD';
