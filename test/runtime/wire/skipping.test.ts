/** What a reader passes over, copies, and reads of several messages side by side. */
import { describe, expect, it } from '@jest/globals';
import { AvroError } from '../../../runtime/index.js';
import { aside, SCRATCH_BYTES, SLACK_BYTES } from '../../../runtime/wire/message.js';
import { type Reader, readerOf } from './reading.js';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** A reader of these bytes, behind a message that was longer and is full of ends of varints. */
function behindEnds(hex: string): Reader {
  readerOf(new Uint8Array(200).fill(0x01));
  return readerOf(bytes(hex));
}

function failure(run: () => unknown): Pick<AvroError, 'code' | 'offset' | 'expected' | 'actual'> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AvroError)) throw error;
    const { code, offset, expected, actual } = error;
    return { code, offset, expected, actual };
  }
  throw new Error('nothing was thrown');
}

describe('passed over', () => {
  it.each<[string, string, (r: Reader) => void, number]>([
    ['no bytes', '07', (r) => r.skip(0), 0],
    ['bytes to the end', '07 07', (r) => r.skip(2), 2],
    ['a string', '04 61 62 07', (r) => r.skipBytes(), 3],
    ['an empty string', '00 07', (r) => r.skipBytes(), 1],
    ['a long of one byte', '7f 07', (r) => r.skipLong(), 1],
    ['a long of five bytes', '80 80 80 80 01 07', (r) => r.skipLong(), 5],
    ['a long of ten bytes', 'ff ff ff ff ff ff ff ff ff 01 07', (r) => r.skipLong(), 10],
  ])('%s', (_, hex, skip, offset) => {
    const reader = behindEnds(hex);
    const size = bytes(hex).length;
    expect([reader.offset(), reader.left()]).toEqual([0, size]);
    skip(reader);
    expect([reader.offset(), reader.left()]).toEqual([offset, size - offset]);
    expect(reader.since(0)).toEqual(Uint8Array.from(bytes(hex).subarray(0, offset)));
  });

  it.each<[string, string, (r: Reader) => void, string, number]>([
    ['more than there is', '07', (r) => r.skip(2), 'AVRO_TRUNCATED', 0],
    ['a string that is cut off', '04 61', (r) => r.skipBytes(), 'AVRO_TRUNCATED', 0],
    ['a string of negative length', '03 61 62', (r) => r.skipBytes(), 'AVRO_LENGTH', 0],
    ['a long that is cut off', 'ff ff', (r) => r.skipLong(), 'AVRO_TRUNCATED', 2],
    ['a long of nothing', '', (r) => r.skipLong(), 'AVRO_TRUNCATED', 0],
    ['a long over 64 bits', 'ff ff ff ff ff ff ff ff ff 03', (r) => r.skipLong(), 'AVRO_VARINT', 9],
  ])('is not %s', (_, hex, skip, code, offset) => {
    const reader = behindEnds(hex);
    expect(failure(() => skip(reader))).toMatchObject({ code, offset });
  });
});

describe('the end of a message is the end, whatever stands behind it in the scratch', () => {
  it.each<[expected: string, read: (r: Reader) => unknown]>([
    ['int', (r) => r.int()],
    ['long', (r) => r.long()],
    ['long', (r) => r.longNumber()],
    ['long', (r) => r.skipLong()],
    ['boolean', (r) => r.boolean()],
    ['index', (r) => r.index(2)],
    ['float', (r) => r.float()],
    ['double', (r) => r.double()],
    ['string', (r) => r.string()],
    ['string', (r) => r.key()],
    ['bytes', (r) => r.bytes()],
    ['bytes', (r) => r.skipBytes()],
    ['block count', (r) => r.block(1)],
    ['block count', (r) => r.floats()],
    ['1 bytes', (r) => r.fixed(1)],
  ])('%s is not read of nothing (%#)', (expected, read) => {
    expect(failure(() => read(behindEnds('')))).toEqual({
      code: 'AVRO_TRUNCATED',
      offset: 0,
      expected,
      actual: 'the end of the message',
    });
  });

  it.each<[string, string, (r: Reader) => unknown, number]>([
    ['a float of three bytes', '00 00 80', (r) => r.float(), 0],
    ['a double of seven', '00 00 00 00 00 00 f0', (r) => r.double(), 0],
    ['a string of one less', '06 61 62', (r) => r.string(), 0],
    ['a key of one less', '0a 61 62 63 64', (r) => r.key(), 0],
    ['a varint of one less', '80', (r) => r.int(), 1],
    ['a varint of nine less', '80', (r) => r.long(), 1],
    ['a varint of five bytes of which four are there', '80 80 80 80', (r) => r.int(), 4],
    ['a varint of ten of which nine are there', '80'.repeat(9), (r) => r.long(), 9],
  ])('nor %s', (_, hex, read, offset) => {
    expect(failure(() => read(behindEnds(hex)))).toMatchObject({ code: 'AVRO_TRUNCATED', offset });
  });

  it.each<[string, string, (r: Reader) => unknown, unknown]>([
    ['a float', '00 00 80 3f', (r) => r.float(), 1],
    ['a double', '00 00 00 00 00 00 f0 3f', (r) => r.double(), 1],
    ['a string', '06 61 62 63', (r) => r.string(), 'abc'],
    ['a key', '08 61 62 63 64', (r) => r.key(), 'abcd'],
    ['bytes', '02 61', (r) => r.bytes(), Uint8Array.of(0x61)],
    ['a fixed', '61 62', (r) => r.fixed(2), Uint8Array.of(0x61, 0x62)],
    ['an int of five bytes', 'fe ff ff ff 0f', (r) => r.int(), 2 ** 31 - 1],
    ['-2^53 + 1', 'fd ff ff ff ff ff ff 1f', (r) => r.longNumber(), -(2 ** 53) + 1],
    ['true', '01', (r) => r.boolean(), true],
    ['false', '00', (r) => r.boolean(), false],
    ['a symbol', '02', (r) => r.symbol(['A', 'B']), 'B'],
    ['as many floats as fit', '02 00 00 80 3f 00', (r) => r.floats(), [1]],
  ])('but %s that ends there is', (_, hex, read, want) => {
    const reader = behindEnds(hex);
    expect(read(reader)).toEqual(want);
    reader.finish();
  });
});

