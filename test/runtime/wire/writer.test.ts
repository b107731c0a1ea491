import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal, Writer } from '../../../runtime/generated-code.js';
import { AvroError } from '../../../runtime/index.js';
import { readerOf } from './reading.js';

function written(write: (w: Writer) => void, writer = new Writer()): string {
  writer.start();
  write(writer);
  return Buffer.from(writer.finish()).toString('hex');
}

/** A value of the wrong type, as JavaScript callers give it. */
const wrong = (value: unknown) => value as never;

function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('Writer', () => {
  it.each<[string, (w: Writer) => void, string]>([
    ['least int', (w) => w.int(-(2 ** 31)), 'ffffffff0f'],
    ['greatest long', (w) => w.long(2n ** 63n - 1n), 'feffffffffffffffff01'],
    ['least long', (w) => w.long(-(2n ** 63n)), 'ffffffffffffffffff01'],
    ['2^53 - 1', (w) => w.longNumber(2 ** 53 - 1), 'feffffffffffff1f'],
    ['-2^31 - 1 as number', (w) => w.longNumber(-(2 ** 31) - 1), '8180808010'],
    ['-0 as int', (w) => w.int(-0), '00'],
    ['-0 as double', (w) => w.double(-0), '0000000000000080'],
    ['infinity as float', (w) => w.float(Infinity), '0000807f'],
    ['NaN', (w) => w.double(Number.NaN), '000000000000f87f'],
    ['floats', (w) => w.floats([1, 2]), '040000803f0000004000'],
    ['no doubles', (w) => w.doubles([]), '00'],
    ['null where null is second', (w) => w.intOrNull(null, 1), '02'],
    ['a value where null is second', (w) => w.intOrNull(3, 1), '0006'],
    ['a rocket', (w) => w.string('🚀'), '08f09f9a80'],
    ['nineteen letters', (w) => w.string('x'.repeat(19)), `26${'78'.repeat(19)}`],
    [
      'a text that grows over 63 bytes',
      (w) => w.string('é'.repeat(40)),
      `a001${'c3a9'.repeat(40)}`,
    ],
  ])('writes %s', (_, write, hex) => {
    expect(written(write)).toBe(hex);
  });

  it.each<[string, (w: Writer) => void]>([
    ['int of 2^31', (w) => w.int(2 ** 31)],
    ['int of 1.5', (w) => w.int(1.5)],
    ['int of NaN', (w) => w.int(Number.NaN)],
    ['int as text', (w) => w.int(wrong('1'))],
    ['bigint where an int goes', (w) => w.int(wrong(1n))],
    ['long of 2^63', (w) => w.long(2n ** 63n)],
    ['long as number', (w) => w.long(wrong(1))],
    ['2^53 as number', (w) => w.longNumber(2 ** 53)],
    ['bigint where a number goes', (w) => w.longNumber(wrong(1n))],
    ['double as text', (w) => w.double(wrong('1'))],
    ['no double in an array of them', (w) => w.doubles(wrong([1, undefined]))],
    ['floats that are no array', (w) => w.floats(wrong({ length: 1, 0: 1 }))],
    ['undefined where null may be', (w) => w.intOrNull(wrong(undefined), 0)],
    ['a lone high surrogate', (w) => w.string('\uD83D')],
    ['a lone low surrogate', (w) => w.string(`${'x'.repeat(30)}\uDE80`)],
    ['fixed of another size', (w) => w.fixed(new Uint8Array(2), 3)],
    ['a symbol that is none', (w) => w.symbol('C', ['A', 'B'])],
    ['an array as map', (w) => w.keys(wrong([]))],
    ['a Map as map', (w) => w.keys(wrong(new Map([['a', 1]])))],
    ['a Date as map', (w) => w.keys(wrong(new Date()))],
    ['a Set as map', (w) => w.keys(wrong(new Set(['a'])))],
    ['bytes as map', (w) => w.keys(wrong(new Uint8Array(1)))],
    ['a Promise as map', (w) => w.keys(wrong(Promise.resolve({})))],
    ['query parameters as map', (w) => w.keys(wrong(new URLSearchParams('a=1')))],
    ['a Map of another name as map', (w) => w.keys(wrong(new (class Own extends Map {})()))],
    ['bytes whose memory went away', (w) => w.bytes(detached())],
    ['a fixed of no bytes whose memory went away', (w) => w.fixed(detached(), 0)],
    ['an array that grew meanwhile', (w) => w.endArray([1, 2, 3], 2)],
    ['an array that shrank meanwhile', (w) => w.endArray([], 2)],
    ['a string as boolean', (w) => w.boolean(wrong('true'))],
  ])('refuses %s', (_, write) => {
    const run = () => written(write);
    expect(run).toThrow(AvroError);
    expect(run).toThrow(/^Expected /);
  });

  it.each<[string, object]>([
    ['an object', { a: 1 }],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 })],
    [
      'an object of a class',
      new (class Own {
        a = 1;
      })(),
    ],
    ['a proxy', new Proxy({ a: 1 }, {})],
    ['an object of another realm', runInNewContext('({ a: 1 })')],
  ])('takes %s as map', (_, map) => {
    expect(written((w) => void w.keys(wrong(map)))).toBe('02');
  });

  it('replaces lone surrogates where it is told to', () => {
    expect(written((w) => w.string('a\uD83D'), new Writer({ replaceLoneSurrogates: true }))).toBe(
      '0861efbfbd',
    );
  });

  it('gives messages that later ones do not touch, whatever their sizes', () => {
    const writer = new Writer({}, 4_096);
    const sizes = [10, 5_000, 3, 40_000, 100, 8_192, 1, 70_000, 20, ...Array<number>(300).fill(50)];
    const messages = sizes.map((size, i) => {
      writer.start();
      writer.string(String.fromCharCode(97 + (i % 26)).repeat(size));
      return writer.finish();
    });
    for (const [i, message] of messages.entries()) {
      const text = readerOf(message).string();
      expect(text).toBe(String.fromCharCode(97 + (i % 26)).repeat(sizes[i] ?? 0));
    }
  });

  it('goes on when a message was transferred to another thread', () => {
    const writer = new Writer();
    writer.start();
    writer.int(1);
    const { buffer } = writer.finish();
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(written((w) => w.int(2), writer)).toBe('04');
  });

  it('forgets a message that was not finished', () => {
    const writer = new Writer();
    writer.start();
    writer.string('half a message');
    expect(written((w) => w.int(1), writer)).toBe('02');
  });

  it('frames in place', () => {
    const writer = new Writer();
    writer.startFramed(0xfedcba98);
    writer.int(1);
    expect(Buffer.from(writer.finish()).toString('hex')).toBe('00fedcba9802');
  });
});

