import { isArray, isObject, type Json } from '../json.js';
import { MAX_DEFAULT_BYTES } from '../limits.js';
import { message, raw, written } from '../wire/output.js';
import * as writing from '../wire/write.js';
import type { Field, RecordSchema, Schema, UnionSchema } from './schema.js';

/** Bytes of each field's default, worked out once; `undefined` where the default cannot be used. */
const known = new WeakMap<Field, Uint8Array | undefined>();

/**
 * A field's default as Avro binary. `undefined` when there is none, or when it is not a value of
 * the field's type: then data that needs it cannot be read.
 */
export function defaultBytes(field: Field): Uint8Array | undefined {
  if (field.default === undefined) return undefined;
  if (known.has(field)) return known.get(field);
  // A default that leads back to itself has no end: asked for within itself, there is none.
  known.set(field, undefined);
  const bytes = encodeJson(field.type, field.default);
  known.set(field, bytes);
  return bytes;
}

/** Bytes that most defaults fit into: there are many, and each is kept with all that it stands in. */
const DEFAULT_BYTES = 16;

/** Encodes a default as schemas write them: a union's value stands without its branch. */
export function encodeJson(schema: Schema, json: Json): Uint8Array | undefined {
  try {
    return message(() => write(schema, json), { slabBytes: DEFAULT_BYTES });
  } catch {
    // Whatever is wrong with it, it is not a value of this type; the gate says what and where.
    return undefined;
  }
}

/** The first branch that a default is a value of (Avro >= 1.12: any branch may be), or -1. */
export function defaultBranch(union: UnionSchema, json: Json): number {
  return union.branches.findIndex((branch) => attempt(branch, json) !== undefined);
}

/** What was tried for branches of unions: unions within unions would else try all of it again. */
const tried = new WeakMap<object, Map<Schema, Uint8Array | undefined>>();

function attempt(branch: Schema, json: Json): Uint8Array | undefined {
  if (typeof json !== 'object' || json === null) return encodeJson(branch, json);
  const answers = tried.get(json) ?? new Map<Schema, Uint8Array | undefined>();
  tried.set(json, answers);
  if (!answers.has(branch)) answers.set(branch, encodeJson(branch, json));
  return answers.get(branch);
}

function write(schema: Schema, json: Json): void {
  switch (schema.kind) {
    case 'null':
      return json === null ? undefined : writing.bad('null', json);
    case 'boolean':
      return typeof json === 'boolean' ? writing.boolean(json) : writing.bad('boolean', json);
    case 'int':
      return typeof json === 'number' ? writing.int(json) : writing.bad('int', json);
    case 'long':
      if (typeof json === 'number' && Number.isInteger(json)) return writing.long(BigInt(json));
      return typeof json === 'bigint' ? writing.long(json) : writing.bad('long', json);
    case 'float':
      return writing.float(floating(json));
    case 'double':
      return writing.double(floating(json));
    case 'string':
      return typeof json === 'string' ? writing.string(json) : writing.bad('string', json);
    case 'bytes':
      return writing.bytes(latin1(json));
    case 'fixed':
      return writing.fixed(latin1(json), schema.size);
    default:
      return writeComplex(schema, json);
  }
}

function writeComplex(schema: Schema, json: Json): void {
  switch (schema.kind) {
    case 'enum': {
      const index = typeof json === 'string' ? schema.symbols.indexOf(json) : -1;
      return index < 0 ? writing.bad('symbol of the enum', json) : writing.index(index);
    }
    case 'array':
      if (!isArray(json)) return writing.bad('array', json);
      writing.array(json);
      for (const item of json) write(schema.items, item);
      return writing.end();
    case 'map':
      if (!isObject(json)) return writing.bad('object', json);
      for (const key of writing.keys(json)) {
        writing.string(key);
        write(schema.values, json[key] ?? null);
      }
      return writing.end();
    case 'union': {
      for (const [index, branch] of schema.branches.entries()) {
        const bytes = attempt(branch, json);
        if (bytes === undefined) continue;
        writing.index(index);
        return raw(bytes);
      }
      return writing.bad('value of a branch of the union', json);
    }
    case 'record':
      return writeRecord(schema, json);
  }
}

function writeRecord(schema: RecordSchema, json: Json): void {
  if (!isObject(json)) return writing.bad('object', json);
  for (const field of schema.fields) {
    const value = Object.hasOwn(json, field.name) ? json[field.name] : undefined;
    if (value !== undefined) {
      write(field.type, value);
      continue;
    }
    const bytes = defaultBytes(field);
    // Defaults within defaults may grow with a power of their depth.
    if (bytes === undefined || written() + bytes.length > MAX_DEFAULT_BYTES)
      return writing.bad(`field ${field.name}`, undefined);
    raw(bytes);
  }
}

/** Java reads numbers in quotes as floating defaults, which is how NaN and Infinity are written. */
function floating(json: Json): number {
  if (typeof json === 'number') return json;
  if (typeof json === 'bigint') return Number(json);
  const read = typeof json === 'string' ? floatingText(json) : undefined;
  if (read !== undefined) return read;
  return writing.bad('number', json);
}

/** What Java's `Double.valueOf` reads, but for hexadecimal: `1.5`, `1e3d`, `-Infinity`, `NaN`. */
export function floatingText(text: string): number | undefined {
  const digits = text.trim().replace(/(?<=[\d.])[fFdD]$/, '');
  if (/^[+-]?NaN$/.test(digits)) return Number.NaN;
  const isNumber = /^[+-]?(Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?)$/.test(digits);
  return isNumber ? Number(digits) : undefined;
}

/** Bytes in JSON are text whose code points 0-255 stand for them. */
function latin1(json: Json): Uint8Array {
  if (typeof json !== 'string') return writing.bad('string', json);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes are any of U+0000 to U+00FF.
  if (!/^[\u0000-\u00ff]*$/.test(json)) return writing.bad('text of U+0000 to U+00FF', json);
  return Uint8Array.from(json, (char) => char.charCodeAt(0));
}
