/**
 * The resolving decoder: reads data of a writer schema that the generator did not know, for
 * instance of a newer producer. It rewrites the bytes from the writer's layout to the reader's and
 * lets the reader's own codec decode those, so values come out exactly as generated code gives them.
 */

import { AvroError, tooDeep } from '../errors.js';
import { canonicalForm } from '../schema/canonical.js';
import { locate } from '../schema/locate.js';
import { placed } from '../schema/located-error.js';
import { offsetOf } from '../schema/offset-of.js';
import { plan } from '../schema/plan.js';
import { readSchema, type Schema } from '../schema/schema.js';
import { refuseOtherThanBytes } from '../wire/kind-of.js';
import type { Codec, Decoder } from './codec.js';
import { transcoder } from './resolve.js';
import { rewriter } from './rewrite.js';

/** A writer's schema: its JSON text, with the texts it refers to (dependencies first). */
export interface WriterSchema {
  readonly schema: string;
  readonly references?: readonly string[];
}

/**
 * A decoder for data of `writer` into the codec's own type, compiled once: keep it.
 * No code is generated; limits are the reader's.
 * @throws AvroError `AVRO_SCHEMA` when the writer's schema cannot be used. The decoder throws
 * `AVRO_UNRESOLVED` for a datum that has no place in the reader's schema.
 */
export function resolvingDecoder<Read>(
  writer: string | WriterSchema,
  codec: Pick<Codec<Read, never>, 'name' | 'schema' | 'decode'>,
): Decoder<Read> {
  const given = typeof writer === 'string' ? { schema: writer } : writer;
  return decoderBetween(
    readSchema(given.schema, given.references),
    readSchema(codec.schema),
    codec,
  );
}

/** The same for schemas that were read already; `target` is the codec's. */
export function decoderBetween<Read>(
  schema: Schema,
  target: Schema,
  codec: Pick<Codec<Read, never>, 'name' | 'decode'>,
): Decoder<Read> {
  // Laid out as the codec's own: there is nothing to resolve.
  if (canonicalForm(schema) === canonicalForm(target)) return (bytes) => codec.decode(bytes);
  const exact = exactDecoder(schema, target, codec);
  const fast = codec.decode.rewritten?.(rewriter(plan(schema, target)));
  if (fast === undefined) return exact;
  return (bytes) => {
    try {
      return fast(bytes);
    } catch {
      // It neither knows all that can be in a message, nor says where in the bytes that were sent.
      return exact(bytes);
    }
  };
}

/** Rewrites by way of the transcoder: an error says where it is in the bytes that were sent. */
function exactDecoder<Read>(
  schema: Schema,
  target: Schema,
  codec: Pick<Codec<Read, never>, 'name' | 'decode'>,
): (bytes: Uint8Array) => Read {
  let rewrite: ((bytes: Uint8Array) => Uint8Array) | undefined;
  return (bytes) => {
    refuseOtherThanBytes(bytes);
    let rewritten: Uint8Array | undefined;
    try {
      rewrite ??= transcoder(schema, target);
      rewritten = rewrite(bytes);
      return codec.decode(rewritten);
    } catch (thrown) {
      const error = tooDeep(thrown);
      if (!(error instanceof AvroError)) throw error;
      const message = { schema, bytes };
      throw rewritten === undefined
        ? ofRewriting(error, message, codec.name)
        : ofDecoding(error, message, { schema: target, bytes: rewritten });
    }
  };
}

interface Message {
  readonly schema: Schema;
  readonly bytes: Uint8Array;
}

/** Where the rewriting failed is where it stood in the writer's bytes. */
function ofRewriting(error: AvroError, { schema, bytes }: Message, name: string): AvroError {
  if (error.offset === undefined) return error;
  const path = locate(schema, bytes, error.offset);
  return placed(error, { schema: name, path, offset: error.offset });
}

/** The codec knows the path, and an offset in bytes that nobody sent: the same value's is given. */
function ofDecoding(error: AvroError, sent: Message, rewritten: Message): AvroError {
  const { schema, path, offset, cause } = error;
  if (schema === undefined || path === undefined || offset === undefined) return error;
  const from = offsetOf(sent.schema, sent.bytes, path);
  const to = offsetOf(rewritten.schema, rewritten.bytes, path);
  const known = from !== undefined && to !== undefined;
  const reason = cause instanceof AvroError ? cause : error;
  return placed(reason, { schema, path, offset: known ? from + offset - to : undefined });
}
