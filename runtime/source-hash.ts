import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject, parseJson, printJson } from './json.js';

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
  const parts: string[] = [];
  let at = 0;
  let isString = false;
  // One token at a time: a pattern for a whole string overflows the stack on long ones.
  while (at < text.length) {
    const token = isString ? INSIDE : OUTSIDE;
    token.lastIndex = at;
    const [part = ''] = token.exec(text) ?? [];
    at = token.lastIndex;
    if (part === '"') isString = !isString;
    if (isString || !/^(\s|\/[/*])/.test(part)) parts.push(part);
  }
  // At once: to hash each part takes longer than to find them all.
  return createHash('sha256').update(parts.join('')).digest('hex').slice(0, HEX_DIGITS);
}

/**
 * By topic, what is noted of `tavro.json`: a hash over the topic's own entry and all settings outside
 * `topics`, so that an edit of one topic makes no other one stale. Blanks and comments do not count.
 * @param text that of the file; where it is no JSON, all of it counts
 */
export function settingsHashes(text: string): (topic: string) => string {
  let settings: Json;
  try {
    settings = parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    const whole = sourceHash(text);
    return () => whole;
  }
  // What editors are told makes no code.
  const {
    topics,
    $schema: _,
    ...others
  }: JsonObject = isObject(settings) ? settings : { topics: settings };
  const rest = printJson(others);
  return (topic) => {
    const entry = isObject(topics) && Object.hasOwn(topics, topic) ? topics[topic] : undefined;
    return sourceHash(`${rest}\n${printJson(entry ?? null)}`);
  };
}

/** A version in the lock, of which only these count. */
export interface HistoryEntry {
  readonly version: number;
  readonly identity: string;
}

/**
 * The same of subjects in the lock: which versions they have. Ids do not count: code that lacks one
 * asks the registry, and publishing just before a deployment adds some.
 */
export function historyHash(histories: readonly (readonly HistoryEntry[])[]): string {
  const entries = histories.map((versions) => versions.map((v) => [v.version, v.identity]));
  return sourceHash(JSON.stringify(entries));
}
