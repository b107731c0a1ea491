import { type NamedSide, type VerdictTable, verdictTable } from '../check/verdicts.js';
import { withDrafts } from '../history/drafts.js';
import { parseSchema, SchemaError } from '../model/parse-schema.js';
import type { Schema } from '../model/schema.js';
import type { SchemaProject } from './load.js';

/** By subject: which of its versions reads which, the draft included. For `generated/contracts.ts`. */
export function readVerdicts(project: SchemaProject): ReadonlyMap<string, VerdictTable> {
  const next = withDrafts(project.lock, project.subjects);
  return new Map(
    project.subjects.map(({ subject, schema }) => {
      const versions = next.subjects.get(subject)?.versions ?? [];
      const last = versions.at(-1);
      const sides = versions.flatMap((version): NamedSide[] => {
        // The last version is what the files say now, unless the lock is ahead of them.
        const parsed = version === last ? schema : parsePast(version.schema, subject);
        return parsed === undefined ? [] : [{ name: `v${version.version}`, schema: parsed }];
      });
      return [subject, verdictTable(sides)];
    }),
  );
}

/** A version that cannot be read as a schema is left out: the gate says what is wrong with it. */
function parsePast(json: Parameters<typeof parseSchema>[0], subject: string): Schema | undefined {
  try {
    return parseSchema(json, { role: 'history', file: subject }).schema;
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}
