/** `longs` and `decimals` of `tavro.json`: one word for all fields, and others for some. */
import { DEFAULT_OPTIONS, type DecimalRounding, type LongAs } from '../../emit/options.js';
import { type JsonNode, keysOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { type Choice, choice, type Either, either, mapOf, type Part, part } from './setting.js';
import { choiceOf, objectOf, PartReader, type Say } from './shape.js';

interface PerField<T extends string> {
  readonly key: string;
  readonly word: Choice<T>;
  readonly fallback: T;
  /** The object that it may be in place of a word. */
  readonly byField: Part<ByField<T>>;
  readonly is: Either;
}

type ByField<T extends string> = {
  readonly default: { readonly is: Choice<T>; readonly doc: string };
  readonly fields: { readonly is: Part; readonly doc: string };
};

function perField<const T extends string>(
  key: string,
  { choices, fallback, example }: { choices: readonly T[]; fallback: T; example: string },
): PerField<T> {
  const word = choice(choices);
  const byField = part({
    default: {
      is: word,
      default: fallback,
      doc: 'For all fields that are not named.',
      example: fallback,
    },
    fields: {
      is: mapOf({ key: '<record>.<field>', names: 'field', value: word, doc: 'A field.' }),
      doc: 'For single fields, by the full name of the record and the name of the field.',
      example: { [example]: choices.find((other) => other !== fallback) ?? fallback },
    },
  });
  return { key, word, fallback, byField, is: either(word, byField) };
}

export const LONGS: PerField<LongAs> = perField('longs', {
  choices: ['bigint', 'number'],
  fallback: DEFAULT_OPTIONS.longs,
  example: 'acme.Order.quantity',
});

export const DECIMALS: PerField<DecimalRounding> = perField('decimals', {
  choices: ['refuse', 'half-even', 'half-up', 'down'],
  fallback: DEFAULT_OPTIONS.decimals,
  example: 'acme.Order.price',
});

interface FieldWords<T> {
  readonly default: T;
  readonly fields: ReadonlyMap<string, T>;
  /** Where each field is named. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Reads such a setting; what is wrong with it goes to `say`. */
export function readPerField<T extends string>(
  given: JsonNode | undefined,
  { key, word: is, fallback, byField }: PerField<T>,
  say: Say,
): FieldWords<T> {
  const wordOf = (node: JsonNode | undefined, name: string): T =>
    (node && choiceOf(node, { key: name, is }, say)) ?? fallback;
  if (given?.kind !== 'object')
    return { default: wordOf(given, key), fields: new Map(), origins: new Map() };
  const read = new PartReader(given, byField, say);
  const word = wordOf(read.at('default'), 'default');
  const fields = read.at('fields');
  if (fields === undefined) return { default: word, fields: new Map(), origins: new Map() };
  const object = objectOf(fields, `${key}.fields`, say);
  const named = [...object.entries].map(([name, node]): [string, T] => [name, wordOf(node, name)]);
  return { default: word, fields: new Map(named), origins: keysOf(object) };
}
