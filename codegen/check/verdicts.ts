/** Which version of a subject reads which: data for `generated/contracts.ts`. */
import { comparePair, rulesOf, type Side } from './compare-pair.js';

/** `ok`, or why not, in a sentence that names both versions. */
export type ReadVerdict = 'ok' | (string & {});

/** Reader's version -> writer's version -> verdict. */
export type VerdictTable = Readonly<Record<string, Readonly<Record<string, ReadVerdict>>>>;

/** A version by its name, such as `v3`. */
export type NamedSide = Required<Side>;

/** Most versions in a table: it grows with their square. The last ones are kept. */
const MAX_VERSIONS = 50;
/** Most problems that one verdict names. */
const MAX_CAUSES = 3;

/** Every version against every other. @param versions oldest first, the candidate last */
export function verdictTable(versions: readonly NamedSide[]): VerdictTable {
  const kept = versions.slice(-MAX_VERSIONS);
  return Object.fromEntries(
    kept.map((reader) => [
      reader.name,
      Object.fromEntries(kept.map((writer) => [writer.name, verdict(reader, writer)])),
    ]),
  );
}

function verdict(reader: NamedSide, writer: NamedSide): ReadVerdict {
  const findings = comparePair(reader, writer, { rules: rulesOf(['WIRE']) });
  if (findings.length === 0) return 'ok';
  const causes = findings.slice(0, MAX_CAUSES).map(({ path, message }) => `${path}: ${message}`);
  const more = findings.length - causes.length;
  return `${reader.name} cannot read ${writer.name}. ${causes.join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}
