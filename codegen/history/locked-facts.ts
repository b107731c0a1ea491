/** What both formats of the lock say of a version and of names. */
import { isObject, type Json, type JsonObject } from '../../runtime/json.js';
import { isGuid } from '../../runtime/registry/guid.js';
import { isName } from '../model/names.js';
import type { LockedVersion } from './lock.js';

/** What is known of a version besides its schema. */
export type VersionFacts = Omit<LockedVersion, 'schema'>;

/** `undefined` for what lacks something. */
export function readFacts({
  version,
  state,
  identity,
  ids,
  guids,
  machine,
}: JsonObject): VersionFacts | undefined {
  if (!isWhole(version) || typeof identity !== 'string') return undefined;
  if (state !== 'draft' && state !== 'released') return undefined;
  const named = Object.entries(tableOf(guids, isGuid));
  return {
    version,
    state,
    identity,
    ids: tableOf(ids, isWhole),
    ...(named.length > 0 && { guids: Object.fromEntries(named) }),
    ...(typeof machine === 'string' && { machine }),
  };
}

/** By registry URL; what no registry gives is left out. */
function tableOf<T>(json: Json | undefined, isOne: (value: unknown) => value is T) {
  const entries = isObject(json) ? Object.entries(json) : [];
  return Object.fromEntries(
    entries.flatMap(([url, value]): [string, T][] => (isOne(value) ? [[url, value]] : [])),
  );
}

function isWhole(json: unknown): json is number {
  return Number.isSafeInteger(json);
}

/** A table of names; `undefined` where one is no identifier. */
export function readNames(json: Json | undefined = {}): [string, string][] | undefined {
  const entries = isObject(json) ? Object.entries(json) : undefined;
  const sound = entries?.flatMap(([key, name]): [string, string][] =>
    typeof name === 'string' && isName(name) ? [[key, name]] : [],
  );
  return sound?.length === entries?.length ? sound : undefined;
}

/** By key, so that no order of work shows. */
export function sorted<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
