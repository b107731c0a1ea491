import { createHash } from 'node:crypto';
import type { Finding } from '../finding.js';

/**
 * The same for the same finding in another run, wherever its line has moved and whatever commit it
 * is compared with. 32 hex digits.
 */
export function fingerprintOf({ rule, subject, path, at, readerAt }: Finding): string {
  const direction = readerAt === undefined ? '' : at === readerAt ? 'reads' : 'is read';
  return createHash('sha256')
    .update(JSON.stringify([rule, subject ?? at.file, path, direction]))
    .digest('hex')
    .slice(0, 32);
}
