/** Files by their content, which is read only when the file system tells of a change. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A file as it was seen. */
export interface Seen {
  /** What the file system said of it; empty where that cannot be trusted the next time. */
  readonly stamp: string;
  /** Of its content. */
  readonly hash: string;
}

/**
 * Milliseconds within which a file may change twice and look the same: the clocks of file systems
 * are coarse, up to two seconds on FAT.
 */
const COARSE_MS = 2_500;

/** Hex digits of a content's hash. */
const HEX_DIGITS = 32;

export function hashOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, HEX_DIGITS);
}

/**
 * A file as it is; nothing where there is no file that can be read. Content decides; a stamp only saves
 * reading it.
 * @param before as it was seen before
 * @param now milliseconds since 1970
 */
export function lookAt(path: string, before?: Seen, now: number = Date.now()): Seen | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile()) return undefined;
    const { size, mtimeMs, ctimeMs, ino } = found;
    const stamp = `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
    if (before?.stamp === stamp) return before;
    const hash = hashOf(readFileSync(path));
    // A file that was written just now may be written again within the same tick.
    const isSettled = Math.max(mtimeMs, ctimeMs) < now - COARSE_MS;
    return { stamp: isSettled ? stamp : '', hash };
  } catch {
    // Whoever needs it reads it, and says what is wrong.
    return undefined;
  }
}
