/** A registry's versions -> the lock's. */
import { parseJson, printJson } from '../../runtime/json.js';
import type { LockedSubject, LockedVersion } from '../history/lock.js';
import { recordedId, withRecordedNames } from '../history/recorded-ids.js';
import { nextNumber, releasedOf } from '../history/subject.js';
import {
  newestOf,
  type ParsedVersion,
  type RegisteredSubject,
  type RegisteredVersion,
} from './registered.js';

/**
 * The lock's subject with all versions of the registry in it, as released; drafts are left out.
 * Versions that the lock has stay as they are and where they are. New ones come after them, in the
 * registry's order, whatever their number there: the lock counts without gaps, for all registries.
 * What the subject carries now is the last: where the registry went back to a version by deleting
 * those after it, that version comes again.
 */
export function withHistory(
  locked: LockedSubject | undefined,
  { versions }: RegisteredSubject,
  { url, type }: { readonly url: string; readonly type: string },
): LockedSubject {
  const released = releasedOf(locked);
  const isTaken = new Set<LockedVersion>();
  const next = [...released];
  const first = released.length === 0 ? firstNumber(versions) : 1;
  for (const one of versions) {
    const { id, parsed } = one;
    if (!('text' in parsed)) continue;
    const known = find(released, isTaken, { id, parsed, url });
    if (known === undefined) {
      next.push(asReleased(one, parsed, { version: nextNumber(next, first), url }));
      continue;
    }
    isTaken.add(known);
    next[next.indexOf(known)] = withRecordedNames(known, url, one);
  }
  const newest = newestOf(versions);
  if (newest !== undefined && 'text' in newest.parsed) {
    const { parsed } = newest;
    const last = next.at(-1);
    // What another registry has further is not gone back on.
    const isHere = last !== undefined && recordedId(last, url) !== undefined;
    if (isHere && last.identity !== parsed.identity)
      next.push(asReleased(newest, parsed, { version: nextNumber(next), url }));
  }
  return { type, versions: next };
}

function asReleased(
  one: RegisteredVersion,
  { identity, text }: ParsedVersion,
  { version, url }: { readonly version: number; readonly url: string },
): LockedVersion {
  const schema = parseJson(text);
  return withRecordedNames({ version, state: 'released', identity, schema, ids: {} }, url, one);
}

/** The registry's own first number where its numbers have no gap, so that both say the same. */
function firstNumber(versions: RegisteredSubject['versions']): number {
  const readable = versions.filter(({ parsed }) => 'text' in parsed);
  const start = readable[0]?.version ?? 1;
  return readable.every(({ version }, index) => version === start + index) ? start : 1;
}

/** By its id, by its words, by its meaning: a version of the lock stands for one of the registry. */
function find(
  released: readonly LockedVersion[],
  isTaken: ReadonlySet<LockedVersion>,
  { id, parsed, url }: { id: number; parsed: ParsedVersion; url: string },
): LockedVersion | undefined {
  const same = released.filter(
    (version) => version.identity === parsed.identity && !isTaken.has(version),
  );
  return (
    same.find((version) => recordedId(version, url) === id) ??
    same.find(({ schema }) => printJson(schema) === parsed.text) ??
    same.find((version) => recordedId(version, url) === undefined)
  );
}
