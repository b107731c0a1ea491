/**
 * Compatibility levels as data: which versions read which. The only place that knows of old and new.
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

interface Mode {
  /** The candidate must read what the history wrote. */
  readonly candidateReads: boolean;
  /** The history's readers must read what the candidate writes. */
  readonly historyReads: boolean;
  /** All versions count, not only the last. */
  readonly isTransitive: boolean;
}

const READS = { candidateReads: true, historyReads: false };
const IS_READ = { candidateReads: false, historyReads: true };
const BOTH = { candidateReads: true, historyReads: true };

export const MODES: { readonly [Level in CompatibilityLevel]: Mode } = {
  BACKWARD: { ...READS, isTransitive: false },
  BACKWARD_TRANSITIVE: { ...READS, isTransitive: true },
  FORWARD: { ...IS_READ, isTransitive: false },
  FORWARD_TRANSITIVE: { ...IS_READ, isTransitive: true },
  FULL: { ...BOTH, isTransitive: false },
  FULL_TRANSITIVE: { ...BOTH, isTransitive: true },
  NONE: { candidateReads: false, historyReads: false, isTransitive: false },
};

/** Who reads whom. */
export interface ReadingPair<Version> {
  readonly reader: Version;
  readonly writer: Version;
}

/**
 * The pairs that a level asks for, the last version first.
 * @param history oldest first
 */
export function pairsOf<Version>(
  level: CompatibilityLevel,
  history: readonly Version[],
  candidate: Version,
): ReadingPair<Version>[] {
  const { candidateReads, historyReads, isTransitive } = MODES[level];
  return versionsOf(history, isTransitive).flatMap((version) => [
    ...(candidateReads ? [{ reader: candidate, writer: version }] : []),
    ...(historyReads ? [{ reader: version, writer: candidate }] : []),
  ]);
}

function versionsOf<Version>(history: readonly Version[], all: boolean): readonly Version[] {
  return all ? [...history].reverse() : history.slice(-1);
}
