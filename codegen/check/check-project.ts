/** All subjects of a project against a baseline -> findings; the pure part of `tavro check`. */
import type { Schema } from '../model/schema.js';
import { checkSubject, rolloutOfSubject, type SubjectHistory } from './check-subject.js';
import type { Finding } from './finding.js';
import { lint } from './lint.js';
import type { Rollout } from './rollout.js';
import type { Severities } from './severity.js';

/** Findings of all subjects, and how each change gets to production. */
export function checkSubjects(
  subjects: readonly SubjectHistory[],
  severities: Severities,
): { readonly findings: readonly Finding[]; readonly rollouts: readonly Rollout[] } {
  return {
    findings: subjects.flatMap((subject) => checkSubject(subject, severities)),
    rollouts: subjects.flatMap((subject) => rolloutOfSubject(subject) ?? []),
  };
}

/** LINT findings: of the subjects' schemas under their names, then of the rest. */
export function lintProject(
  project: {
    readonly subjects: readonly { readonly subject: string; readonly schema: Schema }[];
    readonly roots: readonly Schema[];
  },
  severities: Severities,
): Finding[] {
  const seen = new Set<Schema>();
  const look = (schema: Schema, subject?: string): Finding[] =>
    lint(schema, {
      rules: severities.rulesFor(subject, 'lint'),
      severityOf: (rule) => severities.of(rule, subject),
      seen,
      ...(subject === undefined ? {} : { subject }),
    });
  return [
    ...project.subjects.flatMap(({ subject, schema }) => look(schema, subject)),
    ...project.roots.flatMap((schema) => look(schema)),
  ];
}
