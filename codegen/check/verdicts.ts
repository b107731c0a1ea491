/** Which version of a subject cannot read which: data for `generated/contracts/`. */
import type { Schema } from '../model/schema.js';
import { rulesOf } from './compare-pair.js';
import { findSpots, pathOf } from './places.js';
import { QuickVerdict } from './quick-verdict.js';
import { walkPair } from './walk-pair.js';

/** A version of a subject: its number, its identity, and its schema where it must be judged. */
export interface JudgedVersion {
  readonly version: number;
  /** Versions of one identity read the same, and each other. */
  readonly identity: string;
  readonly schema: Schema;
}

/** Reader's version -> writer's version -> why it cannot. Who reads all has no row. */
export type Refusals = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What a subject's versions read of each other; plain data, such as JSON can hold. */
export interface SubjectReads {
  /** Numbers, oldest first: the last one is what the schema is now. */
  readonly versions: readonly number[];
  readonly refused: Refusals;
  /** What to do where the newest version and the one before it cannot read each other. */
  readonly plan?: readonly string[];
}

/** Why a reader cannot read a writer's data, in a sentence; nothing if it can. */
export type Judge = (reader: JudgedVersion, writer: JudgedVersion) => string | undefined;

/** Most versions that are judged: their pairs grow with the square. The last ones are kept. */
const MAX_VERSIONS = 50;
/** Most problems that one refusal names. */
const MAX_CAUSES = 3;

/**
 * Every version against those whose data may still be there, and the newest against the one before it. The same versions give the same answer.
 * @param versions oldest first, the candidate last
 * @param oldest the oldest version whose data is retained; the newest always is
 * @param judge for one that remembers: a pair of identities is answered for ever
 */
export function judgeVersions(
  versions: readonly JudgedVersion[],
  oldest = 0,
  judge: Judge = quickJudge(),
): SubjectReads {
  const kept = versions.slice(-MAX_VERSIONS);
  const newest = kept.at(-1);
  const retained = kept.filter((version) => version.version >= oldest || version === newest);
  // Whether its data is there or not, it may be what is deployed: a rollout is from there.
  const withLast = kept.filter((one) => retained.includes(one) || one === kept.at(-2));
  const rows = kept.flatMap((reader): [string, Record<string, string>][] => {
    const writers = reader === newest ? withLast : retained;
    const refused = writers.flatMap((writer): [string, string][] => {
      const why = reader.identity === writer.identity ? undefined : judge(reader, writer);
      return why === undefined ? [] : [[versionName(writer), why]];
    });
    return refused.length === 0 ? [] : [[versionName(reader), Object.fromEntries(refused)]];
  });
  return { versions: kept.map(({ version }) => version), refused: Object.fromEntries(rows) };
}

/** One that compares what a subject's versions share once. */
function quickJudge(): Judge {
  const rules = rulesOf(['WIRE']);
  const quick = new QuickVerdict(
    (reader, writer) => walkPair(reader, writer, rules).troubled.length === 0,
  );
  return (reader, writer) =>
    quick.reads(reader.schema, writer.schema) ? undefined : refusal(reader, writer);
}

/** The verdict on one pair. */
export function refusal(
  reader: Pick<JudgedVersion, 'schema'>,
  writer: Pick<JudgedVersion, 'schema'>,
): string | undefined {
  const walk = walkPair(reader.schema, writer.schema, rulesOf(['WIRE']));
  if (walk.troubled.length === 0) return undefined;
  const found = findSpots(walk).flatMap((spot) =>
    spot.meeting.problems.map(
      (problem) => `${pathOf(spot, problem)}: ${problem.complaint.message}`,
    ),
  );
  const more = found.length - MAX_CAUSES;
  return `${found.slice(0, MAX_CAUSES).join(' ')}${more > 0 ? ` And ${more} more.` : ''}`;
}

function versionName({ version }: Pick<JudgedVersion, 'version'>): string {
  return `v${version}`;
}
