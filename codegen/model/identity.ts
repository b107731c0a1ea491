import { createHash } from 'node:crypto';
import { printJson } from '../../runtime/json.js';
import { printSchema } from './print.js';
import type { Schema } from './schema.js';

/**
 * Identity of a schema: SHA-256 over everything that decides how data is read: full names, fields,
 * defaults, aliases, enum defaults, logical types. Not Avro's parsing canonical form, which drops
 * the last four. 64 hex digits.
 */
export function identityOf(schema: Schema): string {
  return createHash('sha256')
    .update(printJson(printSchema(schema, { form: 'resolution' })))
    .digest('hex');
}
