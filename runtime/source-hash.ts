import { createHash } from 'node:crypto';

/** Hex digits of a source hash: enough to notice an edit, which is all that it is for. */
const HEX_DIGITS = 16;

/**
 * What `generated/contracts.ts` notes of a file that it was made of. A byte order mark and the line
 * endings do not count: git may check them out otherwise than they were committed.
 */
export function sourceHash(text: string): string {
  const plain = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  return createHash('sha256').update(plain).digest('hex').slice(0, HEX_DIGITS);
}
