import { type NamedSide, type VerdictTable, verdictTable } from '../check/verdicts.js';
import type { SchemaProject } from './load.js';

/** By subject: which of its versions reads which, the draft included. For `generated/contracts.ts`. */
export function readVerdicts({
  history,
  subjects,
}: Pick<SchemaProject, 'history' | 'subjects'>): ReadonlyMap<string, VerdictTable> {
  return new Map(
    subjects.map(({ subject, schema }) => {
      const released = history.releasedOf(subject);
      const last = history.newestOf(subject);
      const sides = released.flatMap((version): NamedSide[] =>
        // A version that cannot be read is left out: the gate says what is wrong with it.
        version.locked.version === last || version.schema === undefined
          ? []
          : [{ name: version.name, schema: version.schema }],
      );
      // The last version is what the files say now, released or not.
      return [subject, verdictTable([...sides, { name: `v${last}`, schema }])];
    }),
  );
}
