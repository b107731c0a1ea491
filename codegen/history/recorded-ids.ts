/** Ids that registries gave to versions of the lock, and who may trust them. */
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

/** The id that the registry at a URL gave a version, as far as it is the one of the lock. */
export function recordedId(
  { ids, machine }: Pick<LockedVersion, 'ids' | 'machine'>,
  url: string,
): number | undefined {
  return isLocalRegistry(url) && machine !== thisMachine() ? undefined : ids[url];
}

/** The version with an id that a registry gave it just now. Those of another machine's registries go. */
export function withRecordedId(version: LockedVersion, url: string, id: number): LockedVersion {
  if (!isLocalRegistry(url)) return { ...version, ids: { ...version.ids, [url]: id } };
  const mark = thisMachine();
  const ids = Object.entries(version.ids).filter(
    ([other]) => version.machine === mark || !isLocalRegistry(other),
  );
  return { ...version, ids: { ...Object.fromEntries(ids), [url]: id }, machine: mark };
}
