/** A lock of which both formats are there: a migration that was killed, or a branch from before one. */
import { CodegenError } from '../error.js';
import {
  FORMAT_1_FILE,
  LOCK_FOLDER,
  type Lock,
  type LockedNames,
  type LockedSubject,
  type LockedVersion,
  lockPath,
} from './lock.js';
import { isLocalRegistry } from './recorded-ids.js';
import { releasedOf } from './subject.js';

/** Most subjects that the note names. */
const MAX_NAMED = 5;

/** One history of two: of each subject the longer one counts. @throws CodegenError `LOCK_INVALID` where they differ */
export function mergeLocks(now: Lock & { readonly names: LockedNames }, before: Lock): Lock {
  const subjects = new Map(now.subjects);
  const taken: string[] = [];
  for (const [subject, old] of before.subjects) {
    const merged = mergeSubject(subject, now.subjects.get(subject), old);
    if (merged === now.subjects.get(subject)) continue;
    subjects.set(subject, merged);
    taken.push(subject);
  }
  const { names } = before;
  return {
    ...now,
    subjects,
    names: {
      topics: new Map([...(names?.topics ?? []), ...now.names.topics]),
      subjects: new Map([...(names?.subjects ?? []), ...now.names.subjects]),
      types: new Map([...(names?.types ?? []), ...now.names.types]),
    },
    notes: [noteOn(now, taken)],
  };
}

function noteOn({ files = new Map() }: Lock, taken: readonly string[]): string {
  const old = files.get(FORMAT_1_FILE)?.file ?? FORMAT_1_FILE;
  const folder = old.replace(/[^/]*$/, `${LOCK_FOLDER}/`);
  const more = taken.length > MAX_NAMED ? ` and ${taken.length - MAX_NAMED} more` : '';
  const news =
    taken.length === 0
      ? `it says nothing that ${folder} does not`
      : `it says more of ${taken.slice(0, MAX_NAMED).join(', ')}${more}`;
  return `${old}: note: it is there beside ${folder}, which took its place, as after merging a branch from before: ${news}. Both count; \`tavro codegen\` puts them together and removes ${old}.`;
}

function mergeSubject(
  subject: string,
  now: LockedSubject | undefined,
  old: LockedSubject,
): LockedSubject {
  if (now === undefined) return old;
  const [ofNow, ofOld] = [releasedOf(now), releasedOf(old)];
  const [long, short] = ofOld.length > ofNow.length ? [old, ofNow] : [now, ofOld];
  const longest = releasedOf(long);
  for (const [index, version] of short.entries()) {
    const other = longest[index];
    if (other?.version === version.version && other.identity === version.identity) continue;
    throw apart(subject, version, { now, old });
  }
  let isSame = long === now;
  const versions = long.versions.map((version) => {
    const index = longest.indexOf(version);
    const merged = withIdsOf(version, index < 0 ? undefined : short[index]);
    if (merged !== version) isSame = false;
    return merged;
  });
  return isSame ? now : { type: long.type, versions, ...(long.origin && { origin: long.origin }) };
}

function apart(
  subject: string,
  { version }: LockedVersion,
  { now, old }: { now: LockedSubject; old: LockedSubject },
): CodegenError {
  const files = [
    old.origin?.source.file ?? FORMAT_1_FILE,
    now.origin?.source.file ?? lockPath(subject),
  ];
  return new CodegenError(
    'LOCK_INVALID',
    `${files.join(' and ')} tell two histories of ${subject}: from v${version} on they released different schemas. Find out which of them was deployed, take the subject out of ${files[0]} or remove ${files[1]}, and run \`npx tavro codegen\`.`,
  );
}

/** A version with the ids that it has in another file, too. Where both have one, its own stands. */
function withIdsOf(version: LockedVersion, other: LockedVersion | undefined): LockedVersion {
  if (other === undefined) return version;
  // Ids that no machine owns stay so: with the other's mark they would count.
  const isOwned = version.machine !== undefined || Object.keys(version.ids).some(isLocalRegistry);
  const machine = isOwned ? version.machine : other.machine;
  const theirs = <T>(table: Readonly<Record<string, T>>, own: object): [string, T][] =>
    Object.entries(table).filter(
      ([url]) => !Object.hasOwn(own, url) && (!isLocalRegistry(url) || other.machine === machine),
    );
  const added = theirs(other.ids, version.ids);
  const ids = { ...version.ids, ...Object.fromEntries(added) };
  const named = theirs(other.guids ?? {}, version.guids ?? {}).filter(
    // A GUID is that of an id: of another one it says nothing.
    ([url]) => ids[url] === other.ids[url],
  );
  if (added.length + named.length === 0) return version;
  const guids = { ...version.guids, ...Object.fromEntries(named) };
  return {
    ...version,
    ids,
    ...(Object.keys(guids).length > 0 && { guids }),
    ...(machine !== undefined && { machine }),
  };
}
