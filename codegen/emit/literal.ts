/** Defaults as TypeScript expressions of the type that user code sees. */
import * as conversions from '../../runtime/codec/conversions.js';
import { isArray, isObject, type Json } from '../../runtime/json.js';
import { defaultBranch, floatingText } from '../../runtime/schema/default.js';
import { caseName } from '../model/cases.js';
import type { Field, RecordSchema, Schema } from '../model/schema.js';
import { appearanceOf, fieldLongs, isSelfEvident, longAs } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import type { Appearance, LongAs } from './options.js';
import { propertyKey, quote } from './quote.js';

/** A default value; fresh at each evaluation, so that nobody shares a mutable default. */
export function literal(
  schema: Schema,
  json: Json,
  at: { code: CodePrinter; longs: LongAs },
): string {
  const { project } = at.code;
  const appearance = appearanceOf(schema, project);
  if (appearance?.conversion !== undefined) {
    const value = converted(schema, appearance, json);
    if (value !== undefined) return value;
  }
  const base = baseLiteral(schema, json, at);
  return appearance === undefined ? base : at.code.fromBase(schema, base, at.longs);
}

/** A logical type's value as people write it; `undefined` where its conversion must run. */
function converted(
  schema: Schema,
  { conversion, base }: Appearance,
  json: Json,
): string | undefined {
  if (conversion === undefined || schema.kind === 'union') return undefined;
  const { precision = 0, scale = 0 } = schema.logical ?? {};
  const size = schema.kind === 'fixed' ? { size: schema.size } : {};
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the generator is not bundled.
  const named = conversion === 'decimal' ? undefined : conversions[conversion];
  const {
    decode,
  }: Pick<conversions.Conversion<never, unknown>, 'decode'> = named ??
  conversions.decimal({ precision, scale, ...size });
  try {
    // Safe: the table of logical types names for each base the conversion that takes it.
    return shown(decode(baseValue(schema, json, base) as never));
  } catch {
    // A default beyond what the conversion can show: reading it says so.
    return undefined;
  }
}

function baseValue(schema: Schema, json: Json, base: LongAs | undefined): unknown {
  if (schema.kind === 'long' && (typeof json === 'number' || typeof json === 'bigint'))
    return base === 'number' ? Number(json) : BigInt(json);
  if (schema.kind === 'bytes' || schema.kind === 'fixed') return Uint8Array.from(latin1(json));
  return json;
}

/** Bytes in JSON are text whose code points 0-255 stand for them. */
function latin1(json: Json): number[] {
  return Array.from(String(json), (char) => char.charCodeAt(0));
}

function shown(value: unknown): string | undefined {
  if (typeof value === 'string') return quote(value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (typeof value !== 'object' || value === null) return undefined;
  return object(Object.entries(value).map(([key, part]) => [key, String(part)]));
}

function baseLiteral(schema: Schema, json: Json, at: { code: CodePrinter; longs: LongAs }): string {
  const { code } = at;
  switch (schema.kind) {
    case 'null':
    case 'boolean':
    case 'int':
      return String(json);
    case 'float':
    case 'double':
      return number(
        typeof json === 'string' ? floatingText(json) : Number(json),
        schema.kind === 'float',
      );
    case 'long': {
      const digits = typeof json === 'number' ? BigInt(json).toString() : String(json);
      return longAs(schema, code.project, at.longs) === 'bigint' ? `${digits}n` : digits;
    }
    case 'string':
      return quote(String(json));
    case 'enum':
      return quote(String(json));
    case 'bytes':
    case 'fixed': {
      const bytes = latin1(json);
      return bytes.length === 0 ? 'new Uint8Array()' : `new Uint8Array([${bytes.join(', ')}])`;
    }
    case 'array':
      return isArray(json)
        ? `[${json.map((item) => literal(schema.items, item, at)).join(', ')}]`
        : '[]';
    case 'map':
      return isObject(json)
        ? object(
            Object.entries(json).map(([key, value]) => [key, literal(schema.values, value, at)]),
          )
        : '{}';
    case 'union': {
      const index = defaultBranch(schema, json);
      const branch = schema.branches[index];
      if (branch === undefined) return 'null';
      const value = literal(branch, json, at);
      if (branch.kind === 'null' || isSelfEvident(schema, code.project, at.longs)) return value;
      return `{ case: ${quote(caseName(schema, index))}, value: ${value} }`;
    }
    case 'record':
      return recordLiteral(schema, json, code);
  }
}

function recordLiteral(schema: RecordSchema, json: Json, code: CodePrinter): string {
  const given = isObject(json) ? json : {};
  return object(
    schema.fields.map((field: Field) => {
      const value = Object.hasOwn(given, field.name) ? given[field.name] : field.default;
      return [
        field.name,
        literal(field.type, value ?? null, {
          code,
          longs: fieldLongs(code.project, schema, field),
        }),
      ];
    }),
  );
}

function object(entries: readonly (readonly [string, string])[]): string {
  return entries.length === 0
    ? '{}'
    : `{ ${entries.map(([key, value]) => `${propertyKey(key)}: ${value}`).join(', ')} }`;
}

function number(value: number = Number.NaN, isFloat: boolean = false): string {
  const exact = isFloat ? Math.fround(value) : value;
  if (Number.isNaN(exact)) return 'Number.NaN';
  if (exact === Infinity) return 'Number.POSITIVE_INFINITY';
  if (exact === -Infinity) return 'Number.NEGATIVE_INFINITY';
  return Object.is(exact, -0) ? '-0' : String(exact);
}
