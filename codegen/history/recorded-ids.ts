/** Ids that registries gave to versions of the lock, and who may trust them. */
import type { RegistryNames } from '../../runtime/registry/client.js';
import { thisMachine } from '../../runtime/registry/this-machine.js';
import type { LockedVersion } from './lock.js';

/**
 * Whether a URL means another registry on each machine or network: a loopback address, a name
 * without a dot as of Docker Compose or Kubernetes, or one that is for local use (RFC 6762, RFC 6761).
 */
export function isLocalRegistry(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  if (hostname.startsWith('[')) return hostname === '[::1]' || hostname === '[::]';
  return (
    !hostname.includes('.') ||
    /^(127|0)\.|\.(local|localhost)$|^host\.docker\.internal$/.test(hostname)
  );
}

/** What the registry at a URL calls a version, as far as it is the one of the lock. */
export function recordedNames(
  { ids, guids, machine }: Pick<LockedVersion, 'ids' | 'guids' | 'machine'>,
  url: string,
): RegistryNames | undefined {
  const id = isLocalRegistry(url) && machine !== thisMachine() ? undefined : ids[url];
  const guid = guids?.[url];
  return id === undefined ? undefined : { id, ...(guid !== undefined && { guid }) };
}

/** The id of that. */
export function recordedId(
  version: Pick<LockedVersion, 'ids' | 'machine'>,
  url: string,
): number | undefined {
  return recordedNames(version, url)?.id;
}

/** The version with what a registry called it just now. What those of another machine called it goes. */
export function withRecordedNames(
  version: LockedVersion,
  url: string,
  { id, guid }: RegistryNames,
): LockedVersion {
  const mark = thisMachine();
  const isLocal = isLocalRegistry(url);
  const others = <T>(table: Readonly<Record<string, T>> = {}): Record<string, T> =>
    Object.fromEntries(
      Object.entries(table).filter(
        ([other]) =>
          other !== url && (!isLocal || version.machine === mark || !isLocalRegistry(other)),
      ),
    );
  const known = guid ?? (recordedId(version, url) === id ? version.guids?.[url] : undefined);
  const guids = { ...others(version.guids), ...(known !== undefined && { [url]: known }) };
  const { guids: _, ...rest } = version;
  return {
    ...rest,
    ids: { ...others(version.ids), [url]: id },
    ...(Object.keys(guids).length > 0 && { guids }),
    ...(isLocal && { machine: mark }),
  };
}
