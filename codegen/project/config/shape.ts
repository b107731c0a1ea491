/** How every part of `tavro.json` is read: by a table of what it may say. */

import { didYouMean, nearestName } from '../../../runtime/nearest-name.js';
import { type JsonNode, type JsonRecord, keysOf, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import type { Choice, KeysOf, Part, Settings, Text, WholeNumber } from './setting.js';

/** Takes what is wrong, and where. */
export type Say = (origin: Origin, message: string) => void;

/** A node that must be an object, of which nothing is needed; an empty one where it is none. */
export function objectOf(node: JsonNode, what: string, say: Say): JsonRecord {
  const empty: JsonRecord = { kind: 'object', origin: node.origin, entries: new Map() };
  return neededObjectOf(node, what, say) ?? empty;
}

/** The same of which something is needed: what is no object is not asked for that besides. */
export function neededObjectOf(node: JsonNode, what: string, say: Say): JsonRecord | undefined {
  if (node.kind === 'object') return node;
  say(node.origin, `${what} must be an object.`);
  return undefined;
}

/** Tells keys other than those that are known. @param why of a key, as a sentence, and how the known ones are listed */
function onlyKnown(
  node: JsonRecord,
  known: readonly string[],
  tell: { readonly say: Say; readonly why: string; readonly list: string },
): void {
  const others = [...node.entries.keys()].filter((key) => !known.includes(key));
  const origins = others.length === 0 ? undefined : keysOf(node);
  const list = `${tell.list}: ${known.join(', ')}.`;
  for (const key of others)
    tell.say(
      origins?.get(key) ?? node.origin,
      `"${key}" ${tell.why}.${didYouMean(key, known)} ${list}`,
    );
}

/** Tells keys that are no types which a topic carries. */
export function onlyTypes(node: JsonRecord, types: readonly string[], say: Say): void {
  const why = 'is no type that the topic carries';
  onlyKnown(node, types, { say, why, list: 'It carries' });
}

/** The options that an object gives, read by their forms. */
export class PartReader<const S extends Settings> {
  private readonly node: JsonRecord;
  private readonly settings: S;
  private readonly say: Say;

  /** Tells keys that the part does not have, unless they may be a project's own. */
  constructor(node: JsonRecord, { settings, others }: Part<S>, say: Say) {
    this.node = node;
    this.settings = settings;
    this.say = say;
    if (others !== undefined) return;
    onlyKnown(node, Object.keys(settings), { say, why: 'is not known here', list: 'Known' });
  }

  has(key: keyof S & string): boolean {
    return this.node.entries.has(key);
  }

  /** Whether an option is not given, nor meant by a key that was told to be unknown. */
  lacks(key: keyof S & string): boolean {
    const known = Object.keys(this.settings);
    const others = [...this.node.entries.keys()].filter((other) => !known.includes(other));
    return !this.has(key) && !others.some((other) => nearestName(other, known) === key);
  }

  at(key: keyof S & string): JsonNode | undefined {
    return this.node.entries.get(key);
  }

  /** Where an option stands; where the part does, if it is not given. */
  origin(key: keyof S & string): Origin {
    return (this.at(key) ?? this.node).origin;
  }

  text(key: KeysOf<S, 'text'>): string | undefined {
    const value = this.at(key);
    const { is } = this.settings[key] ?? {};
    return value && is?.form === 'text' ? textOf(value, { key, is }, this.say) : undefined;
  }

  choice<K extends KeysOf<S, 'choice'>>(key: K): ChoiceOf<S[K]['is']> | undefined {
    const value = this.at(key);
    const { is } = this.settings[key] ?? {};
    if (value === undefined || is?.form !== 'choice') return undefined;
    // Safe: the choices are those of the option.
    return choiceOf(value, { key, is }, this.say) as ChoiceOf<S[K]['is']> | undefined;
  }

  wholeNumber(key: KeysOf<S, 'whole number'>): number | undefined {
    const value = this.at(key);
    const { is } = this.settings[key] ?? {};
    return value && is?.form === 'whole number'
      ? wholeNumberOf(value, { key, is }, this.say)
      : undefined;
  }

  /** Whether an option is given as true. */
  flag(key: KeysOf<S, 'flag'>): boolean {
    const value = this.at(key);
    if (value === undefined) return false;
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return value.value;
    this.say(value.origin, `"${key}" must be true or false.`);
    return false;
  }
}

type ChoiceOf<F> = F extends Choice<infer T> ? T : never;

/** The text that stands under a key. */
function textOf(
  value: JsonNode,
  { key, is: { like } }: { key: string; is: Text },
  say: Say,
): string | undefined {
  const text = stringOf(value);
  if (text !== undefined && like?.pattern.test(text) !== false) return text;
  say(value.origin, `"${key}" must ${like?.must ?? 'be a string'}.`);
  return undefined;
}

/** The word that stands under a key, which must be one of some. */
export function choiceOf<T extends string>(
  value: JsonNode,
  { key, is: { choices } }: { key: string; is: Choice<T> },
  say: Say,
): T | undefined {
  const text = stringOf(value);
  const found = choices.find((choice) => choice === text);
  const meant = text === undefined ? '' : didYouMean(text, choices);
  if (found === undefined)
    say(value.origin, `"${key}" must be one of ${choices.join(', ')}.${meant}`);
  return found;
}

/** The number that stands under a key, from 1. */
export function wholeNumberOf(
  value: JsonNode,
  { key, is: { most } }: { key: string; is: WholeNumber },
  say: Say,
): number | undefined {
  const number = value.kind === 'scalar' && !value.isFraction ? value.value : undefined;
  if (typeof number === 'number' && number >= 1 && number <= most) return number;
  say(value.origin, `"${key}" must be a whole number from 1 to ${most}.`);
  return undefined;
}