describe('blocks', () => {
  const doubles = '00 00 00 00 00 00 f0 3f';

  it.each<[string, string, (r: Reader) => unknown, unknown]>([
    [
      'floats with sizes',
      '01 08 00 00 80 3f 03 10 00 00 00 40 00 00 40 40 00',
      (r) => r.floats(),
      [1, 2, 3],
    ],
    ['doubles in two', `02 ${doubles} 02 ${doubles} 00`, (r) => r.doubles(), [1, 1]],
    ['doubles with a size', `01 10 ${doubles} 00`, (r) => r.doubles(), [1]],
    ['none', '00', (r) => r.doubles(), []],
  ])('of %s', (_, hex, read, want) => {
    const reader = behindEnds(hex);
    expect(read(reader)).toEqual(want);
    reader.finish();
  });

  it('may have as many items as the message has bytes for, and no more', () => {
    expect(behindEnds('04 00 00').block(1)).toBe(2);
    expect(behindEnds('03 04 00 00').block(1)).toBe(2);
    expect(behindEnds('04 00 00 00 00 00').block(2)).toBe(2);
    const expected = 'block count that the message can hold';
    for (const [hex, size] of [
      ['06 00 00', 1],
      ['05 00 00 00', 1.5],
      ['04 00 00 00', 2],
    ] as const)
      expect(failure(() => behindEnds(hex).block(size))).toMatchObject({
        code: 'AVRO_LENGTH',
        offset: 0,
        expected,
      });
  });

  it('count items without bytes where they stand in the message', () => {
    const reader = behindEnds('80 80 08 02 00');
    expect(reader.block(0)).toBe(65_536);
    expect(failure(() => reader.block(0))).toMatchObject({ code: 'AVRO_LIMIT', offset: 3 });
    reader.start(bytes('02'));
    expect(reader.block(0)).toBe(1);
    expect(failure(() => reader.emptyValues(65_536))).toMatchObject({ offset: 1 });
  });
});

it('leaves a level that it entered', () => {
  const reader = behindEnds('');
  for (let level = 0; level < 512; level++) reader.enter();
  reader.leave();
  reader.enter();
  expect(failure(() => reader.enter()).code).toBe('AVRO_LIMIT');
  reader.start(bytes(''));
  expect(() => reader.enter()).not.toThrow();
});

it.each([0, 1, 63, 64, 65, 2_047, 2_048, 2_049, 100_000])('copies %i bytes', (size) => {
  const content = Uint8Array.from({ length: size }, (_, i) => i % 251);
  const reader = readerOf(new Uint8Array());
  reader.start(content);
  const copy = reader.fixed(size);
  reader.start(new Uint8Array(size).fill(0xff));
  expect(copy).toEqual(content);
  // What a kept value keeps alive: itself, or Node's pool of small Buffers.
  if (size <= 64 || size > 2_048) expect(copy.buffer.byteLength).toBe(size);
  else expect(copy.buffer.byteLength).toBe(Buffer.poolSize);
});

describe('messages side by side', () => {
  const MESSAGES = ['', '02', '04 61 62', '80 01', '00'].map(bytes);

  it('are read one by one, each to its end and no further', () => {
    const reader = readerOf(new Uint8Array());
    expect(reader.load(MESSAGES, 1, false)).toBe(4);
    let at = 0;
    const reads: ((r: Reader) => unknown)[] = [(r) => r.int(), (r) => r.string(), (r) => r.int()];
    const got = MESSAGES.slice(1, 4).map((message, i) => {
      reader.next(at, at + message.length);
      at += message.length;
      expect([reader.offset(), reader.left()]).toEqual([0, message.length]);
      const value = reads[i]?.(reader);
      reader.finish();
      return value;
    });
    expect(got).toEqual([1, 'ab', 64]);
    reader.next(0, 0);
    expect(failure(() => reader.int())).toMatchObject({ code: 'AVRO_TRUNCATED', offset: 0 });
  });

  it('are as many as fit, at least one', () => {
    const fits = (sizes: readonly number[], first = 0): number =>
      // The scratch of others may have grown.
      aside(() => {
        const messages = sizes.map((size) => new Uint8Array(size));
        return readerOf(new Uint8Array()).load(messages, first, false);
      });
    const most = SCRATCH_BYTES - SLACK_BYTES;
    expect(fits([10, 20, most - 30])).toBe(3);
    expect(fits([10, 20, most - 29])).toBe(2);
    expect(fits([10, most - 9, 1])).toBe(1);
    expect(fits([most, 1])).toBe(1);
    expect(fits([most + 1, 0])).toBe(2);
    expect(fits([most + 1, 1])).toBe(1);
    expect(fits([10, 20, 30], 3)).toBe(0);
  });
});
