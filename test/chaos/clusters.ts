/** The clusters that scenarios run on, one at a time. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosCluster, type ClusterOptions } from './cluster.js';
import type { ClusterKind } from './run.js';

/** After how long a broker with logins closes a connection over which nothing goes, in milliseconds. */
export const IDLE_MS = 3_000;
/** How long a login is good for there; MSK has an hour. In milliseconds. */
const LOGIN_MS = 14_000;
const SMALL_DISK_MB = 96;

/** Why scenarios of a kind cannot be run here. */
export class Impossible extends Error {}

const KINDS: Readonly<Record<ClusterKind, () => ClusterOptions>> = {
  one: () => ({ brokers: 1 }),
  three: () => ({ brokers: 3 }),
  logins: () => ({
    brokers: 1,
    login: true,
    properties: {
      'connections.max.reauth.ms': String(LOGIN_MS),
      'connections.max.idle.ms': String(IDLE_MS),
    },
  }),
  'small disk': () => {
    const disk = mountSmallDisk();
    return {
      brokers: 1,
      dataDirectory: () => join(disk, 'data'),
      properties: { 'log.index.size.max.bytes': '65536', 'log.segment.bytes': '4194304' },
    };
  },
};

let disk: string | undefined;

/** What fills the small disk up. */
export function ballastFile(): string {
  return join(mountSmallDisk(), 'ballast');
}

function mountSmallDisk(): string {
  if (disk !== undefined) return disk;
  const directory = mkdtempSync(join(tmpdir(), 'tavro-small-disk-'));
  try {
    const size = `size=${SMALL_DISK_MB}m`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', directory], { stdio: 'pipe' });
  } catch {
    rmSync(directory, { recursive: true, force: true });
    throw new Impossible('a small disk takes Linux and the right to mount one (root)');
  }
  disk = directory;
  return directory;
}

function unmountSmallDisk(): void {
  if (disk === undefined) return;
  execFileSync('umount', [disk], { stdio: 'pipe' });
  rmSync(disk, { recursive: true, force: true });
  disk = undefined;
}

/** Starts a cluster of a kind. @throws Impossible */
export async function startCluster(kind: ClusterKind): Promise<ChaosCluster> {
  return ChaosCluster.start(KINDS[kind]());
}

export async function stopCluster(cluster: ChaosCluster): Promise<void> {
  await cluster.stop();
  unmountSmallDisk();
}
