/** Temporary files beside those that they will replace: their names, and which ones nobody needs. */
import { randomBytes } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from './reason.js';
import { walkFolder } from './walk-folder.js';

/** Short whatever the file is called: names have a limit of their own. The process is in it. */
const NAME = /^\.tavro-(\d+)-[0-9a-f]{12}\.tmp$/;
/** A write takes moments. What is older than this is nobody's, whatever its process is now. */
const STALE_AFTER_MS = 3_600_000;

/** Whether a file of this name is a temporary one. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/** A path that no other process and no other write uses, in the folder of `target`. */
export function temporaryBeside(target: string): string {
  return join(dirname(target), `.tavro-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
}

/**
 * Removes below a folder what a process that was killed has left. Not while this process writes:
 * its own are taken for those of a predecessor with its number.
 */
export function sweepTemporary(folder: string): void {
  for (const { path, name } of walkFolder(folder)) {
    if (!isTemporary(name) || !isStale(join(folder, path), name)) continue;
    // Another process may sweep at the same time; what cannot be removed does no harm.
    attempt(() => rmSync(join(folder, path), { force: true }));
  }
}

function isStale(path: string, name: string): boolean {
  const pid = Number(NAME.exec(name)?.[1]);
  // In a container it is the same number each time.
  if (pid === process.pid || !isAlive(pid)) return true;
  let age = 0;
  attempt(() => {
    age = Date.now() - statSync(path).mtimeMs;
  });
  return age > STALE_AFTER_MS;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user is one all the same.
    return systemCode(error) === 'EPERM';
  }
}

/** Does what may fail without harm. */
export function attempt(work: () => unknown): void {
  try {
    work();
  } catch {
    // That is what it is for.
  }
}
