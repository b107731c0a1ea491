/** What other languages and databases call types, as Avro says it. */
import { isArray, type Json, type JsonObject } from '../../runtime/json.js';
import { didYouMean, nearestName } from '../../runtime/nearest-name.js';
import { withArticle } from '../../runtime/words.js';
import { LOGICAL_TYPES } from './logical.js';
import { spaced } from './spaced-json.js';
import { isNotation, readNotation } from './type-notation.js';

/** Kinds that a name alone does not make. */
const KINDS = ['record', 'enum', 'array', 'map', 'fixed'];
const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];

/** By Avro's word: what else it is called, in lower case. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
  string: ['str', 'text', 'varchar', 'char', 'character', 'charsequence', 'utf8', 'nvarchar'],
  int: [
    'integer',
    'int8',
    'int16',
    'int32',
    'uint8',
    'uint16',
    'short',
    'smallint',
    'tinyint',
    'byte',
    'i32',
  ],
  long: ['int64', 'bigint', 'uint32', 'biginteger', 'i64'],
  double: ['float64', 'real', 'number'],
  float: ['float32', 'single'],
  boolean: ['bool', 'bit'],
  bytes: ['binary', 'blob', 'bytea', 'varbinary', 'buffer', 'bytestring'],
  null: ['none', 'nil', 'void', 'undefined'],
  record: ['struct', 'object', 'message', 'class', 'interface', 'row', 'table'],
  array: ['list', 'set', 'sequence', 'repeated', 'vector'],
  map: ['dict', 'dictionary', 'hash', 'hashmap'],
  enum: ['enumeration'],
};
const AVROS = new Map(
  Object.entries(CALLED).flatMap(([avros, names]) => names.map((name) => [name, avros] as const)),
);

/** By Avro's logical type: what else it is called, in lower case. */
const LOGICALLY_CALLED: Readonly<Record<string, readonly string[]>> = {
  'timestamp-millis': [
    'timestamp',
    'datetime',
    'instant',
    'timestamptz',
    'timestamp_ms',
    'datetimeoffset',
  ],
  'local-timestamp-millis': ['localdatetime', 'local_timestamp_ms'],
  'time-millis': ['time', 'localtime', 'time_ms'],
  date: ['localdate'],
  uuid: ['guid'],
  decimal: ['numeric', 'bigdecimal', 'money'],
  duration: ['interval', 'period'],
};
const LOGICALS = new Map(
  Object.entries(LOGICALLY_CALLED).flatMap(([avros, names]) =>
    names.map((name) => [name, avros] as const),
  ),
);

/** Most names that are offered. */
const MAX_NAMES = 3;
/** Most names that one is compared with letter by letter. */
const MAX_COMPARED = 5_000;

const LOGICAL_NAMES = LOGICAL_TYPES.map(({ name }) => name);

export interface UnknownType {
  /** Full names of all types. */
  readonly known: readonly string[];
  /** Whether it stands as the `type` of an object which may have what a type needs besides. */
  readonly isInObject: boolean;
}

/** What is to be done about the name of a type that nothing defines. */
export function adviseOn(name: string, { known, isInObject }: UnknownType): string | undefined {
  if (KINDS.includes(name)) return deeper(name);
  if (isNotation(name)) return spelledOut(name, known);
  const called = (simple: string | undefined) =>
    meant(known.filter((one) => lastPart(one) === simple));
  return (
    called(lastPart(name)) ??
    (name.includes('.') ? undefined : avrosWord(name.toLowerCase(), isInObject)) ??
    (known.length > MAX_COMPARED
      ? undefined
      : called(nearestName(lastPart(name), known.map(lastPart))))
  );
}

/** The logical type that an unknown one may have been meant as, behind a sentence; or nothing. */
export function meantLogical(name: string): string {
  const avros = LOGICALS.get(name.toLowerCase());
  return avros === undefined
    ? didYouMean(name, LOGICAL_NAMES)
    : ` Avro's is ${JSON.stringify(avros)}.`;
}

/** Avro's word for what is a type elsewhere, or nearly one of Avro's. */
function avrosWord(name: string, isInObject: boolean): string | undefined {
  const logical = LOGICALS.get(name) ?? (LOGICAL_NAMES.includes(name) ? name : undefined);
  if (logical !== undefined) return asLogical(logical);
  const word = AVROS.get(name) ?? nearestName(name, [...PRIMITIVES, ...KINDS]);
  if (word !== undefined)
    return `Avro's is ${JSON.stringify(word)}.${KINDS.includes(word) && !isInObject ? ` ${deeper(word)}` : ''}`;
  const near = nearestName(name, LOGICAL_NAMES);
  return near === undefined ? undefined : asLogical(near);
}

function deeper(kind: string): string {
  return `Put it one level deeper: "type": {"type": "${kind}", …}.`;
}

/** What a logical type needs besides. */
const ARGUMENTS: Readonly<Record<string, JsonObject>> = {
  decimal: { precision: 10, scale: 2 },
  duration: { name: 'Duration', size: 12 },
};

function asLogical(name: string): string {
  const base = baseOf(name);
  const one = base === 'bytes' ? base : withArticle(base);
  return `In Avro it is ${one} with a logical type: ${spaced(logicalSchema(name))}.`;
}

function baseOf(logical: string): string {
  return Object.keys(LOGICAL_TYPES.find((row) => row.name === logical)?.on ?? {})[0] ?? '';
}

function logicalSchema(name: string): Json {
  return { type: baseOf(name), logicalType: name, ...ARGUMENTS[name] };
}

/** What a type is in Avro that is written as other languages do: `string[]`. */
function spelledOut(text: string, known: readonly string[]): string | undefined {
  const schema = readNotation(text, {
    schemaOf: (word) => schemaOf(word, known),
    kindOf: (word) => (KINDS.includes(word) ? word : AVROS.get(word)),
  });
  if (schema === undefined) return undefined;
  const isText = schema === 'string' || schema === 'bytes';
  if (typeof schema === 'string')
    return `Avro's is ${JSON.stringify(schema)}${isText ? ', of any length' : ''}.`;
  const isNullable = isArray(schema) && schema[0] === 'null';
  const rest = isNullable ? ', in a field with "default": null' : '';
  return `In Avro it is ${spaced(schema)}${rest}.`;
}

/** A type of the project, Avro's for what it is called elsewhere, or a name as it stands. */
function schemaOf(word: string, known: readonly string[]): Json | undefined {
  const name = word.toLowerCase();
  const own = known.find((one) => lastPart(one) === lastPart(word));
  const logical = LOGICALS.get(name) ?? (LOGICAL_NAMES.includes(name) ? name : undefined);
  if (own !== undefined || logical !== undefined) return own ?? logicalSchema(logical ?? '');
  const avros = AVROS.get(name) ?? nearestName(name, PRIMITIVES);
  if (avros !== undefined) return KINDS.includes(avros) ? undefined : avros;
  return /^[a-z_][\w.]*$/i.test(word) && !KINDS.includes(name) ? word : undefined;
}

function meant(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Did you mean ${names.slice(0, MAX_NAMES).join(' or ')}?`;
}

/** Without its namespace, and however it is spelled. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}
