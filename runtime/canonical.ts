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

const EMPTY = 0xc15d213aa4d7a795n;
let table: bigint[] | undefined;

/**
 * CRC-64-AVRO of a text's UTF-8 bytes, as 16 hex digits, most significant first.
 * Source: Avro 1.12 specification, "Schema Fingerprints".
 */
export function crc64(text: string): string {
  table ??= Array.from({ length: 256 }, (_, i) => {
    let fp = BigInt(i);
    for (let bit = 0; bit < 8; bit++) fp = (fp >> 1n) ^ (fp & 1n ? EMPTY : 0n);
    return fp;
  });
  let fp = EMPTY;
  for (const byte of new TextEncoder().encode(text)) {
    fp = (fp >> 8n) ^ (table[Number((fp ^ BigInt(byte)) & 0xffn)] ?? 0n);
  }
  return fp.toString(16).padStart(16, '0');
}

/** Fingerprint of a writer schema: CRC-64-AVRO of its parsing canonical form. */
export function fingerprint(schema: Schema): string {
  return crc64(canonicalForm(schema));
}
