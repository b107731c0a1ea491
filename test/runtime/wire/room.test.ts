/** Where a writer's messages stand: room for each value, slabs, scratches and frames. */
import { describe, expect, it } from '@jest/globals';
import { AvroError } from '../../../runtime/index.js';
import { MAX_VALUE_BYTES } from '../../../runtime/limits.js';
import {
  apart,
  finish,
  message,
  out,
  raw,
  reorder,
  start,
  startFramed,
  written,
} from '../../../runtime/wire/output.js';
import * as write from '../../../runtime/wire/write.js';
import { readerOf } from './reading.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const LONG = 2n ** 63n - 1n;

const WRITES: readonly [string, () => void, string][] = [
  ['a boolean', () => write.boolean(true), '01'],
  ['an int', () => write.int(-(2 ** 31)), 'ffffffff0f'],
  ['a long', () => write.long(LONG), 'feffffffffffffffff01'],
  ['a small long as number', () => write.longNumber(2 ** 31 - 1), 'feffffff0f'],
  ['a long as number', () => write.longNumber(-(2 ** 53) + 1), 'fdffffffffffff1f'],
  ['a float', () => write.float(1), '0000803f'],
  ['a double', () => write.double(1), '000000000000f03f'],
  ['floats', () => write.floats([1, 2, 3]), '060000803f000000400000404000'],
  ['doubles', () => write.doubles([1, 2]), '04000000000000f03f000000000000004000'],
  ['bytes', () => write.bytes(Uint8Array.of(1, 2, 3)), '06010203'],
  ['64 bytes', () => write.bytes(new Uint8Array(64).fill(7)), `8001${'07'.repeat(64)}`],
  ['fixed', () => write.fixed(Uint8Array.of(1, 2, 3), 3), '010203'],
  ['a short string', () => write.string('abcdefg'), '0e61626364656667'],
  ['a short string that is not ASCII', () => write.string('ééééé'), `14${'c3a9'.repeat(5)}`],
  [
    'a string of three bytes a unit',
    () => write.string('€'.repeat(22)),
    `8401${'e282ac'.repeat(22)}`,
  ],
  ['a string', () => write.string('x'.repeat(30)), `3c${'78'.repeat(30)}`],
  ['a float or null', () => write.floatOrNull(1, 0), '020000803f'],
  ['a double or null', () => write.doubleOrNull(1, 1), '00000000000000f03f'],
  ['null', () => write.intOrNull(null, 1), '02'],
  ['an index', () => write.index(63), '7e'],
  ['a large index', () => write.index(64), '8001'],
  ['a larger one', () => write.index(2 ** 30 - 1), 'feffffff07'],
  ['a symbol', () => write.symbol('B', ['A', 'B']), '02'],
  ['the end of an array', () => write.endArray([], 0), '00'],
  ['the keys of a map', () => void write.keys({ a: 1, b: 2 }), '04'],
  ['no keys', () => void write.keys({}), ''],
  ['nothing', () => write.null(null), ''],
  ['a frame', () => startFramed(258), '0000000102'],
];

describe('there is room', () => {
  it.each(WRITES)('for %s, however full the buffer is', (what, run, want) => {
    for (let before = 0; before <= 48; before++) {
      const bytes = apart({ slabBytes: 48 }, () => {
        start();
        raw(new Uint8Array(before).fill(0xee));
        // What stands before a frame is another message.
        if (what === 'a frame') finish();
        run();
        raw(Uint8Array.of(0xdd));
        return finish();
      });
      const head = what === 'a frame' ? '' : 'ee'.repeat(before);
      expect(hex(bytes)).toBe(`${head}${want}dd`);
    }
  });

  it('for what comes after a message of any size, which stays as it is', () => {
    const sizes = [0, 1, 7_000, 8_191, 8_192, 8_193, 32_768, 40_000, 2, 5_000_000, 3, 100_000, 4];
    const messages = apart({ slabBytes: 4_096 }, () =>
      sizes.map((size, i) =>
        message(() => {
          raw(new Uint8Array(size).fill(i + 1));
          expect(written()).toBe(size);
        }),
      ),
    );
    for (const [i, message] of messages.entries()) {
      expect(message.length).toBe(sizes[i]);
      expect(message.every((byte) => byte === i + 1)).toBe(true);
    }
  });
});

