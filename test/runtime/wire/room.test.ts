/** Where a writer's messages stand: room for each value, slabs, scratches and frames. */
import { describe, expect, it } from '@jest/globals';
import { Writer } from '../../../runtime/generated-code.js';
import { AvroError } from '../../../runtime/index.js';
import { MAX_VALUE_BYTES } from '../../../runtime/limits.js';
import { readerOf } from './reading.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const LONG = 2n ** 63n - 1n;

const WRITES: readonly [string, (w: Writer) => void, string][] = [
  ['a boolean', (w) => w.boolean(true), '01'],
  ['an int', (w) => w.int(-(2 ** 31)), 'ffffffff0f'],
  ['a long', (w) => w.long(LONG), 'feffffffffffffffff01'],
  ['a small long as number', (w) => w.longNumber(2 ** 31 - 1), 'feffffff0f'],
  ['a long as number', (w) => w.longNumber(-(2 ** 53) + 1), 'fdffffffffffff1f'],
  ['a float', (w) => w.float(1), '0000803f'],
  ['a double', (w) => w.double(1), '000000000000f03f'],
  ['floats', (w) => w.floats([1, 2, 3]), '060000803f000000400000404000'],
  ['doubles', (w) => w.doubles([1, 2]), '04000000000000f03f000000000000004000'],
  ['bytes', (w) => w.bytes(Uint8Array.of(1, 2, 3)), '06010203'],
  ['64 bytes', (w) => w.bytes(new Uint8Array(64).fill(7)), `8001${'07'.repeat(64)}`],
  ['fixed', (w) => w.fixed(Uint8Array.of(1, 2, 3), 3), '010203'],
  ['a short string', (w) => w.string('abcdefg'), '0e61626364656667'],
  ['a short string that is not ASCII', (w) => w.string('ééééé'), `14${'c3a9'.repeat(5)}`],
  ['a string of three bytes a unit', (w) => w.string('€'.repeat(22)), `8401${'e282ac'.repeat(22)}`],
  ['a string', (w) => w.string('x'.repeat(30)), `3c${'78'.repeat(30)}`],
  ['a float or null', (w) => w.floatOrNull(1, 0), '020000803f'],
  ['a double or null', (w) => w.doubleOrNull(1, 1), '00000000000000f03f'],
  ['null', (w) => w.intOrNull(null, 1), '02'],
  ['an index', (w) => w.index(63), '7e'],
  ['a large index', (w) => w.index(64), '8001'],
  ['a larger one', (w) => w.index(2 ** 30 - 1), 'feffffff07'],
  ['a symbol', (w) => w.symbol('B', ['A', 'B']), '02'],
  ['the end of an array', (w) => w.endArray([], 0), '00'],
  ['the keys of a map', (w) => void w.keys({ a: 1, b: 2 }), '04'],
  ['no keys', (w) => void w.keys({}), ''],
  ['nothing', (w) => w.null(null), ''],
  ['a frame', (w) => w.startFramed(258), '0000000102'],
];

describe('there is room', () => {
  it.each(WRITES)('for %s, however full the buffer is', (what, write, want) => {
    for (let before = 0; before <= 48; before++) {
      const writer = new Writer({}, 48);
      writer.start();
      writer.raw(new Uint8Array(before).fill(0xee));
      // What stands before a frame is another message.
      if (what === 'a frame') writer.finish();
      write(writer);
      writer.raw(Uint8Array.of(0xdd));
      const head = what === 'a frame' ? '' : 'ee'.repeat(before);
      expect(hex(writer.finish())).toBe(`${head}${want}dd`);
    }
  });

  it('for what comes after a message of any size, which stays as it is', () => {
    const sizes = [0, 1, 7_000, 8_191, 8_192, 8_193, 32_768, 40_000, 2, 5_000_000, 3, 100_000, 4];
    const writer = new Writer({}, 4_096);
    const messages = sizes.map((size, i) => {
      writer.start();
      writer.raw(new Uint8Array(size).fill(i + 1));
      expect(writer.length).toBe(size);
      return writer.finish();
    });
    for (const [i, message] of messages.entries()) {
      expect(message.length).toBe(sizes[i]);
      expect(message.every((byte) => byte === i + 1)).toBe(true);
    }
  });
});

describe('memory', () => {
  const finished = (writer: Writer, size: number): Uint8Array => {
    writer.start();
    writer.raw(new Uint8Array(size));
    return writer.finish();
  };

  it('is shared by small messages, and of its own for a large one', () => {
    const writer = new Writer({}, 1_024);
    const [one, two] = [finished(writer, 100), finished(writer, 100)];
    expect(two.buffer).toBe(one.buffer);
    expect([one.byteOffset, two.byteOffset]).toEqual([0, 100]);
    expect(one.buffer.byteLength).toBe(1_024);
    const large = finished(writer, 8_193);
    expect(large.buffer.byteLength).toBe(8_193);
    // The slab goes on where it stood.
    expect(finished(writer, 10).byteOffset).toBe(200);
  });

  it('is shared up to 8 KiB, however little is asked for at a time', () => {
    const writer = new Writer({}, 16);
    const one = finished(writer, 8_192);
    expect(finished(writer, 1).buffer).toBe(one.buffer);
  });

  it('is given back after a message that needed much', () => {
    class Seen extends Writer {
      get kept(): number {
        return this.scratch.length;
      }
    }
    const writer = new Seen();
    finished(writer, 100_000);
    expect(writer.kept).toBe(200_000);
    finished(writer, 2_097_152);
    expect(writer.kept).toBe(4_194_304);
    finished(writer, 2_097_153);
    expect(writer.kept).toBe(4_194_304);
    finished(writer, 4_194_305);
    expect(writer.kept).toBe(0);
  });

  it.each([30, 9_000])('moves with what was written, %i bytes before it ends', (more) => {
    const writer = new Writer({}, 64);
    finished(writer, 20);
    writer.start();
    writer.raw(new Uint8Array(30).fill(1));
    writer.raw(new Uint8Array(more).fill(2));
    expect(hex(writer.finish())).toBe('01'.repeat(30) + '02'.repeat(more));
  });

  it('is not used twice where a message was begun and left', () => {
    const writer = new Writer({}, 64);
    const kept = finished(writer, 8);
    writer.start();
    writer.raw(new Uint8Array(40).fill(9));
    const next = finished(writer, 8);
    expect([kept, next].map(({ byteOffset }) => byteOffset)).toEqual([0, 8]);
    expect(hex(kept)).toBe('00'.repeat(8));
  });
});

