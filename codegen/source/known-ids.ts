/** The lock -> the schema ids that generated codecs know without asking a registry. */
import type { KnownIds } from '../../runtime/codec.js';
import { fingerprintOf } from '../../runtime/create-codec.js';
import { printJson } from '../../runtime/json.js';
import type { Lock } from './lock.js';
import { contextOf } from './subject-names.js';

/**
 * By full name of the type: what each registry calls each released version of its subjects.
 * @throws AvroError `AVRO_SCHEMA` when a version of the lock is no schema
 */
export function knownIdsOf(lock: Lock): ReadonlyMap<string, KnownIds> {
  const known = new Map<string, Record<string, Record<string, string>>>();
  for (const [subject, { type, versions }] of sorted(lock.subjects)) {
    for (const { schema, ids } of versions) {
      for (const [url, id] of sorted(Object.entries(ids))) {
        const registries = known.get(type) ?? {};
        known.set(type, registries);
        const key = registryKey(url, subject);
        registries[key] = { ...registries[key], [id]: fingerprintOf(printJson(schema)) };
      }
    }
  }
  return known;
}

/**
 * The URL that clients of a subject have. Ids are counted per context, and clients name a context in
 * the URL: `https://registry/contexts/:.staging:`.
 */
function registryKey(url: string, subject: string): string {
  const context = contextOf(subject);
  return context === undefined || /\/contexts\/[^/]+$/.test(url)
    ? url
    : `${url}/contexts/:${context}:`;
}

function sorted<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}
