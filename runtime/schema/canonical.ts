import { type NamedSchema, type RecordSchema, readSchema, type Schema } from './schema.js';

/**
 * Parsing canonical form: what decides how bytes are laid out. It drops defaults, aliases and
 * logical types, so it identifies a *writer*, never "did this schema change?".
 * Source: Avro 1.12 specification, "Transforming into Parsing Canonical Form".
 */
export function canonicalForm(schema: Schema): string {
  const texts: string[] = [];
  const defined = new Set<string>();
  // A list instead of recursion: types may refer to each other in a chain longer than the stack.
  const open = [...partsOf(schema)].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next === 'string') texts.push(next);
    else {
      const { name, parts } = formOf(next);
      if (defined.has(name)) {
        texts.push(name);
        continue;
      }
      defined.add(name);
      for (let i = parts.length - 1; i >= 0; i--) {
        const part = parts[i];
        if (part !== undefined) open.push(part);
      }
    }
  }
  return texts.join('');
}

/** Text, with the named types that are mentioned in it as they are. */
type Part = string | NamedSchema;

/** Definitions of named types: each stands in the forms of all that lead to it. */
const forms = new WeakMap<NamedSchema, Form>();

interface Form {
  /** The full name, quoted. */
  readonly name: string;
  /** The definition. */
  readonly parts: readonly Part[];
}

function formOf(schema: NamedSchema): Form {
  const known = forms.get(schema);
  if (known !== undefined) return known;
  const name = quoted(schema.name);
  const form = { name, parts: new Writing().definition(schema, name) };
  forms.set(schema, form);
  return form;
}

function partsOf(schema: Schema): readonly Part[] {
  const writing = new Writing();
  writing.type(schema);
  return writing.written();
}

/** Writes text as far as it goes, and puts the named types that are mentioned between. */
class Writing {
  private readonly parts: Part[] = [];
  private text = '';

  definition(schema: NamedSchema, name: string): readonly Part[] {
    this.text += `{"name":${name},"type":"${schema.kind}",`;
    if (schema.kind === 'fixed') this.text += `"size":${schema.size}`;
    else if (schema.kind === 'enum')
      this.text += `"symbols":[${schema.symbols.map(quoted).join()}]`;
    else this.fields(schema);
    this.text += '}';
    return this.written();
  }

  type(schema: Schema): void {
    switch (schema.kind) {
      case 'array':
        return this.within('{"type":"array","items":', [schema.items], '}');
      case 'map':
        return this.within('{"type":"map","values":', [schema.values], '}');
      case 'union':
        return this.within('[', schema.branches, ']');
      case 'record':
      case 'enum':
      case 'fixed':
        this.parts.push(this.text, schema);
        this.text = '';
        return;
      default:
        this.text += `"${schema.kind}"`;
    }
  }

  written(): readonly Part[] {
    return [...this.parts, this.text];
  }

  private within(open: string, types: readonly Schema[], close: string): void {
    this.text += open;
    for (const [i, type] of types.entries()) {
      if (i > 0) this.text += ',';
      this.type(type);
    }
    this.text += close;
  }

  private fields({ fields }: RecordSchema): void {
    this.text += '"fields":[';
    for (const [i, { name, type }] of fields.entries()) {
      this.text += `${i > 0 ? ',' : ''}{"name":${quoted(name)},"type":`;
      this.type(type);
      this.text += '}';
    }
    this.text += ']';
  }
}

function quoted(name: string): string {
  return JSON.stringify(name);
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
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at++) {
    const index = (low ^ (bytes[at] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (table.low[index] ?? 0);
    high = (high >>> 8) ^ (table.high[index] ?? 0);
  }
  const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, '0');
  return hex(high) + hex(low);
}

const fingerprints = new WeakMap<Schema, string>();

/** Fingerprint of a writer schema: CRC-64-AVRO of its parsing canonical form. */
export function fingerprint(schema: Schema): string {
  const known = fingerprints.get(schema) ?? crc64(canonicalForm(schema));
  fingerprints.set(schema, known);
  return known;
}

/** CRC-64-AVRO of the parsing canonical form of a writer's schema text, as `Codec.version` takes it. */
export function fingerprintOf(schema: string, references: readonly string[] = []): string {
  return crc64(canonicalForm(readSchema(schema, references)));
}