describe('decimal', () => {
  const noWriter = {
    bad: (expected: string): never => {
      throw new Error(expected);
    },
  };

  it('gives the bytes of BigInt arithmetic, few digits or many', () => {
    const digits = fc.integer({ min: 1, max: 25 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), digits, (big, keep) => {
        const unscaled = big % 10n ** BigInt(keep);
        const sign = unscaled < 0n ? '-' : '';
        const padded = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(4, '0');
        const text = `${sign}${padded.slice(0, -3)}.${padded.slice(-3)}`;
        for (const size of [undefined, 12]) {
          const conversion = decimal({ precision: 25, scale: 3, ...(size && { size }) });
          const bytes = conversion.encode(text, noWriter);
          const value = BigInt.asIntN(
            bytes.length * 8,
            BigInt(`0x${Buffer.from(bytes).toString('hex')}`),
          );
          expect(value).toBe(unscaled);
          if (size !== undefined) expect(bytes).toHaveLength(size);
          else if (bytes.length > 1)
            // Not a byte more than the number and its sign need.
            expect([0n, -1n]).not.toContain(value >> BigInt(bytes.length * 8 - 9));
          expect(conversion.decode(bytes)).toBe(unscaled === 0n ? '0.000' : text);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['1', '1.000'],
    ['-0.5', '-0.500'],
    ['-0', '0.000'],
    ['007.1', '7.100'],
    ['1E2', '100.000'],
  ])('takes %s', (text, read) => {
    const conversion = decimal({ precision: 9, scale: 3 });
    expect(conversion.decode(conversion.encode(text, noWriter))).toBe(read);
  });

  it.each(['', '-', '.5', '5.', '1.2345', '1234567', '1,5', '1 ', '--1', '1.2.3', 'NaN'])(
    'refuses %j',
    (text) => {
      expect(() => decimal({ precision: 9, scale: 3 }).encode(text, noWriter)).toThrow(/decimal/);
    },
  );
});
