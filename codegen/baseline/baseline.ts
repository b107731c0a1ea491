/** What the candidate is checked against. */

import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { Version } from '../check/check-subject.js';
import type { Finding } from '../check/finding.js';
import type { RuleFacts } from '../check/rule.js';
import type { Severities } from '../check/severity.js';
import type { SubjectSchema } from '../history/subject.js';
import type { Place, SourceText } from '../model/source-text.js';

export interface Baseline {
  /** As `--against` names it. */
  readonly name: string;
  /** A subject's versions, oldest first; empty for one that is not there. */
  history(subject: string): readonly (() => Version)[];
  /** What is wrong with a subject's versions themselves. */
  review?(subject: string): readonly Finding[];
  /** Lets go of a subject's versions: a project may have more than fit into memory at once. */
  forget?(subject: string): void;
  /** Subjects that no topic has and this baseline compares all the same. */
  readonly extraSubjects?: readonly SubjectSchema[];
  /** The number that the candidate would have there; else it is the one in the lock. */
  nextNumber?(subject: string): number | undefined;
  /** The level that this baseline holds a subject to, if it is not the project's. */
  levelOf?(subject: string): CompatibilityLevel | undefined;
  /** What is wrong with the baseline itself, or missing from what is checked against it. */
  readonly findings: readonly Finding[];
  /** The texts that places point into. */
  sourceOf(file: string): SourceText | undefined;
}

/** A finding about a project as a whole. */
export function projectFinding(
  rule: RuleFacts,
  what: { subject: string; path?: string; at: Place; message: string },
  severities: Severities,
): Finding[] {
  const severity = severities.of(rule, what.subject);
  const { subject, path = '', at, message } = what;
  return severity === 'off'
    ? []
    : [
        {
          rule: rule.id,
          category: rule.category,
          severity,
          subject,
          path,
          at,
          message,
          fix: rule.fix,
        },
      ];
}

/** Answers the same every time, and works only when first asked. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
