/** `tavro/generated-code` with the condition `tavro-decode-only`: codecs that refuse to encode. */
import { type CodecParts, codecOf, type GeneratedCodec } from '../codec/create-codec.js';
import { refuse } from './refuse.js';

export * from '../generated-code.js';

export function createCodec<Read, Write>(
  parts: CodecParts<Read, Write>,
): GeneratedCodec<Read, Write> {
  return codecOf(parts, {
    name: parts.name,
    write: refuse,
    check: refuse,
    encode: refuse,
    encodeFramed: refuse,
    encodeMany: refuse,
  });
}
