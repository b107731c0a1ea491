import { counted } from '../../../runtime/words.js';
import { recordOf } from '../example.js';
import type { Rule } from '../rule.js';

/** A fixed of another size. */
export const fixedSizeMismatch: Rule<'fixed'> = {
  id: 'fixed-size-mismatch',
  category: 'WIRE',
  severity: 'error',
  java: 'FIXED_SIZE_MISMATCH',
  why: 'A fixed stands in the data without its length, so both sides must have the same.',
  fix: 'Keep the size, or add a fixed of the other size under another name.',
  example: {
    reader: recordOf('File', { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 16 } }),
    writer: recordOf('File', { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 4 } }),
    repaired: [
      recordOf('File', { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 4 } }),
      recordOf(
        'File',
        { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 4 } },
        {
          name: 'hash',
          type: ['null', { type: 'fixed', name: 'LongDigest', size: 16 }],
          default: null,
        },
      ),
    ],
  },
  check: ({ reader, writer }) =>
    reader.size === writer.size
      ? undefined
      : `${writer.name} has ${counted(writer.size, 'byte')} in the data; the reader takes ${reader.size}.`,
};
