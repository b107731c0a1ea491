/** Defaults as TypeScript expressions of the type that user code sees. */
import * as conversions from '../../runtime/codec/conversions.js';
import { isArray, isObject, type Json } from '../../runtime/json.js';
import { defaultBranch, floatingText } from '../../runtime/schema/default.js';
import { caseName } from '../model/cases.js';
import type { Field, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import { appearanceOf, fieldLongs, isSelfEvident, longAs } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import {
  access,
  created,
  type Expression,
  list,
  literalOf,
  NULL,
  number,
  object,
  text,
  variable,
} from './expressions.js';
import type { Appearance, LongAs } from './options.js';
import { propertyKey } from './quote.js';

/** A default value; fresh at each evaluation, so that nobody shares a mutable default. */
export function literal(
  schema: Schema,
  json: Json,
  at: { code: CodePrinter; longs: LongAs },
): Expression {
  const { project } = at.code;
  const appearance = appearanceOf(schema, project);
  if (appearance?.conversion !== undefined) {
    const value = converted(schema, appearance, json);
    if (value !== undefined) return value;
  }
  const base = baseLiteral(schema, json, at);
  return appearance === undefined ? base : at.code.fromBase(schema, base);
}

/** A logical type's value as people write it; `undefined` where its conversion must run. */
function converted(
  schema: Schema,
  { conversion, base }: Appearance,
  json: Json,
): Expression | undefined {
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

function shown(value: unknown): Expression | undefined {
  if (typeof value === 'string') return text(value);
  if (value instanceof Date) {
    const date = created('Date', number(value.getTime()));
    return { ...date, shown: value.toISOString() };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  return objectOf(Object.entries(value).map(([key, part]) => [key, number(String(part))]));
}

function baseLiteral(
  schema: Schema,
  json: Json,
  at: { code: CodePrinter; longs: LongAs },
): Expression {
  const { code } = at;
  switch (schema.kind) {
    case 'null':
      return NULL;
    case 'boolean':
      return literalOf(String(json));
    case 'int':
      return number(String(json));
    case 'float':
    case 'double':
      return floating(
        typeof json === 'string' ? floatingText(json) : Number(json),
        schema.kind === 'float',
      );
    case 'long': {
      const digits = typeof json === 'number' ? BigInt(json).toString() : String(json);
      const isBig = longAs(schema, code.project, at.longs) === 'bigint';
      return isBig ? literalOf(`${digits}n`) : number(digits);
    }
    case 'string':
    case 'enum':
      return text(String(json));
    case 'bytes':
    case 'fixed': {
      const bytes = latin1(json);
      return created('Uint8Array', ...(bytes.length === 0 ? [] : [list(bytes.map(number))]));
    }
    case 'array':
      return list(isArray(json) ? json.map((item) => literal(schema.items, item, at)) : []);
    case 'map':
      return objectOf(
        Object.entries(isObject(json) ? json : {}).map(([key, value]) => [
          key,
          literal(schema.values, value, at),
        ]),
      );
    case 'union': {
      const index = defaultBranch(schema, json);
      const branch = schema.branches[index];
      if (branch === undefined) return NULL;
      const value = literal(branch, json, at);
      if (branch.kind === 'null' || isSelfEvident(schema, code.project, at.longs)) return value;
      return inCase(schema, index, value);
    }
    case 'record':
      return recordLiteral(schema, json, code);
  }
}

function recordLiteral(schema: RecordSchema, json: Json, code: CodePrinter): Expression {
  const given = isObject(json) ? json : {};
  return objectOf(
    schema.fields.map((field: Field) => {
      const value = Object.hasOwn(given, field.name) ? given[field.name] : field.default;
      const longs = fieldLongs(code.project, schema, field);
      return [field.name, literal(field.type, value ?? null, { code, longs })];
    }),
  );
}

function objectOf(entries: readonly (readonly [name: string, value: Expression])[]): Expression {
  return object(entries.map(([name, value]) => [propertyKey(name), value]));
}

/** The value of a branch, with the branch's name. */
export function inCase(union: UnionSchema, index: number, value: Expression): Expression {
  return object([
    ['case', text(caseName(union, index))],
    ['value', value],
  ]);
}

function floating(value: number = Number.NaN, isFloat: boolean = false): Expression {
  const exact = isFloat ? Math.fround(value) : value;
  const named = (name: string) => access(variable('Number'), name);
  if (Number.isNaN(exact)) return named('NaN');
  if (exact === Infinity) return named('POSITIVE_INFINITY');
  if (exact === -Infinity) return named('NEGATIVE_INFINITY');
  return number(Object.is(exact, -0) ? '-0' : String(exact).replace('e+', 'e'));
}
