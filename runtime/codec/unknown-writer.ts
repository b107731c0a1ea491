/** What is loaded for data of a schema that nobody knew when the code was generated. */

import { fingerprintOf } from '../schema/canonical.js';
import type { Codec, Decoder } from './codec.js';
import type { WriterSchema } from './resolving-decoder.js';
import { resolvingKnown } from './unknown-type.js';

export { readSchema } from '../schema/schema.js';
export { typeName, typeUnknown } from './unknown-type.js';

/** The decoder of a version that was known by another id, else one that resolves. @throws AvroError */
export function writerDecoder<Read>(
  writer: WriterSchema,
  codec: Codec<Read, never>,
): Decoder<Read> {
  const known = codec.version(fingerprintOf(writer.schema, writer.references));
  return known ?? resolvingKnown(writer, codec);
}
