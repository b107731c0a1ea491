import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AvroError } from '../../../runtime/index.js';
import { type Reader, readerOf } from './reading.js';

/** A reader of these bytes in the midst of others: a slice of a shared buffer. */
function among(hex: string): Reader {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const shared = Buffer.concat([Buffer.alloc(7, 0x7f), bytes, Buffer.alloc(64, 0x02)]);
  return readerOf(shared.subarray(7, 7 + bytes.length));
}

function failure(run: () => unknown): { code: string; offset: number | undefined } {
  try {
    run();
  } catch (error) {
    if (error instanceof AvroError) return { code: error.code, offset: error.offset };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('Reader', () => {
  const min = -(2n ** 63n);
  const max = 2n ** 63n - 1n;

  it.each<[string, string, (r: Reader) => unknown, unknown]>([
    ['int 0', '00', (r) => r.int(), 0],
    ['int -1', '01', (r) => r.int(), -1],
    ['int 64', '80 01', (r) => r.int(), 64],
    ['least int', 'ff ff ff ff 0f', (r) => r.int(), -(2 ** 31)],
    ['greatest int', 'fe ff ff ff 0f', (r) => r.int(), 2 ** 31 - 1],
    ['overlong int', '80 00', (r) => r.int(), 0],
    ['least long', 'ff ff ff ff ff ff ff ff ff 01', (r) => r.long(), min],
    ['greatest long', 'fe ff ff ff ff ff ff ff ff 01', (r) => r.long(), max],
    ['long of five bytes', 'ff ff ff ff 1f', (r) => r.long(), -(2n ** 32n)],
    ['long of 2^53 - 1', 'fe ff ff ff ff ff ff 1f', (r) => r.longNumber(), 2 ** 53 - 1],
    ['long of -(2^53 - 1)', 'fd ff ff ff ff ff ff 1f', (r) => r.longNumber(), -(2 ** 53 - 1)],
    ['boolean', '01', (r) => r.boolean(), true],
    ['float -0', '00 00 00 80', (r) => r.float(), -0],
    ['float NaN', '00 00 c0 7f', (r) => r.float(), Number.NaN],
    ['double -infinity', '00 00 00 00 00 00 f0 ff', (r) => r.double(), -Infinity],
    ['no bytes', '00', (r) => r.bytes(), new Uint8Array()],
    ['empty string', '00', (r) => r.string(), ''],
    ['a pair of surrogates', '08 f0 9f 9a 80', (r) => r.string(), '🚀'],
    ['U+FFFD itself', '06 ef bf bd', (r) => r.string(), '\uFFFD'],
    ['a byte order mark', '08 ef bb bf 61', (r) => r.string(), '\uFEFFa'],
    ['floats in two blocks', '02 00 00 80 3f 01 08 00 00 00 40 00', (r) => r.floats(), [1, 2]],
    ['doubles', '02 00 00 00 00 00 00 f0 3f 00', (r) => r.doubles(), [1]],
    ['null of a union', '02', (r) => r.stringOrNull(1), null],
    ['string of a union', '00 02 61', (r) => r.stringOrNull(1), 'a'],
    ['an index of two bytes', '80 02', (r) => r.index(200), 128],
  ])('reads %s', (_, hex, read, value) => {
    const reader = among(hex);
    expect(read(reader)).toEqual(value);
    reader.finish();
  });

  it.each<[string, string, (r: Reader) => unknown, string, number]>([
    ['nothing at all', '', (r) => r.int(), 'AVRO_TRUNCATED', 0],
    ['an int cut off', 'ff', (r) => r.int(), 'AVRO_TRUNCATED', 1],
    ['a long cut off', 'ff ff ff ff ff ff', (r) => r.long(), 'AVRO_TRUNCATED', 6],
    ['an int over 32 bits', 'ff ff ff ff 1f', (r) => r.int(), 'AVRO_VARINT', 4],
    ['an int of six bytes', '80 80 80 80 80 00', (r) => r.int(), 'AVRO_VARINT', 5],
    ['a long over 64 bits', 'ff ff ff ff ff ff ff ff ff 02', (r) => r.long(), 'AVRO_VARINT', 9],
    ['a long of eleven bytes', `${'80'.repeat(10)}00`, (r) => r.long(), 'AVRO_VARINT', 10],
    ['2^53 as number', '80 80 80 80 80 80 80 20', (r) => r.longNumber(), 'AVRO_UNSAFE_NUMBER', 0],
    ['a boolean of 2', '02', (r) => r.boolean(), 'AVRO_BOOLEAN', 0],
    ['no boolean', '', (r) => r.boolean(), 'AVRO_TRUNCATED', 0],
    ['a float cut off', '00 00 00', (r) => r.float(), 'AVRO_TRUNCATED', 0],
    ['a double cut off', '00 00 00 00 00 00 00', (r) => r.double(), 'AVRO_TRUNCATED', 0],
    ['a string longer than the message', '06 61 62', (r) => r.string(), 'AVRO_TRUNCATED', 0],
    ['a string of negative length', '01', (r) => r.string(), 'AVRO_LENGTH', 0],
    ['bytes of 2^62', 'fe ff ff ff ff ff ff ff 7f', (r) => r.bytes(), 'AVRO_TRUNCATED', 0],
    ['fixed cut off', '00', (r) => r.fixed(2), 'AVRO_TRUNCATED', 0],
    ['a lone continuation', '02 80', (r) => r.string(), 'AVRO_UTF8', 1],
    ['an overlong slash', '04 c0 af', (r) => r.string(), 'AVRO_UTF8', 1],
    ['an overlong of three bytes', '06 e0 80 af', (r) => r.string(), 'AVRO_UTF8', 1],
    ['a surrogate in UTF-8', '06 ed a0 80', (r) => r.string(), 'AVRO_UTF8', 1],
    ['beyond U+10FFFF', '08 f4 90 80 80', (r) => r.string(), 'AVRO_UTF8', 1],
    ['a character cut off by its length', '04 e2 82', (r) => r.string(), 'AVRO_UTF8', 1],
    ['a negative index', '01', (r) => r.index(2), 'AVRO_INDEX', 0],
    ['an index over the end', '04', (r) => r.index(2), 'AVRO_INDEX', 0],
    ['an index of a union with null', '04', (r) => r.intOrNull(0), 'AVRO_INDEX', 0],
    ['no index', '', (r) => r.index(2), 'AVRO_TRUNCATED', 0],
    ['a symbol that is a hole', '02', (r) => r.symbol(['A', undefined]), 'AVRO_UNRESOLVED', 0],
    ['2^27 items in 5 bytes', '80 80 80 80 01', (r) => r.block(1), 'AVRO_LENGTH', 0],
    ['2^63 items', 'ff ff ff ff ff ff ff ff ff 01', (r) => r.block(1), 'AVRO_TRUNCATED', 10],
    ['more floats than bytes', '06 00 00 00 00', (r) => r.floats(), 'AVRO_LENGTH', 0],
    ['2^27 empty items', '80 80 80 80 01', (r) => r.block(0), 'AVRO_LIMIT', 0],
    ['a block of negative size', '01 01 00', (r) => r.block(1), 'AVRO_LENGTH', 0],
    ['bytes left', '00', (r) => r.finish(), 'AVRO_TRAILING_BYTES', 0],
    ['a key that is not UTF-8', '08 61 62 63 ff', (r) => r.key(), 'AVRO_UTF8', 1],
  ])('refuses %s', (_, hex, read, code, offset) => {
    const reader = among(hex);
    expect(failure(() => read(reader))).toEqual({ code, offset });
  });

  it('adds empty items up over the blocks of a message', () => {
    const reader = among('80 80 04 80 80 04 00');
    expect(reader.block(0)).toBe(32_768);
    expect(reader.block(0)).toBe(32_768);
    const more = among('80 80 04 80 80 04 02');
    more.block(0);
    more.block(0);
    expect(failure(() => more.block(0)).code).toBe('AVRO_LIMIT');
  });

  it('stops at 512 levels', () => {
    const reader = among('');
    for (let level = 0; level < 512; level++) reader.enter();
    expect(failure(() => reader.enter()).code).toBe('AVRO_LIMIT');
  });

  it('copies bytes, so that a value never changes with its message', () => {
    const message = Uint8Array.of(4, 1, 2);
    const value = readerOf(message).bytes();
    message.fill(9);
    expect(value).toEqual(Uint8Array.of(1, 2));
    expect(value.buffer.byteLength).toBe(2);
  });

  it('decides on text as a strict decoder does, for any bytes', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const lead = fc.constantFrom(0x61, 0xc3, 0xe2, 0xed, 0xef, 0xf0, 0xf4, 0x80, 0xbf, 0xa0, 0x90);
    const bytes = fc.oneof(
      fc
        .string({ unit: 'grapheme', maxLength: 40 })
        .map((text) => Uint8Array.from(Buffer.from(text))),
      fc.array(lead, { maxLength: 18 }).map((list) => Uint8Array.from(list)),
      fc.string({ unit: 'binary-ascii', maxLength: 300 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (content, expectsText) => {
        const length = content.length << 1;
        const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
        const message = Uint8Array.from([...head, ...content]);
        const reader = readerOf(message);
        reader.start(message, expectsText);
        let want: string | undefined;
        try {
          want = strict.decode(content);
        } catch {
          expect(failure(() => reader.string()).code).toBe('AVRO_UTF8');
          return;
        }
        expect(reader.string()).toBe(want);
        reader.finish();
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives each of many keys as it is, whatever else was remembered', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '-', 'é'), maxLength: 34 });
    fc.assert(
      fc.property(
        fc.array(key, { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat()),
        (keys, order) => {
          for (const at of [...order, ...order]) {
            const content = Buffer.from(keys[at % keys.length] ?? '');
            const length = content.length << 1;
            const head = length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
            const reader = readerOf(Uint8Array.from([...head, ...content]));
            expect(reader.key()).toBe(content.toString());
            reader.finish();
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives each key as it is, remembered or not', () => {
    const keys = [
      'accept',
      'accept',
      'accept',
      'naïve!',
      'naïve!',
      'naïve!',
      'x'.repeat(40),
      '',
      'abc',
    ];
    const reader = readerOf(new Uint8Array());
    for (const key of [...keys, ...keys]) {
      const content = Buffer.from(key);
      reader.start(Uint8Array.from([content.length << 1, ...content]));
      expect(reader.key()).toBe(key);
    }
    // One byte each, and as many as the text has units: but not UTF-8.
    const latin1 = Buffer.from('naïve!', 'latin1');
    for (let i = 0; i < 3; i++) {
      reader.start(Uint8Array.from([latin1.length << 1, ...latin1]));
      expect(failure(() => reader.key()).code).toBe('AVRO_UTF8');
    }
  });
});
