/** The schemas of a project alone -> LINT findings. */
import type { Schema } from '../model/schema.js';
import type { Finding } from './finding.js';
import { lint } from './lint.js';
import type { Severities } from './severity.js';

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
