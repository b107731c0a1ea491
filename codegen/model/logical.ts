/**
 * Logical types: one row each. The parser reads which base types a row stands on, the emitter which
 * conversion it prints, the gate what changes of it mean.
 */
import type * as conversions from '../../runtime/codec/conversions.js';
import type { Json } from '../../runtime/json.js';
import { MAX_DECIMAL_SCALE } from '../../runtime/limits.js';

/** A logical type on a schema, with its arguments. */
export interface LogicalType {
  readonly name: string;
  /** decimal only: digits in all, and after the point. */
  readonly precision?: number;
  readonly scale?: number;
  /** The name by which Kafka Connect says it, where no `logicalType` does (`semantic.ts`). */
  readonly semantic?: string;
}

/** What a value looks like in TypeScript, as far as unions must tell branches apart at run time. */
export type ValueClass =
  | 'boolean'
  | 'number'
  | 'bigint'
  | 'string'
  | 'bytes'
  | 'date'
  | 'object'
  | 'array'
  | 'unknown';

/** How the values of a logical type appear. */
export interface Representation {
  readonly type: string;
  readonly valueClass: ValueClass;
  /** A constant of `runtime/codec/conversions.ts`; absent where the base value is shown as it is. */
  readonly conversion?: keyof typeof conversions;
  /** For longs: what the conversion takes. */
  readonly base?: 'number' | 'bigint';
}

export interface LogicalRow {
  readonly name: string;
  /** Base kinds, each with how its values appear; fixed with the size it must have. */
  readonly on: { readonly [base: string]: Representation & { readonly size?: number } };
}

const TEXT = { type: 'string', valueClass: 'string' } as const;
const NUMBER = { type: 'number', valueClass: 'number' } as const;
/** Shown as the long is: bigint, or number by option. */
const LONG = { type: 'long', valueClass: 'bigint' } as const;

export const LOGICAL_TYPES: readonly LogicalRow[] = [
  {
    name: 'decimal',
    on: { bytes: { ...TEXT, conversion: 'decimal' }, fixed: { ...TEXT, conversion: 'decimal' } },
  },
  { name: 'big-decimal', on: { bytes: { ...TEXT, conversion: 'bigDecimal' } } },
  {
    name: 'uuid',
    on: {
      string: { ...TEXT, conversion: 'uuid' },
      fixed: { ...TEXT, conversion: 'uuidFixed', size: 16 },
    },
  },
  { name: 'date', on: { int: { ...TEXT, conversion: 'date' } } },
  { name: 'time-millis', on: { int: NUMBER } },
  { name: 'time-micros', on: { long: LONG } },
  {
    name: 'timestamp-millis',
    on: {
      long: { type: 'Date', valueClass: 'date', conversion: 'timestampMillis', base: 'number' },
    },
  },
  { name: 'timestamp-micros', on: { long: LONG } },
  { name: 'timestamp-nanos', on: { long: LONG } },
  {
    name: 'local-timestamp-millis',
    on: { long: { ...TEXT, conversion: 'localTimestampMillis', base: 'number' } },
  },
  {
    name: 'local-timestamp-micros',
    on: { long: { ...TEXT, conversion: 'localTimestampMicros', base: 'bigint' } },
  },
  {
    name: 'local-timestamp-nanos',
    on: { long: { ...TEXT, conversion: 'localTimestampNanos', base: 'bigint' } },
  },
  {
    name: 'duration',
    on: { fixed: { type: 'Duration', valueClass: 'object', conversion: 'duration', size: 12 } },
  },
];

const rows = new Map(LOGICAL_TYPES.map((row) => [row.name, row]));

/** The row of a logical type on a base kind. */
export function representationOf(name: string, base: string): Representation | undefined {
  return rows.get(name)?.on[base];
}

/** What a schema says of its logical type: a usable one, or why it is ignored as Avro demands. */
export type LogicalReading =
  | { readonly type: LogicalType }
  | { readonly ignored: 'unknown' | 'invalid'; readonly why: string };

/** Reads `logicalType` and its arguments beside a base type. */
export function readLogical(
  base: { readonly kind: string; readonly size?: number },
  props: ReadonlyMap<string, Json>,
): LogicalReading | undefined {
  const name = props.get('logicalType');
  if (name === undefined) return undefined;
  const row = typeof name === 'string' ? rows.get(name) : undefined;
  if (typeof name !== 'string' || row === undefined) {
    return {
      ignored: 'unknown',
      why: `The logical type ${JSON.stringify(name)} is not one that Avro names.`,
    };
  }
  const on = row.on[base.kind];
  if (on === undefined || (on.size !== undefined && on.size !== base.size)) {
    const bases = Object.entries(row.on).map(([kind, { size }]) =>
      size === undefined ? kind : `${kind} of ${size} bytes`,
    );
    return {
      ignored: 'invalid',
      why: `${name} stands on ${bases.join(' or ')}, not on this ${base.kind}.`,
    };
  }
  return name === 'decimal' ? readDecimal(base, props) : { type: { name } };
}

function readDecimal(
  base: { readonly kind: string; readonly size?: number },
  props: ReadonlyMap<string, Json>,
): LogicalReading {
  const precision = props.get('precision');
  const scale = props.get('scale') ?? 0;
  const invalid = (why: string): LogicalReading => ({ ignored: 'invalid', why });
  if (typeof precision !== 'number' || !Number.isInteger(precision) || precision < 1) {
    return invalid('A decimal needs a precision: a whole number of 1 or more.');
  }
  if (typeof scale !== 'number' || !Number.isInteger(scale) || scale < 0 || scale > precision) {
    return invalid(
      `The scale of a decimal is a whole number from 0 to its precision (${precision}).`,
    );
  }
  const most = base.size === undefined ? MAX_DECIMAL_SCALE : maxPrecision(base.size);
  if (precision > most)
    return invalid(`This decimal holds at most ${most} digits, not ${precision}.`);
  return { type: { name: 'decimal', precision, scale } };
}

/** Digits that a fixed of some bytes can always hold: floor(log10(2^(8n-1) - 1)). */
function maxPrecision(size: number): number {
  return size === 0 ? 0 : Math.floor(Math.log10(2) * (8 * size - 1));
}
