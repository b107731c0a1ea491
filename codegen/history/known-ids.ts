/** The lock -> the schema ids that generated code knows without asking a registry. */
import type { RegistryNames } from '../../runtime/registry/client.js';
import type { History } from './history.js';
import { isLocalRegistry } from './recorded-ids.js';
import { contextOf } from './subject-names.js';
import type { Version } from './version.js';

/** What one registry calls the released versions of a type, and what is known of each. */
export interface PublishedIds<Known = string> {
  /** Schema id or GUID -> fingerprint of the schema, or what else is known of the version. */
  readonly ids: Readonly<Record<string, Known>>;
  /** The one machine where they hold; everywhere when absent. */
  readonly machine?: string;
}

/**
 * By registry: what each calls each released version of a type's subjects. Of a registry that is
 * local to a machine, only the ids that the last machine to ask it got. A version that is no schema is
 * left out, and consumers ask for its id.
 */
export function publishedIds(
  history: History,
  subjects: readonly string[],
): Readonly<Record<string, PublishedIds>> {
  return byRegistry(history, subjects, ({ fingerprint }) => fingerprint);
}

/** The same with the number of each version, as its subject counts them. */
export function publishedVersions(
  history: History,
  subjects: readonly string[],
): Readonly<Record<string, PublishedIds<number>>> {
  return byRegistry(history, subjects, ({ locked }) => locked.version);
}

function byRegistry<Known>(
  history: History,
  subjects: readonly string[],
  knownOf: (version: Version) => Known | undefined,
): Readonly<Record<string, PublishedIds<Known>>> {
  const registries: Record<string, PublishedIds<Known>> = Object.create(null);
  for (const subject of [...subjects].sort()) {
    for (const version of history.releasedOf(subject)) {
      const { ids, guids, machine } = version.locked;
      for (const [url, id] of sorted(Object.entries(ids))) {
        const isLocal = isLocalRegistry(url);
        // Written before machines were told apart: nobody knows whose they are.
        if (isLocal && machine === undefined) continue;
        const known = knownOf(version);
        if (known === undefined) continue;
        const key = registryKey(url, subject);
        const before = registries[key];
        const others = isLocal && before?.machine !== machine ? {} : before?.ids;
        registries[key] = {
          ids: { ...others, ...namesOf({ id, guid: guids?.[url] }, known) },
          ...(isLocal && { machine }),
        };
      }
    }
  }
  return registries;
}

/** What messages may call a schema -> what is known of it: a GUID is never taken for an id. */
function namesOf<Known>({ id, guid }: RegistryNames, known: Known): PublishedIds<Known>['ids'] {
  return { [id]: known, ...(guid !== undefined && { [guid]: known }) };
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
