/** How every part of `tavro.json` is read: objects, and the keys that they may have. */

import { didYouMean } from '../../../runtime/nearest-name.js';
import { type JsonNode, type JsonRecord, keysOf, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';

/** Takes what is wrong, and where. */
export type Say = (origin: Origin, message: string) => void;

/** A node that must be an object; an empty one in its place where it is not. */
export function objectOf(node: JsonNode, what: string, say: Say): JsonRecord {
  if (node.kind === 'object') return node;
  say(node.origin, `${what} must be an object.`);
  return { kind: 'object', origin: node.origin, entries: new Map() };
}

/** Tells keys that have no meaning here. */
export function onlyKeys(node: JsonRecord, known: readonly string[], say: Say): void {
  const others = [...node.entries.keys()].filter((key) => !known.includes(key));
  const origins = others.length === 0 ? undefined : keysOf(node);
  for (const key of others)
    say(
      origins?.get(key) ?? node.origin,
      `"${key}" is not known here.${didYouMean(key, known)} Known: ${known.join(', ')}.`,
    );
}

/** The text under a key, if there is one. */
export function textOf(node: JsonRecord, key: string, say: Say): string | undefined {
  const value = node.entries.get(key);
  const text = stringOf(value);
  if (value !== undefined && text === undefined) say(value.origin, `"${key}" must be a string.`);
  return text;
}

/** The text under a key, which must be one of some. */
export function choiceOf<T extends string>(
  node: JsonRecord,
  { key, choices }: { key: string; choices: readonly T[] },
  say: Say,
): T | undefined {
  const value = node.entries.get(key);
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === stringOf(value));
  if (found === undefined) say(value.origin, `"${key}" must be one of ${choices.join(', ')}.`);
  return found;
}

/** The whole number under a key, from 1 to `most`. */
export function wholeNumberOf(
  node: JsonRecord,
  { key, most }: { key: string; most: number },
  say: Say,
): number | undefined {
  const value = node.entries.get(key);
  if (value === undefined) return undefined;
  const number = value.kind === 'scalar' && !value.isFraction ? value.value : undefined;
  if (typeof number === 'number' && number >= 1 && number <= most) return number;
  say(value.origin, `"${key}" must be a whole number from 1 to ${most}.`);
  return undefined;
}

/** Whether a key is given as true. */
export function flagOf(node: JsonRecord, key: string, say: Say): boolean {
  const value = node.entries.get(key);
  if (value === undefined) return false;
  if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
  say(value.origin, `"${key}" must be true or false.`);
  return false;
}
