import { createHash } from 'node:crypto';
import type { Finding } from '../finding.js';

/** The same for the same finding in another run, wherever its line has moved. 32 hex digits. */
export function fingerprintOf({ rule, subject, reader, writer, path, at }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, subject, reader, writer, path, at.file]))
    .digest('hex')
    .slice(0, 32);
}