describe('the last segments of a message', () => {
  const order = (...segments: readonly (readonly [number, number])[]): string => {
    const writer = new Writer();
    writer.start();
    writer.raw(Uint8Array.of(0xff));
    writer.finish();
    writer.start();
    writer.raw(Uint8Array.of(0, 1, 2, 3, 4, 5));
    writer.reorder(segments.map(([start, end]) => ({ start, end })));
    return hex(writer.finish());
  };

  it.each([
    [
      'stay where they are',
      [
        [2, 4],
        [4, 6],
      ],
      '000102030405',
    ],
    [
      'are put into the order given',
      [
        [4, 6],
        [2, 4],
      ],
      '000104050203',
    ],
    [
      'may be of several sizes',
      [
        [5, 6],
        [1, 4],
        [4, 5],
      ],
      '000501020304',
    ],
    ['may be one', [[2, 6]], '000102030405'],
    ['may be none', [], '000102030405'],
  ] as const)('%s', (_, segments, want) => {
    expect(order(...segments)).toBe(want);
  });
});

describe('a bound', () => {
  it('of 512 levels, left and entered again', () => {
    const writer = new Writer();
    writer.start();
    for (let level = 0; level < 512; level++) writer.enter();
    writer.leave();
    writer.enter();
    expect(() => writer.enter()).toThrow(AvroError);
    writer.start();
    expect(() => writer.enter()).not.toThrow();
  });

  it('of 65,536 values without bytes in a message', () => {
    const writer = new Writer();
    writer.start();
    writer.emptyValues(65_536);
    expect(() => writer.emptyValues(1)).toThrow(AvroError);
    writer.start();
    expect(() => writer.emptyValues(65_536)).not.toThrow();
  });

  it('of values without bytes ends also who only notes what is wrong', () => {
    const told: string[] = [];
    const writer = new Writer({ onBad: (expected) => told.push(expected) });
    writer.start();
    expect(() => writer.emptyValues(65_537)).toThrow(AvroError);
    expect(told).toEqual(['at most 65536 values without bytes']);
  });

  it.each<[string, (w: Writer) => void]>([
    ['bytes', (w) => w.bytes(new Uint8Array(MAX_VALUE_BYTES + 1))],
    ['a string', (w) => w.string('x'.repeat(MAX_VALUE_BYTES / 3 + 1))],
  ])('of %s that a length of 32 bits can say', (_, write) => {
    const writer = new Writer();
    writer.start();
    expect(() => write(writer)).toThrow(`at most ${MAX_VALUE_BYTES} bytes`);
  });
});

it('says of a bad value what it is, never the value', () => {
  const writer = new Writer();
  writer.start();
  const { code, expected, actual } = caught(() => writer.boolean('secret' as never));
  expect({ code, expected, actual }).toEqual({
    code: 'AVRO_VALUE',
    expected: 'boolean',
    actual: 'string',
  });
});

describe('told of each bad value, it goes on', () => {
  // Safe: JavaScript callers give what they like.
  const wrong = (value: unknown) => value as never;

  it.each<[string, (w: Writer) => void, unknown[]]>([
    ['floats', (w) => w.floats(wrong([1, 'a', 2, null])), ['a', null]],
    ['doubles', (w) => w.doubles(wrong(['a', 2, null])), ['a', null]],
    ['no array', (w) => w.floats(wrong(7)), [7]],
    ['no map', (w) => void w.keys(wrong(7)), [7]],
    ['no null', (w) => w.null(wrong(7)), [7]],
    ['no boolean', (w) => w.boolean(wrong(7)), [7]],
    ['a lone surrogate', (w) => w.string('\ud800'), ['\ud800']],
    ['no symbol', (w) => w.symbol('C', ['A']), ['C']],
  ])('of %s', (_, write, values) => {
    const told: unknown[] = [];
    const writer = new Writer({ onBad: (_, value) => told.push(value) });
    writer.start();
    write(writer);
    expect(told).toEqual(values);
  });
});

it('reads what it wrote at each place where a length takes a byte more', () => {
  const writer = new Writer();
  for (const size of [0, 1, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576]) {
    writer.start();
    writer.string('é'.repeat(size >> 1) + 'x'.repeat(size & 1));
    writer.string('x'.repeat(size));
    const reader = readerOf(writer.finish());
    expect(reader.string()).toBe('é'.repeat(size >> 1) + 'x'.repeat(size & 1));
    expect(reader.string()).toBe('x'.repeat(size));
    reader.finish();
  }
});

function caught(run: () => unknown): AvroError {
  try {
    run();
  } catch (error) {
    if (error instanceof AvroError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
