/** Where the texts of the lock are read and written. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodegenError } from '../error.js';
import { FORMAT_1_FILE, isLockPath, LOCK_FOLDER, type Lock } from '../history/lock.js';
import { afterChanges, type LockChanges, lockChanges } from '../history/lock-changes.js';
import { readLockFiles } from '../history/read-lock.js';
import { MAX_ENTRIES } from '../model/limits.js';
import { SourceText } from '../model/source-text.js';
import { reason, systemCode } from './reason.js';
import { replaceFiles } from './replace.js';
import { utf8Text } from './utf8.js';

/** Largest file of a lock, in bytes. */
const MAX_LOCK_FILE_BYTES = 268_435_456;

/**
 * Reads the lock of a schemas folder; without one there is no history.
 * @param some paths of those of its files that are wanted; all when absent
 * @throws CodegenError `LOCK_INVALID`
 */
export async function readLock(folder: string, some?: Iterable<string>): Promise<Lock> {
  const all = (): string[] => [
    ...(existsSync(join(folder, FORMAT_1_FILE)) ? [FORMAT_1_FILE] : []),
    ...listed(folder),
  ];
  // What was not written yet has no history.
  const paths =
    some === undefined ? all() : [...some].filter((path) => existsSync(join(folder, path)));
  return readLockFiles(new Map(paths.map((path) => [path, readText(join(folder, path))])));
}

/** The files of the folder that are the lock's; what else is there is left alone. */
function listed(folder: string): readonly string[] {
  const at = join(folder, LOCK_FOLDER);
  try {
    const paths = readdirSync(at)
      .map((name) => `${LOCK_FOLDER}/${name}`)
      .filter(isLockPath);
    if (paths.length <= MAX_ENTRIES) return paths.sort();
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw unreadable(at, reason(cause), cause);
  }
  throw unreadable(at, `it has over ${MAX_ENTRIES} files`);
}

function readText(path: string): SourceText {
  const file = path.replaceAll('\\', '/');
  try {
    const found = statSync(path);
    // A FIFO would be waited for.
    if (!found.isFile()) throw unreadable(path, 'it is not a file');
    if (found.size > MAX_LOCK_FILE_BYTES)
      throw unreadable(path, `it is larger than ${MAX_LOCK_FILE_BYTES} bytes`);
    return new SourceText(file, utf8Text(readFileSync(path), path, 'LOCK_INVALID'));
  } catch (cause) {
    throw cause instanceof CodegenError ? cause : unreadable(path, reason(cause), cause);
  }
}

function unreadable(path: string, why: string, cause?: unknown): CodegenError {
  return new CodegenError('LOCK_INVALID', `${path} cannot be read: ${why}.`, { cause });
}

/**
 * Writes what a lock says otherwise than the one before, so that whoever reads it, at any moment and
 * after any crash, finds either the old history or the new one. @throws CodegenError `OUTPUT_UNWRITABLE`
 * @returns the lock as it is now, and what was changed
 */
export function writeLock(
  folder: string,
  { before, next }: { readonly before: Lock; readonly next: Lock },
): { readonly lock: Lock; readonly changes: LockChanges } {
  const changes = lockChanges(before, next);
  replaceFiles([{ folder, ...changes }]);
  return { lock: afterChanges(before, next, changes), changes };
}
