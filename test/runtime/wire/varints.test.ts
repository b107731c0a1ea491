/** Varints: each length with the bytes at which one ends or goes on, wherever in a message it stands. */
import { describe, expect, it } from '@jest/globals';
import { AvroError } from '../../../runtime/index.js';
import { type Reader, readerOf } from './reading.js';

/** Bytes before the varint, which are read first: places in a message are not places in the scratch. */
const BEFORE = [0, 3];

/** A reader that stands before these bytes, in a message that is not the first of its scratch. */
function readerAt(bytes: readonly number[], before: number): Reader {
  const reader = readerOf(new Uint8Array());
  const first = new Uint8Array(7).fill(0xff);
  const message = Uint8Array.from([...Array<number>(before).fill(0x02), ...bytes]);
  reader.load([first, message, first], 0, false);
  reader.next(7, 7 + message.length);
  reader.skip(before);
  return reader;
}

/** A varint of so many bytes, all of them this but the last. */
const varint = (size: number, byte: number, last: number): number[] => [
  ...Array<number>(size - 1).fill(byte),
  last,
];

const unsigned = (bytes: readonly number[]): bigint =>
  bytes.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n);
const zigzag = (n: bigint): bigint => (n >> 1n) ^ -(n & 1n);

const sizes = Array.from({ length: 9 }, (_, i) => i + 1);
const cases = sizes.flatMap((size) =>
  [0x80, 0xff, 0x81, 0xfe].flatMap((byte) =>
    [0x00, 0x01, 0x7e, 0x7f].map((last) => ({ size, bytes: varint(size, byte, last) })),
  ),
);

it.each(cases)('a long of $size bytes, $bytes', ({ bytes }) => {
  for (const before of BEFORE) {
    const want = zigzag(unsigned(bytes));
    const reader = readerAt(bytes, before);
    expect(reader.long()).toBe(want);
    reader.finish();
    const skipping = readerAt(bytes, before);
    skipping.skipLong();
    skipping.finish();
    expect(skipping.since(before)).toEqual(Uint8Array.from(bytes));
    const number = readerAt(bytes, before);
    if (Number.isSafeInteger(Number(want))) {
      expect(number.longNumber()).toBe(Number(want));
      number.finish();
    }
    const int = readerAt(bytes, before);
    if (bytes.length <= 4) {
      expect(int.int()).toBe(Number(want));
      int.finish();
    }
  }
});

describe('what is no varint', () => {
  const on = (size: number): number[] => Array<number>(size).fill(0x80);

  it.each<[string, number[], (r: Reader) => unknown, Partial<AvroError>]>([
    [
      'an int of nine bytes',
      [...on(8), 0],
      (r) => r.int(),
      { code: 'AVRO_VARINT', offset: 5, expected: 'int of at most 32 bits, in at most 5 bytes' },
    ],
    [
      'an int of five bytes that goes on',
      on(5),
      (r) => r.int(),
      { code: 'AVRO_VARINT', offset: 5 },
    ],
    ['an int of four that goes on', on(4), (r) => r.int(), { code: 'AVRO_TRUNCATED', offset: 4 }],
    [
      'an int with a bit too many',
      [...on(4), 0x10],
      (r) => r.int(),
      { code: 'AVRO_VARINT', offset: 4 },
    ],
    [
      'a long of thirteen bytes',
      [...on(12), 0],
      (r) => r.long(),
      { code: 'AVRO_VARINT', offset: 10, expected: 'long of at most 64 bits, in at most 10 bytes' },
    ],
    [
      'a long of ten bytes that goes on',
      on(10),
      (r) => r.long(),
      { code: 'AVRO_VARINT', offset: 10 },
    ],
    ['a long of nine that goes on', on(9), (r) => r.long(), { code: 'AVRO_TRUNCATED', offset: 9 }],
    [
      'a long with a bit too many',
      [...on(9), 2],
      (r) => r.long(),
      { code: 'AVRO_VARINT', offset: 9 },
    ],
    [
      'a long that is passed over',
      on(2),
      (r) => r.skipLong(),
      { code: 'AVRO_TRUNCATED', offset: 2, expected: 'long' },
    ],
  ])('%s', (_, bytes, read, want) => {
    for (const before of BEFORE) {
      const offset = (want.offset ?? 0) + before;
      expect(() => read(readerAt(bytes, before))).toThrow(
        expect.objectContaining({ ...want, offset }),
      );
    }
  });
});

describe('a count beyond 32 bits', () => {
  /** 2^32, whose low word is nothing. */
  const HUGE = [0x80, 0x80, 0x80, 0x80, 0x20];

  it.each<[string, (r: Reader) => unknown, Partial<AvroError>]>([
    ['bytes', (r) => r.bytes(), { code: 'AVRO_TRUNCATED', expected: 'bytes of 4294967296 bytes' }],
    [
      'bytes passed over',
      (r) => r.skipBytes(),
      { code: 'AVRO_TRUNCATED', expected: 'bytes of 4294967296 bytes' },
    ],
    ['items', (r) => r.block(1), { code: 'AVRO_LENGTH' }],
    ['items without bytes', (r) => r.block(0), { code: 'AVRO_LIMIT' }],
  ])('of %s', (_, read, want) => {
    expect(() => read(readerAt([...HUGE, 0, 0], 3))).toThrow(
      expect.objectContaining({ ...want, offset: 3 }),
    );
  });
});

it('passes over no more than is left, wherever it stands', () => {
  const reader = readerAt([1, 2, 3], 3);
  expect(() => reader.skip(4)).toThrow(
    expect.objectContaining({ code: 'AVRO_TRUNCATED', offset: 3, expected: '4 bytes' }),
  );
  expect(() => reader.fixed(4)).toThrow(
    expect.objectContaining({ code: 'AVRO_TRUNCATED', offset: 3, expected: '4 bytes' }),
  );
  reader.skip(3);
  reader.finish();
});

it('is an index also where it is longer than it need be', () => {
  for (const index of [0, 1]) {
    const reader = readerAt([0x80 | (index << 1), 0x00], 3);
    expect(reader.index(2)).toBe(index);
    reader.finish();
  }
});

it('says in an error what was expected, and what was found where that is known', () => {
  expect(() => readerAt([], 0).boolean()).toThrow('Expected boolean, got the end of the message');
  const hole = () => readerAt([0], 0).symbol([undefined]);
  expect(hole).toThrow(AvroError);
  expect(hole).toThrow(/^Expected a symbol that the reader knows$/);
});
