/** What the candidate is checked against. */

import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { Version } from '../check/check-subject.js';
import type { Fact } from '../check/facts.js';
import type { SubjectSchema } from '../history/subject.js';
import type { SourceText } from '../model/source-text.js';

export interface Baseline {
  /** As `--against` names it. */
  readonly name: string;
  /** A subject's versions, oldest first; empty for one that is not there. */
  history(subject: string): readonly (() => Version)[];
  /** What there is to know of a subject's versions themselves. */
  factsOf?(subject: string): readonly Fact[];
  /** Lets go of a subject's versions: a project may have more than fit into memory at once. */
  forget?(subject: string): void;
  /** Subjects that no topic has and this baseline compares all the same. */
  readonly extraSubjects?: readonly SubjectSchema[];
  /** The number that the candidate would have there; else it is the one in the lock. */
  nextNumber?(subject: string): number | undefined;
  /** The level that this baseline holds a subject to, if it is not the project's. */
  levelOf?(subject: string): CompatibilityLevel | undefined;
  /** What there is to know of the baseline itself, and of what is checked against it. */
  readonly facts: readonly Fact[];
  /** The texts that places point into. */
  sourceOf(file: string): SourceText | undefined;
}
