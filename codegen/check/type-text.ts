/** A type as text by which it is compared. */
import { printJson } from '../../runtime/json.js';
import { printSchema } from '../model/print.js';
import type { Schema } from '../model/schema.js';

const texts = new WeakMap<Schema, string>();

/** A type as it is resolved: equal texts, equal types. */
export function typeText(type: Schema): string {
  const known = texts.get(type) ?? printJson(printSchema(type, { form: 'resolution' }));
  texts.set(type, known);
  return known;
}
