/** The lock -> the older schemas that generated decoders read. */
import { parseSchema, SchemaError } from '../model/parse-schema.js';
import type { Schema } from '../model/schema.js';
import type { Lock } from './lock.js';

/** By full name of the type: the schemas of its released versions, oldest first. */
export function releasedVersions(lock: Lock): ReadonlyMap<string, readonly Schema[]> {
  const released = new Map<string, Schema[]>();
  for (const [subject, { type, versions }] of lock.subjects) {
    const schemas = released.get(type) ?? [];
    released.set(type, schemas);
    for (const { version, state, schema } of versions) {
      if (state !== 'released') continue;
      const file = `${subject}@v${version}`;
      try {
        schemas.push(parseSchema(schema, { role: 'history', file }).schema);
      } catch (error) {
        // The gate says what is wrong with it; the consumer's resolving decoder reads what can be read.
        if (!(error instanceof SchemaError)) throw error;
      }
    }
  }
  return released;
}
