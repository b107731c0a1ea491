/** Schemas in a few words, and what a rule says of two of them. */
import { compare } from '../../../codegen/check/compare.js';
import type { Finding } from '../../../codegen/check/finding.js';
import { CATEGORIES } from '../../../codegen/check/rule.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';

export type More = { readonly [key: string]: Json };

export const record = (name: string, fields: readonly Json[], more: More = {}): Json => ({
  type: 'record',
  name,
  fields,
  ...more,
});
export const field = (name: string, type: Json, more: More = {}): Json => ({ name, type, ...more });
export const symbols = (name: string, list: readonly string[], more: More = {}): Json => ({
  type: 'enum',
  name,
  symbols: list,
  ...more,
});
export const fixed = (name: string, size: number, more: More = {}): Json => ({
  type: 'fixed',
  name,
  size,
  ...more,
});
export const as = (type: string, logicalType: string): Json => ({ type, logicalType });
export const decimal = (precision: number, scale: number): Json => ({
  type: 'bytes',
  logicalType: 'decimal',
  precision,
  scale,
});
/** A record of one field of a type. */
export const R = (type: Json, more: More = {}): Json => record('R', [field('f', type, more)]);

/** Of texts, so that places are those of files, and of schemas that were accepted once. */
export function said(rule: string, reader: Json, writer: Json): Finding[] {
  const [to, from] = [reader, writer].map((json) => JSON.stringify(json));
  const read = (text = '') => parseSchema(text, { role: 'history' }).schema;
  return compare(read(to), read(from), { categories: CATEGORIES }).filter(
    (one) => one.rule === rule,
  );
}

export const MILLIS: Json = as('long', 'timestamp-millis');
export const E: Json = symbols('E', ['A', 'B']);
