/** Compatibility levels as data: which versions read which. The only place that knows of old and new. */
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';

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
  const { candidateReads, historyReads } = MODES[level];
  return versionsOf(level, history).flatMap((version) => [
    ...(candidateReads ? [{ reader: candidate, writer: version }] : []),
    ...(historyReads ? [{ reader: version, writer: candidate }] : []),
  ]);
}

/** The versions that a level looks at, the last one first. */
export function versionsOf<Version>(
  level: CompatibilityLevel,
  history: readonly Version[],
): readonly Version[] {
  return MODES[level].isTransitive ? [...history].reverse() : history.slice(-1);
}
