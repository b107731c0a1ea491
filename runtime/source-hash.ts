import { createHash } from 'node:crypto';

/** Hex digits of a source hash: enough to notice an edit, which is all that it is for. */
const HEX_DIGITS = 16;

/** Blanks and comments, a quote, or what else stands between them. */
const OUTSIDE = /\s+|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|"|[^\s"/]+|\//y;
const INSIDE = /"|\\[\s\S]|[^"\\]+|\\/y;

/**
 * What `generated/contracts.ts` notes of a file that it was made of. Formatting does not count, nor
 * do comments, a byte order mark or line endings, which git may check out otherwise than committed.
 * @param text JSON, with or without comments
 */
export function sourceHash(text: string): string {
  const hash = createHash('sha256');
  let at = 0;
  let isString = false;
  // One token at a time: a pattern for a whole string overflows the stack on long ones.
  while (at < text.length) {
    const token = isString ? INSIDE : OUTSIDE;
    token.lastIndex = at;
    const [part = ''] = token.exec(text) ?? [];
    at = token.lastIndex;
    if (part === '"') isString = !isString;
    if (isString || !/^(\s|\/[/*])/.test(part)) hash.update(part);
  }
  return hash.digest('hex').slice(0, HEX_DIGITS);
}

/** A version in `lock.json`, of which only these count. */
export interface HistoryEntry {
  readonly version: number;
  readonly identity: string;
}

/**
 * The same of a topic's part of `lock.json`: which versions its subjects have. Ids do not count:
 * code that lacks one asks the registry, and publishing just before a deployment adds some.
 */
export function historyHash(histories: readonly (readonly HistoryEntry[])[]): string {
  const entries = histories.map((versions) => versions.map((v) => [v.version, v.identity]));
  return sourceHash(JSON.stringify(entries));
}
