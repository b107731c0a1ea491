/** Values that take no bytes: no message is too short for them, so they are counted. */
import { MAX_EMPTY_VALUES } from '../limits.js';
import type { RecordSchema, Schema } from './schema.js';
import { minimumBytes, summed } from './size.js';

const countOf = new WeakMap<RecordSchema, number>();

/** Of how many values a value without bytes consists, beyond the first; 0 for what takes bytes. */
export function emptyValues(schema: Schema): number {
  if (schema.kind !== 'record' || minimumBytes(schema) > 0) return 0;
  return summed(schema, countOf, (record) =>
    record.fields.reduce((sum, { type }) => sum + emptyValues(type), emptyFields(record)),
  );
}

/** Those of them that are a record's own fields, without what these hold. */
export function emptyFields(record: RecordSchema): number {
  return minimumBytes(record) === 0 ? Math.max(0, record.fields.length - 1) : 0;
}

/** How many objects without bytes may stand in a row, where nothing else bounds their number. */
export function mostEmptyObjects(schema: Schema): number {
  return Math.max(1, Math.floor(MAX_EMPTY_VALUES / (1 + emptyValues(schema))));
}
