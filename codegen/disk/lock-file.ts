/** Where the text of the lock is read and written. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CodegenError } from '../error.js';
import { LOCK_FILE, type Lock, parseLock, printLock } from '../history/lock.js';
import { reason } from './reason.js';
import { replaceFiles } from './replace.js';
import { utf8Text } from './utf8.js';

/** Reads the lock of a schemas folder; without one there is no history. @throws CodegenError `LOCK_INVALID` */
export async function readLock(folder: string): Promise<Lock> {
  const path = join(folder, LOCK_FILE);
  if (!existsSync(path)) return { subjects: new Map() };
  const text = utf8Text(readBytes(path), path, 'LOCK_INVALID');
  return parseLock(text, path.replaceAll('\\', '/'));
}

function readBytes(path: string): Uint8Array {
  try {
    // A FIFO would be waited for.
    if (statSync(path).isFile()) return readFileSync(path);
  } catch (cause) {
    throw new CodegenError('LOCK_INVALID', `${path} cannot be read: ${reason(cause)}.`, { cause });
  }
  throw new CodegenError('LOCK_INVALID', `${path} cannot be read: it is not a file.`);
}

/**
 * Writes the lock of a schemas folder so that whoever reads it, at any moment and after any crash,
 * finds either the old one or the new one as a whole. @throws CodegenError `OUTPUT_UNWRITABLE`
 */
export async function writeLock(folder: string, lock: Lock): Promise<void> {
  replaceFiles([{ folder, files: [{ path: LOCK_FILE, text: printLock(lock) }] }]);
}
