/** Where the text of the lock is read and written. */
import { existsSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CodegenError } from '../error.js';
import { LOCK_FILE, type Lock, parseLock, printLock } from '../history/lock.js';
import { reason } from './directory.js';

/** Reads the lock of a schemas folder; without one there is no history. @throws CodegenError `LOCK_INVALID` */
export async function readLock(folder: string): Promise<Lock> {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return { subjects: new Map() };
  return parseLock(await readFile(path, 'utf8'), path);
}

/**
 * Writes the lock of a schemas folder so that whoever reads it, at any moment and after any crash,
 * finds either the old one or the new one as a whole. @throws CodegenError `OUTPUT_UNWRITABLE`
 */
export async function writeLock(folder: string, lock: Lock): Promise<void> {
  const path = join(folder, LOCK_FILE);
  const draft = `${path}.tmp`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.writeFile(printLock(lock));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    throw new CodegenError('OUTPUT_UNWRITABLE', `${path} cannot be written: ${reason(cause)}.`, {
      cause,
    });
  }
}
