/** Random values of generated types, as user code would build them. */
import fc from 'fast-check';
import { appearanceOf, fieldLongs, isSelfEvident, longAs } from '../../codegen/emit/appearance.js';
import type { LongAs } from '../../codegen/emit/options.js';
import type { Project } from '../../codegen/emit/project.js';
import { caseName } from '../../codegen/model/cases.js';
import type { RecordSchema, Schema } from '../../codegen/model/schema.js';

/** Levels after which lists are empty and unions take their shortest branch. */
const MAX_LEVEL = 5;

interface At {
  readonly project: Project;
  readonly longs: LongAs;
  readonly level: number;
}

const DATE_LIMIT_MS = 8.64e15;
const text = fc.string({ unit: 'grapheme', maxLength: 40 });

/** Values of a schema's read type. Each is written and read back unchanged. */
export function arbitraryValue(schema: Schema, project: Project): fc.Arbitrary<unknown> {
  return value(schema, { project, longs: project.options.longs, level: 0 });
}

function value(schema: Schema, at: At): fc.Arbitrary<unknown> {
  const conversion = appearanceOf(schema, at.project)?.conversion;
  if (conversion !== undefined && schema.kind !== 'union') return logicalValue(schema, conversion);
  const inner = { ...at, level: at.level + 1 };
  const maxLength = at.level >= MAX_LEVEL ? 0 : 4;
  switch (schema.kind) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'int':
      return fc.integer();
    case 'long':
      return longAs(schema, at.project, at.longs) === 'bigint'
        ? fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        : fc.maxSafeInteger();
    case 'float':
      return fc.float();
    case 'double':
      return fc.double();
    case 'bytes':
      return fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes));
    case 'fixed':
      return fc
        .uint8Array({ minLength: schema.size, maxLength: schema.size })
        .map((bytes) => new Uint8Array(bytes));
    case 'string':
      return text;
    case 'enum':
      return fc.constantFrom(...schema.symbols);
    case 'array':
      return maxLength === 0
        ? fc.constant([])
        : fc
            .array(fc.constant(0), { maxLength })
            .chain((slots) => fc.tuple(...slots.map(() => value(schema.items, inner))));
    case 'map':
      return maxLength === 0
        ? fc.constant({})
        : fc
            .uniqueArray(fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '', '1')), {
              maxLength,
            })
            .chain((keys) =>
              fc.tuple(
                ...keys.map((key) =>
                  value(schema.values, inner).map((item) => [key, item] as const),
                ),
              ),
            )
            .map((entries) => Object.fromEntries(entries));
    case 'union':
      return union(schema, at);
    case 'record':
      return record(schema, inner);
  }
}

function union(schema: Extract<Schema, { kind: 'union' }>, at: At): fc.Arbitrary<unknown> {
  const isBare = isSelfEvident(schema, at.project, at.longs);
  const branches = schema.branches.map((branch, index) => {
    const inner = value(branch, { ...at, level: at.level + 1 });
    if (branch.kind === 'null' || isBare) return inner;
    return inner.map((held) => ({ case: caseName(schema, index), value: held }));
  });
  return fc.oneof(...branches);
}

function record(schema: RecordSchema, at: At): fc.Arbitrary<unknown> {
  const fields = schema.fields.map((field) =>
    value(field.type, { ...at, longs: fieldLongs(at.project, schema, field) }).map(
      (held) => [field.name, held] as const,
    ),
  );
  // fromEntries defines properties, so a field named __proto__ is one.
  return fc.tuple(...fields).map((entries) => Object.fromEntries(entries));
}

function logicalValue(schema: Schema, conversion: string): fc.Arbitrary<unknown> {
  switch (conversion) {
    case 'timestampMillis':
      return fc.date({ noInvalidDate: true });
    case 'date':
      return fc.date({ noInvalidDate: true }).map((date) => date.toISOString().split('T')[0]);
    case 'localTimestampMillis':
      return fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, -1));
    case 'localTimestampMicros':
    case 'localTimestampNanos':
      return localTimestamp(conversion === 'localTimestampMicros' ? 6 : 9);
    case 'uuid':
    case 'uuidFixed':
      return fc.uuid();
    case 'duration': {
      const part = fc.nat({ max: 0xffff_ffff });
      return fc.record({ months: part, days: part, millis: part }, { noNullPrototype: true });
    }
    case 'decimal':
      return decimal(schema);
    case 'bigDecimal':
      return fc
        .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat({ max: 20 }))
        .map(([n, scale]) => point(n, scale));
    default:
      throw new Error(`no values for ${conversion}`);
  }
}

function localTimestamp(digits: number): fc.Arbitrary<string> {
  // Nanoseconds of 64 bits end in 2262.
  const limit = digits === 9 ? 9e12 : DATE_LIMIT_MS - 1000;
  return fc
    .tuple(
      fc.date({ min: new Date(-limit), max: new Date(limit), noInvalidDate: true }),
      fc.nat({ max: 10 ** digits - 1 }),
    )
    .map(
      ([date, fraction]) =>
        `${date.toISOString().slice(0, -5)}.${String(fraction).padStart(digits, '0')}`,
    );
}

function decimal(schema: Schema): fc.Arbitrary<string> {
  const { precision = 1, scale = 0 } = 'logical' in schema ? (schema.logical ?? {}) : {};
  const limit = 10n ** BigInt(precision) - 1n;
  return fc.bigInt({ min: -limit, max: limit }).map((n) => point(n, scale));
}

function point(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
