import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainMessage } from '../../../codegen/decode/spans.js';
import { frameSingleObject, readSchema, type Schema } from '../../../runtime/avro.js';
import { arbitraryMessage } from '../../runtime/arbitrary-message.js';
import { arbitrarySchema } from '../arbitrary-schema.js';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const schema = (json: unknown): Schema => readSchema(JSON.stringify(json));
const record = (...fields: readonly (readonly [string, unknown])[]): Schema =>
  schema({ type: 'record', name: 'R', fields: fields.map(([name, type]) => ({ name, type })) });

/** `offset bytes what path text`, a line for each span, then why it is no message. */
function told(message: Uint8Array, options: Parameters<typeof explainMessage>[1]): string[] {
  const { spans, error } = explainMessage(message, options);
  const lines = spans.map(({ at, bytes, what, path, text }) =>
    [at, Buffer.from(bytes).toString('hex'), what, path, text]
      .filter((part) => part !== '')
      .join(' '),
  );
  return [...lines, ...(error === undefined ? [] : [`${error.code}: ${error.message}`])];
}

const CLICK = record(['user', 'string'], ['at', 'long']);
const LIST = record(
  ['tags', { type: 'map', values: 'int' }],
  ['lines', { type: 'array', items: ['null', 'boolean'] }],
);

describe('the bytes of a message', () => {
  it.each<[string, string, Parameters<typeof explainMessage>[1], unknown[]]>([
    [
      'with a schema id',
      '00 00000007 0461 6e 0e',
      { schema: CLICK, form: 'confluent' },
      [
        '0 00 magic byte a schema id follows',
        '1 00000007 schema id 7',
        '5 04616e string user "an"',
        '8 0e long at 7',
      ],
    ],
    [
      'with a GUID',
      `01 ${'4e4edcd2'.repeat(4)} 00 01`,
      { schema: CLICK, form: 'confluent' },
      [
        '0 01 magic byte a GUID follows',
        `1 ${'4e4edcd2'.repeat(4)} GUID 4e4edcd2-4e4e-dcd2-4e4e-dcd24e4edcd2`,
        '17 00 string user ""',
        '18 01 long at -1',
      ],
    ],
    [
      'of a map, an array and a union',
      '01 04 0278 06 00 04 00 0201 00',
      { schema: LIST, form: 'plain' },
      [
        '0 0104 block tags 1 item',
        '2 0278 key tags "x"',
        '4 06 int tags["x"] 3',
        '5 00 end tags no more items',
        '6 04 block lines 2 items',
        '7 00 branch lines[0] 0: null',
        '8 02 branch lines[1] 1: boolean',
        '9 01 boolean lines[1] true',
        '10 00 end lines no more items',
      ],
    ],
    [
      'of no bytes',
      '',
      {
        schema: record(['nothing', 'null'], ['none', { type: 'fixed', name: 'F', size: 0 }]),
        form: 'plain',
      },
      [],
    ],
    [
      'that is cut',
      '00 00000007 0461 6e',
      { schema: CLICK, form: 'confluent' },
      [
        '0 00 magic byte a schema id follows',
        '1 00000007 schema id 7',
        '5 04616e string user "an"',
        'AVRO_TRUNCATED: R at at: Expected long, got the end of the message (byte 3)',
      ],
    ],
    [
      'with more behind it',
      '00 02 ffff',
      { schema: CLICK, form: 'plain' },
      [
        '0 00 string user ""',
        '1 02 long at 1',
        '2 ffff unread 2 bytes',
        'AVRO_TRAILING_BYTES: R: Expected the end of the message, got 2 bytes more (byte 2)',
      ],
    ],
    [
      'that have no frame',
      '05 02',
      { schema: CLICK, form: 'confluent' },
      ['0 0502 unread 2 bytes', expect.stringMatching(/^AVRO_FRAME: /)],
    ],
    [
      'of which few are asked for',
      '0461 6e 0e',
      { schema: CLICK, form: 'plain', most: 1 },
      ['0 04616e string user "an"', '3 0e unread 1 byte'],
    ],
  ])('%s', (_, hex, options, expected) => {
    expect(told(bytes(hex), options)).toEqual(expected);
  });

  it('as a single object', () => {
    const message = frameSingleObject('00112233445566ff', bytes('00 02'));
    expect(told(message, { schema: CLICK, form: 'single-object' })).toEqual([
      '0 c301 marker single object',
      '2 ff66554433221100 fingerprint 00112233445566ff',
      '10 00 string user ""',
      '11 02 long at 1',
    ]);
  });

  it('are told from the first to the last, whatever the schema, also of a message that is cut', () => {
    const messages = arbitrarySchema
      .map((json) => schema(json))
      .chain((of) =>
        fc.record({ of: fc.constant(of), message: arbitraryMessage(of), cut: fc.nat() }),
      );
    fc.assert(
      fc.property(messages, ({ of, message, cut }) => {
        const whole = explainMessage(message, { schema: of, form: 'plain' });
        expect(whole.error).toBeUndefined();
        expect(Buffer.concat(whole.spans.map((span) => span.bytes))).toEqual(Buffer.from(message));
        const short = message.subarray(0, cut % (message.length + 1));
        const { spans } = explainMessage(short, { schema: of, form: 'plain' });
        expect(Buffer.concat(spans.map((span) => span.bytes))).toEqual(Buffer.from(short));
      }),
    );
  });
});
