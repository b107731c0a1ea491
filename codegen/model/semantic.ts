/**
 * Names by which Kafka Connect says what a value means, where Avro has no logical type for it or a
 * converter did not write one: `connect.name` within a type. They count where a project says so.
 */
import { isObject, type Json } from '../../runtime/json.js';
import { type LogicalReading, readLogical } from './logical.js';

/** Each name that counts -> the logical type that it stands for: one of Avro's, else itself. */
export type SemanticNames = ReadonlyMap<string, string>;

/** The property that holds such a name. */
export const SEMANTIC_KEY = 'connect.name';

export const PRESETS = ['connect', 'debezium'] as const;
export type Preset = (typeof PRESETS)[number];

/** A name whose documentation says what it stands on and counts. */
export interface DocumentedName {
  readonly name: string;
  readonly preset: Preset;
  /** The Avro types that its Connect type becomes. */
  readonly on: readonly string[];
  /** Logical types of the same base and unit, the one that says the same first; none where Avro has none. */
  readonly rows: readonly string[];
}

/**
 * The names that are documented, with the types that `AvroData` of Confluent's converter makes of
 * Connect's: INT32 is an int, INT64 a long.
 *
 * - Connect: the classes `org.apache.kafka.connect.data.Date`, `Time` (milliseconds after midnight),
 *   `Timestamp` ("an absolute time", in milliseconds) and `Decimal` of Apache Kafka.
 * - Debezium: https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-temporal-types
 *   and `#postgresql-basic-types`, and the classes of `io.debezium.time` and `io.debezium.data`. Its
 *   timestamps count milliseconds, microseconds or nanoseconds "since the epoch", and do "not include
 *   timezone information": what a clock on a wall showed, as Avro's local timestamps.
 */
export const DOCUMENTED_NAMES: readonly DocumentedName[] = [
  ...named('connect', 'org.apache.kafka.connect.data', [
    ['Date', ['int'], ['date']],
    ['Time', ['int'], ['time-millis']],
    ['Timestamp', ['long'], ['timestamp-millis', 'local-timestamp-millis']],
    ['Decimal', ['bytes'], ['decimal']],
  ]),
  ...named('debezium', 'io.debezium.time', [
    ['Date', ['int'], ['date']],
    ['Time', ['int'], ['time-millis']],
    ['MicroTime', ['long'], ['time-micros']],
    ['NanoTime', ['long'], []],
    ['Timestamp', ['long'], ['local-timestamp-millis', 'timestamp-millis']],
    ['MicroTimestamp', ['long'], ['local-timestamp-micros', 'timestamp-micros']],
    ['NanoTimestamp', ['long'], ['local-timestamp-nanos', 'timestamp-nanos']],
    ['ZonedTime', ['string'], []],
    ['ZonedTimestamp', ['string'], []],
    ['IsoDate', ['string'], []],
    ['IsoTime', ['string'], []],
    ['IsoTimestamp', ['string'], []],
    ['Year', ['int'], []],
    // A floating point number before Debezium 1.0.
    ['MicroDuration', ['long', 'double'], []],
    ['Interval', ['string'], []],
  ]),
  ...named('debezium', 'io.debezium.data', [
    ['Uuid', ['string'], ['uuid']],
    ['Json', ['string'], []],
    ['Xml', ['string'], []],
    ['Enum', ['string'], []],
    ['EnumSet', ['string'], []],
    ['Bits', ['bytes'], []],
  ]),
];

type Row = readonly [name: string, on: readonly string[], rows: readonly string[]];

function named(preset: Preset, namespace: string, rows: readonly Row[]): DocumentedName[] {
  return rows.map(([name, on, of]) => ({ preset, name: `${namespace}.${name}`, on, rows: of }));
}

const documented = new Map(DOCUMENTED_NAMES.map((one) => [one.name, one]));

export function documentedName(name: string): DocumentedName | undefined {
  return documented.get(name);
}

/** Digits of a Connect decimal that names no precision: `CONNECT_AVRO_DECIMAL_PRECISION_DEFAULT` of `AvroData`. */
const CONNECT_PRECISION = 64;

/** Kinds whose values can be shown otherwise than they are stored. */
const BASES = new Set(['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string', 'fixed']);

/** Reads a name that counts, beside a base type. Where a schema has a `logicalType`, that says what it is. */
export function readSemantic(
  base: { readonly kind: string; readonly size?: number },
  props: ReadonlyMap<string, Json>,
  names: SemanticNames,
): LogicalReading | undefined {
  const name = props.get(SEMANTIC_KEY);
  const row = typeof name === 'string' ? names.get(name) : undefined;
  if (typeof name !== 'string' || row === undefined || props.has('logicalType')) return undefined;
  const on = documented.get(name)?.on ?? [...BASES];
  if (!on.includes(base.kind) || !BASES.has(base.kind))
    return {
      ignored: 'invalid',
      why: `${JSON.stringify(name)} stands on ${on.join(' or ')}, not on this ${base.kind}.`,
    };
  if (row === name) return { type: { name, semantic: name } };
  const reading = readLogical(base, asLogical(row, props));
  if (reading === undefined) return undefined;
  if ('type' in reading) return { type: { ...reading.type, semantic: name } };
  return { ...reading, why: `${JSON.stringify(name)} counts as ${row}. ${reading.why}` };
}

/** The properties as they would be beside a `logicalType`. Connect's parameters are texts. */
function asLogical(row: string, props: ReadonlyMap<string, Json>): ReadonlyMap<string, Json> {
  if (row !== 'decimal') return new Map([['logicalType', row]]);
  const given = props.get('connect.parameters');
  const parameters = isObject(given) ? given : {};
  const precision = props.get('precision') ?? whole(parameters['connect.decimal.precision']);
  return new Map<string, Json>([
    ['logicalType', row],
    ['scale', props.get('scale') ?? whole(parameters.scale) ?? 0],
    ['precision', precision ?? CONNECT_PRECISION],
  ]);
}

function whole(parameter: Json | undefined): Json | undefined {
  return typeof parameter === 'string' && /^-?\d{1,9}$/.test(parameter)
    ? Number(parameter)
    : parameter;
}
