import type { Rule } from '../rule.js';

/** Bytes that are read as text. */
export const bytesAsString: Rule<'promotion'> = {
  id: 'bytes-as-string',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'Bytes need not be UTF-8. Most decoders put U+FFFD for what is not; tavro refuses it.',
  fix: 'Keep bytes, unless every value that was ever written is UTF-8 text.',
  example: { reader: 'string', writer: 'bytes', repaired: ['bytes'] },
  check: ({ reader, writer }) =>
    writer.kind === 'bytes' && reader.kind === 'string'
      ? "The writer's bytes are read as a string, which they need not be."
      : undefined,
};
