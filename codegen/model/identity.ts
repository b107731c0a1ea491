import { createHash } from 'node:crypto';
import { type Json, printJson } from '../../runtime/json.js';
import { printSchema } from './print.js';
import type { Schema } from './schema.js';

/**
 * Identity of a schema: SHA-256 over everything that decides how data is read: full names, fields,
 * defaults, aliases, enum defaults, logical types. Not Avro's parsing canonical form, which drops
 * the last four. 64 hex digits. Where names of Kafka Connect count as logical types, they do here.
 */
export function identityOf(schema: Schema): string {
  return hashOf(printSchema(schema, { form: 'resolution' }));
}

/**
 * The identity that locks hold: the same whatever names of Kafka Connect a project counts, so that
 * a setting changes no history.
 */
export function lockedIdentityOf(schema: Schema): string {
  return hashOf(printSchema(schema, { form: 'resolution', semantics: false }));
}

function hashOf(printed: Json): string {
  return createHash('sha256').update(printJson(printed)).digest('hex');
}

/** Hex digits of a text's hash: enough to notice that somebody edited it. */
const HEX_DIGITS = 16;

/** Tells whether a schema's text is still the one that an identity was worked out from. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HEX_DIGITS);
}
