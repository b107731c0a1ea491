/**
 * Errors of this room. A message says what went wrong and what to do next; it never holds a
 * payload or a secret, because errors end up in logs.
 */

/** Why bytes could not be read or a value could not be written. */
export type AvroErrorCode =
  | 'AVRO_BYTES' // what was to be read is no Uint8Array
  | 'AVRO_TRUNCATED' // the bytes end inside a value
  | 'AVRO_TRAILING_BYTES' // bytes are left after the value
  | 'AVRO_VARINT' // an int over 32 bits, a long over 64, or an overlong encoding
  | 'AVRO_BOOLEAN' // a boolean byte that is neither 0 nor 1
  | 'AVRO_INDEX' // an enum or union index outside the schema
  | 'AVRO_UTF8' // a string that is not UTF-8
  | 'AVRO_LENGTH' // a negative or impossible length, count or block size
  | 'AVRO_LIMIT' // deeper, longer or more than the limits in limits.ts allow
  | 'AVRO_LOGICAL' // a value outside what its logical type can hold
  | 'AVRO_UNSAFE_NUMBER' // a long beyond 2^53 where the project chose `number`
  | 'AVRO_FRAME' // not a Confluent or single-object frame
  | 'AVRO_WRITER_UNKNOWN' // a fingerprint that the codec has no schema for
  | 'AVRO_JSON' // a text that is not JSON
  | 'AVRO_CONTAINER' // not an object container file, or one with a header that cannot be used
  | 'AVRO_SYNC' // a container block that does not end with the file's sync marker
  | 'AVRO_COMPRESSION' // a container block in a compression that is not there, or that is damaged
  | 'AVRO_UNRESOLVED' // the writer's datum has no place in the reader's schema
  | 'AVRO_TYPE_UNKNOWN' // the writer's datum is of a type that the reader does not have
  | 'AVRO_SCHEMA' // a schema text that cannot be used
  | 'AVRO_VALUE'; // a value that does not fit the schema (encode)

export interface AvroErrorFields {
  /** Full name of the schema that was read or written. */
  schema?: string | undefined;
  /** Field path from the root, such as `lines[3].price`; empty at the root. */
  path?: string | undefined;
  /** Byte offset in the message where reading stopped. */
  offset?: number | undefined;
  expected?: string | undefined;
  /** Kind of what was found; never the value. */
  actual?: string | undefined;
  /** Every bad field of an encode, not just the first. */
  problems?: readonly ValueProblem[] | undefined;
  cause?: unknown;
}

/** One field of a value that does not fit its schema. */
export interface ValueProblem {
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
}

/** A value or message that does not fit its Avro schema. */
export class AvroError extends Error {
  override readonly name = 'AvroError';
  readonly code: AvroErrorCode;
  readonly schema: string | undefined;
  readonly path: string | undefined;
  readonly offset: number | undefined;
  readonly expected: string | undefined;
  readonly actual: string | undefined;
  readonly problems: readonly ValueProblem[];

  constructor(code: AvroErrorCode, message: string, fields: AvroErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.schema = fields.schema;
    this.path = fields.path;
    this.offset = fields.offset;
    this.expected = fields.expected;
    this.actual = fields.actual;
    this.problems = fields.problems ?? [];
  }
}

/**
 * The end of the stack as an AvroError; other errors as they are. Levels are counted by records:
 * lists within lists, and types that refer to each other in a long chain, end the stack before.
 */
export function tooDeep(error: unknown): unknown {
  if (!(error instanceof RangeError) || !error.message.includes('call stack')) return error;
  const expected = 'less nesting of values and types';
  return new AvroError('AVRO_LIMIT', `Expected ${expected}`, { expected, cause: error });
}
