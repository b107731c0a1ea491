import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decimal } from '../../../runtime/generated-code.js';
import { AvroError } from '../../../runtime/index.js';
import {
  type ApartOptions,
  apart,
  finish,
  message,
  out,
  start,
  startFramed,
} from '../../../runtime/wire/output.js';
import * as write from '../../../runtime/wire/write.js';
import { readerOf } from './reading.js';

function written(run: () => void, options?: ApartOptions): string {
  return Buffer.from(message(run, options)).toString('hex');
}

/** A value of the wrong type, as JavaScript callers give it. */
const wrong = (value: unknown) => value as never;

function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

describe('write', () => {
  it.each<[string, () => void, string]>([
    ['least int', () => write.int(-(2 ** 31)), 'ffffffff0f'],
    ['greatest long', () => write.long(2n ** 63n - 1n), 'feffffffffffffffff01'],
    ['least long', () => write.long(-(2n ** 63n)), 'ffffffffffffffffff01'],
    ['2^53 - 1', () => write.longNumber(2 ** 53 - 1), 'feffffffffffff1f'],
    ['-2^31 - 1 as number', () => write.longNumber(-(2 ** 31) - 1), '8180808010'],
    ['-0 as int', () => write.int(-0), '00'],
    ['-0 as double', () => write.double(-0), '0000000000000080'],
    ['infinity as float', () => write.float(Infinity), '0000807f'],
    ['NaN', () => write.double(Number.NaN), '000000000000f87f'],
    ['floats', () => write.floats([1, 2]), '040000803f0000004000'],
    ['no doubles', () => write.doubles([]), '00'],
    ['null where null is second', () => write.intOrNull(null, 1), '02'],
    ['a value where null is second', () => write.intOrNull(3, 1), '0006'],
    ['a rocket', () => write.string('🚀'), '08f09f9a80'],
    ['nineteen letters', () => write.string('x'.repeat(19)), `26${'78'.repeat(19)}`],
    [
      'a text that grows over 63 bytes',
      () => write.string('é'.repeat(40)),
      `a001${'c3a9'.repeat(40)}`,
    ],
  ])('writes %s', (_, run, hex) => {
    expect(written(run)).toBe(hex);
  });

  it.each<[string, () => void]>([
    ['int of 2^31', () => write.int(2 ** 31)],
    ['int of 1.5', () => write.int(1.5)],
    ['int of NaN', () => write.int(Number.NaN)],
    ['int as text', () => write.int(wrong('1'))],
    ['bigint where an int goes', () => write.int(wrong(1n))],
    ['long of 2^63', () => write.long(2n ** 63n)],
    ['long as number', () => write.long(wrong(1))],
    ['2^53 as number', () => write.longNumber(2 ** 53)],
    ['bigint where a number goes', () => write.longNumber(wrong(1n))],
    ['double as text', () => write.double(wrong('1'))],
    ['no double in an array of them', () => write.doubles(wrong([1, undefined]))],
    ['floats that are no array', () => write.floats(wrong({ length: 1, 0: 1 }))],
    ['undefined where null may be', () => write.intOrNull(wrong(undefined), 0)],
    ['a lone high surrogate', () => write.string('\uD83D')],
    ['a lone low surrogate', () => write.string(`${'x'.repeat(30)}\uDE80`)],
    ['fixed of another size', () => write.fixed(new Uint8Array(2), 3)],
    ['a symbol that is none', () => write.symbol('C', ['A', 'B'])],
    ['an array as map', () => write.keys(wrong([]))],
    ['a Map as map', () => write.keys(wrong(new Map([['a', 1]])))],
    ['a Date as map', () => write.keys(wrong(new Date()))],
    ['a Set as map', () => write.keys(wrong(new Set(['a'])))],
    ['bytes as map', () => write.keys(wrong(new Uint8Array(1)))],
    ['a Promise as map', () => write.keys(wrong(Promise.resolve({})))],
    ['query parameters as map', () => write.keys(wrong(new URLSearchParams('a=1')))],
    ['a Map of another name as map', () => write.keys(wrong(new (class Own extends Map {})()))],
    ['bytes whose memory went away', () => write.bytes(detached())],
    ['a fixed of no bytes whose memory went away', () => write.fixed(detached(), 0)],
    ['an array that grew meanwhile', () => write.endArray([1, 2, 3], 2)],
    ['an array that shrank meanwhile', () => write.endArray([], 2)],
    ['a string as boolean', () => write.boolean(wrong('true'))],
  ])('refuses %s', (_, refused) => {
    const run = () => written(refused);
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
    expect(written(() => void write.keys(wrong(map)))).toBe('02');
  });

  it('replaces lone surrogates where it is told to', () => {
    const options = { replaceLoneSurrogates: true };
    expect(written(() => write.string('a\uD83D'), options)).toBe('0861efbfbd');
  });

  it('gives messages that later ones do not touch, whatever their sizes', () => {
    const sizes = [10, 5_000, 3, 40_000, 100, 8_192, 1, 70_000, 20, ...Array<number>(300).fill(50)];
    const messages = apart({ slabBytes: 4_096 }, () =>
      sizes.map((size, i) =>
        message(() => write.string(String.fromCharCode(97 + (i % 26)).repeat(size))),
      ),
    );
    for (const [i, message] of messages.entries()) {
      const text = readerOf(message).string();
      expect(text).toBe(String.fromCharCode(97 + (i % 26)).repeat(sizes[i] ?? 0));
    }
  });

  it('goes on when a message was transferred to another thread', () => {
    const { buffer } = message(() => write.int(1));
    structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
    expect(written(() => write.int(2))).toBe('04');
  });

  it('forgets a message that was not finished', () => {
    start();
    write.string('half a message');
    out.isWriting = false;
    expect(written(() => write.int(1))).toBe('02');
  });

  it('frames in place', () => {
    startFramed(0xfedcba98);
    write.int(1);
    expect(Buffer.from(finish()).toString('hex')).toBe('00fedcba9802');
  });
});

describe('decimal', () => {
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
          const bytes = conversion.encode(text);
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
    expect(conversion.decode(conversion.encode(text))).toBe(read);
  });

  it.each(['', '-', '.5', '5.', '1.2345', '1234567', '1,5', '1 ', '--1', '1.2.3', 'NaN'])(
    'refuses %j',
    (text) => {
      expect(() => decimal({ precision: 9, scale: 3 }).encode(text)).toThrow(/decimal/);
    },
  );
});
