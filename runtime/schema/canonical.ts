import type { Schema } from './schema.js';

/**
 * Parsing canonical form: what decides how bytes are laid out. It drops defaults, aliases and
 * logical types, so it identifies a *writer*, never "did this schema change?".
 * Source: Avro 1.12 specification, "Transforming into Parsing Canonical Form".
 */
export function canonicalForm(schema: Schema): string {
  return form(schema, new Set());
}

function form(schema: Schema, defined: Set<string>): string {
  switch (schema.kind) {
    case 'array':
      return `{"type":"array","items":${form(schema.items, defined)}}`;
    case 'map':
      return `{"type":"map","values":${form(schema.values, defined)}}`;
    case 'union':
      return `[${schema.branches.map((branch) => form(branch, defined)).join(',')}]`;
    case 'record':
    case 'enum':
    case 'fixed': {
      const name = JSON.stringify(schema.name);
      if (defined.has(schema.name)) return name;
      defined.add(schema.name);
      if (schema.kind === 'enum') {
        return `{"name":${name},"type":"enum","symbols":[${schema.symbols.map((s) => JSON.stringify(s)).join(',')}]}`;
      }
      if (schema.kind === 'fixed') return `{"name":${name},"type":"fixed","size":${schema.size}}`;
      const fields = schema.fields.map(
        (field) => `{"name":${JSON.stringify(field.name)},"type":${form(field.type, defined)}}`,
      );
      return `{"name":${name},"type":"record","fields":[${fields.join(',')}]}`;
    }
    default:
      return `"${schema.kind}"`;
  }
}

/** Fingerprint of no bytes, as two halves of 32 bits: bigint takes thirty times as long. */
const EMPTY_HIGH = 0xc15d213a;
const EMPTY_LOW = 0xa4d7a795;
let table: { readonly high: Int32Array; readonly low: Int32Array } | undefined;

function crcTable(): { readonly high: Int32Array; readonly low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    let [h, l] = [0, i];
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (isOdd) {
        h ^= EMPTY_HIGH;
        l ^= EMPTY_LOW;
      }
    }
    high[i] = h;
    low[i] = l;
  }
  return { high, low };
}

/**
 * CRC-64-AVRO of a text's UTF-8 bytes, as 16 hex digits, most significant first.
 * Source: Avro 1.12 specification, "Schema Fingerprints".
 */
export function crc64(text: string): string {
  table ??= crcTable();
  let high = EMPTY_HIGH | 0;
  let low = EMPTY_LOW | 0;
  for (const byte of new TextEncoder().encode(text)) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (table.low[index] ?? 0);
    high = (high >>> 8) ^ (table.high[index] ?? 0);
  }
  const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
  return hex(high) + hex(low);
}

/** Fingerprint of a writer schema: CRC-64-AVRO of its parsing canonical form. */
export function fingerprint(schema: Schema): string {
  return crc64(canonicalForm(schema));
}
