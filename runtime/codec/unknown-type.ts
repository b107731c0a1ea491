/**
 * Data of a type that a topic of several does not have in its generated code. That is no damage: a
 * newer producer has begun to write it.
 */
import { AvroError } from '../errors.js';
import { sameUnion } from '../schema/alike.js';
import { branchFor } from '../schema/plan.js';
import { readSchema, type Schema, type UnionSchema } from '../schema/schema.js';
import { readMessage } from '../wire/message.js';
import { index } from '../wire/read.js';
import type { Codec, Decoder } from './codec.js';
import { decoderBetween, type WriterSchema } from './resolving-decoder.js';

/** Longest name of a type that an error tells, in UTF-16 units. */
const MAX_NAME = 256;
/** Most types of the reader that an error names. */
const SHOWN_TYPES = 10;

/**
 * As `resolvingDecoder`, but where the codec's schema is a union, data of a branch that it lacks is
 * told apart from damage.
 * @throws AvroError `AVRO_TYPE_UNKNOWN`; where the writer's schema is a union too, the decoder does
 */
export function resolvingKnown<Read>(
  writer: WriterSchema,
  codec: Pick<Codec<Read, never>, 'name' | 'schema' | 'decode'>,
): Decoder<Read> {
  const from = readSchema(writer.schema, writer.references);
  const to = readSchema(codec.schema);
  const decode = decoderBetween(from, to, codec);
  if (to.kind !== 'union') return decode;
  if (from.kind === 'union') return tellingBranch(from, to, decode);
  if (branchFor(from, to) < 0) throw typeUnknown(from, to.branches.map(typeName));
  return decode;
}

/** Asks for the branch only when a datum was refused: what can be read costs no more. */
function tellingBranch<Read>(
  writer: UnionSchema,
  reader: UnionSchema,
  decode: Decoder<Read>,
): Decoder<Read> {
  const { branches } = writer;
  const isKnown = sameUnion(writer, reader)
    ? () => true
    : (branch: Schema) => branchFor(branch, reader) >= 0;
  const unknown = branches.filter((branch) => !isKnown(branch));
  if (unknown.length === 0) return decode;
  return (bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      if (!(error instanceof AvroError) || error.code !== 'AVRO_UNRESOLVED') throw error;
      const branch = branches[readMessage(bytes, () => index(branches.length))];
      if (branch === undefined || !unknown.includes(branch)) throw error;
      throw typeUnknown(branch, reader.branches.map(typeName));
    }
  };
}

/** The full name of a type; the kind of one that has none. */
export function typeName(schema: Schema): string {
  return 'name' in schema ? schema.name : schema.kind;
}

/** The error for data of a type that is none of `known`. */
export function typeUnknown(writer: Schema, known: readonly string[]): AvroError {
  const name = typeName(writer);
  const type = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
  const more = known.length > SHOWN_TYPES ? ', …' : '';
  const expected = `${known.slice(0, SHOWN_TYPES).join(', ')}${more}`;
  return new AvroError('AVRO_TYPE_UNKNOWN', `The data is of type ${type}; known are ${expected}.`, {
    schema: type,
    expected,
    actual: type,
  });
}