describe('memory', () => {
  const finished = (size: number): Uint8Array => message(() => raw(new Uint8Array(size)));

  it('is shared by small messages, and of its own for a large one', () =>
    apart({ slabBytes: 1_024 }, () => {
      const [one, two] = [finished(100), finished(100)];
      expect(two.buffer).toBe(one.buffer);
      expect([one.byteOffset, two.byteOffset]).toEqual([0, 100]);
      expect(one.buffer.byteLength).toBe(1_024);
      const large = finished(8_193);
      expect(large.buffer.byteLength).toBe(8_193);
      // The slab goes on where it stood.
      expect(finished(10).byteOffset).toBe(200);
    }));

  it('is shared up to 8 KiB, however little is asked for at a time', () =>
    apart({ slabBytes: 16 }, () => {
      const one = finished(8_192);
      expect(finished(1).buffer).toBe(one.buffer);
    }));

  it('is given back after a message that needed much', () =>
    apart({}, () => {
      const kept = (): number => {
        start();
        raw(new Uint8Array(8_193));
        const { length } = out.buffer;
        out.isWriting = false;
        return length;
      };
      finished(100_000);
      expect(kept()).toBe(200_000);
      finished(2_097_152);
      expect(kept()).toBe(4_194_304);
      finished(2_097_153);
      expect(kept()).toBe(4_194_304);
      finished(4_194_305);
      expect(kept()).toBe(32_768);
    }));

  it.each([30, 9_000])('moves with what was written, %i bytes before it ends', (more) =>
    apart({ slabBytes: 64 }, () => {
      finished(20);
      const bytes = message(() => {
        raw(new Uint8Array(30).fill(1));
        raw(new Uint8Array(more).fill(2));
      });
      expect(hex(bytes)).toBe('01'.repeat(30) + '02'.repeat(more));
    }),
  );

  it('is not used twice where a message was begun and left', () =>
    apart({ slabBytes: 64 }, () => {
      const kept = finished(8);
      start();
      raw(new Uint8Array(40).fill(9));
      out.isWriting = false;
      const next = finished(8);
      expect([kept, next].map(({ byteOffset }) => byteOffset)).toEqual([0, 8]);
      expect(hex(kept)).toBe('00'.repeat(8));
    }));
});

describe('the last segments of a message', () => {
  const order = (...segments: readonly (readonly [number, number])[]): string => {
    message(() => raw(Uint8Array.of(0xff)));
    const bytes = message(() => {
      raw(Uint8Array.of(0, 1, 2, 3, 4, 5));
      reorder(segments.map(([start, end]) => ({ start, end })));
    });
    return hex(bytes);
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
    start();
    for (let level = 0; level < 512; level++) write.enter();
    write.leave();
    write.enter();
    expect(() => write.enter()).toThrow(AvroError);
    start();
    expect(() => write.enter()).not.toThrow();
    out.isWriting = false;
  });

  it('of 65,536 values without bytes in a message', () => {
    start();
    write.emptyValues(65_536);
    expect(() => write.emptyValues(1)).toThrow(AvroError);
    start();
    expect(() => write.emptyValues(65_536)).not.toThrow();
    out.isWriting = false;
  });

  it('of values without bytes ends also who only notes what is wrong', () => {
    const told: string[] = [];
    const onBad = (expected: string) => told.push(expected);
    expect(() => message(() => write.emptyValues(65_537), { onBad })).toThrow(AvroError);
    expect(told).toEqual(['at most 65536 values without bytes']);
  });

  it.each<[string, () => void]>([
    ['bytes', () => write.bytes(new Uint8Array(MAX_VALUE_BYTES + 1))],
    ['a string', () => write.string('x'.repeat(MAX_VALUE_BYTES / 3 + 1))],
  ])('of %s that a length of 32 bits can say', (_, run) => {
    expect(() => message(run)).toThrow(`at most ${MAX_VALUE_BYTES} bytes`);
  });
});

it('says of a bad value what it is, never the value', () => {
  const { code, expected, actual } = caught(() => write.boolean('secret' as never));
  expect({ code, expected, actual }).toEqual({
    code: 'AVRO_VALUE',
    expected: 'boolean',
    actual: 'string',
  });
});

describe('told of each bad value, it goes on', () => {
  // Safe: JavaScript callers give what they like.
  const wrong = (value: unknown) => value as never;

  it.each<[string, () => void, unknown[]]>([
    ['floats', () => write.floats(wrong([1, 'a', 2, null])), ['a', null]],
    ['doubles', () => write.doubles(wrong(['a', 2, null])), ['a', null]],
    ['no array', () => write.floats(wrong(7)), [7]],
    ['no map', () => void write.keys(wrong(7)), [7]],
    ['no null', () => write.null(wrong(7)), [7]],
    ['no boolean', () => write.boolean(wrong(7)), [7]],
    ['a lone surrogate', () => write.string('\ud800'), ['\ud800']],
    ['no symbol', () => write.symbol('C', ['A']), ['C']],
  ])('of %s', (_, run, values) => {
    const told: unknown[] = [];
    message(run, { onBad: (_, value) => told.push(value) });
    expect(told).toEqual(values);
  });
});

it('reads what it wrote at each place where a length takes a byte more', () => {
  for (const size of [0, 1, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576]) {
    const bytes = message(() => {
      write.string('é'.repeat(size >> 1) + 'x'.repeat(size & 1));
      write.string('x'.repeat(size));
    });
    const reader = readerOf(bytes);
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
