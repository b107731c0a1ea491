/** `tavro/generated-code` with the condition `tavro-decode-only`: codecs that refuse to encode. */
import { type CodecParts, codecOf, type GeneratedCodec } from '../codec/create-codec.js';
import { refuse } from './refuse.js';

export * from '../generated-code.js';

export function createCodec<Read, Write>(
  parts: CodecParts<Read, Write>,
): GeneratedCodec<Read, Write> {
  const encoding = { write: refuse, check: refuse, encode: refuse, encodeFramed: refuse };
  return codecOf(parts, { name: parts.name, ...encoding });
}
