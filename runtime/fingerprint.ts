import { createHash } from 'node:crypto';
import { canonicalForm, fingerprint as crcOf } from './schema/canonical.js';
import type { Schema } from './schema/schema.js';

export type FingerprintAlgorithm = 'CRC-64-AVRO' | 'MD5' | 'SHA-256';

/**
 * Fingerprint of a schema's parsing canonical form, as hex digits (16, 32 or 64).
 * Source: Avro 1.12 specification, "Schema Fingerprints".
 */
export function fingerprint(
  schema: Schema,
  algorithm: FingerprintAlgorithm = 'CRC-64-AVRO',
): string {
  if (algorithm === 'CRC-64-AVRO') return crcOf(schema);
  return createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(canonicalForm(schema))
    .digest('hex');
}
