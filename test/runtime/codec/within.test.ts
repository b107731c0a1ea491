/** Decodes within decodes, as a project's conversion may do, and messages that are read where they lie. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toAvroJson } from '../../../runtime/avro.js';
import { decodeSlices } from '../../../runtime/codec/codec.js';
import { createCodec } from '../../../runtime/codec/create-codec.js';
import { resolvingDecoder } from '../../../runtime/codec/resolving-decoder.js';
import { AvroError } from '../../../runtime/errors.js';
import { readSchema } from '../../../runtime/schema/schema.js';
import * as read from '../../../runtime/wire/read.js';

interface Pair {
  readonly name: string;
  readonly rest: readonly string[];
}

const SCHEMA =
  '{"type":"record","name":"Pair","fields":[{"name":"name","type":"string"},{"name":"rest","type":{"type":"array","items":"string"}}]}';

/** What runs between the strings of a message. */
let between = (): void => {};

const codec = createCodec<Pair, Pair>({
  name: 'Pair',
  fingerprint: '',
  schema: SCHEMA,
  write: () => {},
  read: () => {
    const name = read.string();
    const rest: string[] = [];
    for (let count = read.block(1); count > 0; count = read.block(1))
      for (; count > 0; count--) {
        between();
        rest.push(read.string());
      }
    return { name, rest };
  },
});

function bytesOf({ name, rest }: Pair): Uint8Array {
  const text = (value: string): number[] => {
    const bytes = Buffer.from(value);
    return [...varint(bytes.length), ...bytes];
  };
  const items = rest.length === 0 ? [] : [...varint(rest.length), ...rest.flatMap(text)];
  return Uint8Array.from([...text(name), ...items, 0]);
}

function varint(n: number): number[] {
  const double = n * 2;
  return double < 0x80 ? [double] : [(double & 0x7f) | 0x80, double >> 7];
}

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const pair = fc.record({ name: text, rest: fc.array(text, { maxLength: 5 }) });
/** Messages, some of which are cut off or have a byte of another value. */
const message = fc
  .tuple(pair, fc.nat(), fc.constantFrom('whole', 'cut', 'changed'))
  .map(([value, at, harm]) => {
    const bytes = bytesOf(value);
    if (harm === 'cut') return bytes.subarray(0, at % bytes.length);
    if (harm === 'changed') bytes[at % bytes.length] = at & 0xff;
    return bytes;
  });

/** The value, or what is told of the error. */
function outcome(run: () => unknown): unknown {
  try {
    return told(run());
  } catch (error) {
    if (!(error instanceof AvroError)) throw error;
    return told(error);
  }
}

function told(result: unknown): unknown {
  if (!(result instanceof AvroError)) return result;
  const { code, path, offset } = result;
  return { code, path, offset };
}

const alone = (bytes: Uint8Array): unknown => outcome(() => codec.decode(bytes));

describe('a message within another one', () => {
  // Written the other way round: it has to be rewritten.
  const resolving = resolvingDecoder(
    '{"type":"record","name":"Pair","fields":[{"name":"rest","type":{"type":"array","items":"string"}},{"name":"name","type":"string"}]}',
    codec,
  );
  const ways: readonly [string, (inner: Uint8Array) => unknown][] = [
    ['decode', (inner) => codec.decode(inner)],
    ['batch', (inner) => codec.decodeBatch([inner, inner])],
    ['slices', (inner) => decodeSlices(codec.decode, inner, [0, inner.length])],
    ['a resolving decoder', (inner) => resolving(inner)],
    ['a printer of JSON', (inner) => toAvroJson(readSchema(SCHEMA), inner)],
  ];

  it.each(ways)('by %s, leaves the outer one as it was', (_, inside) => {
    const nested = (inner: Uint8Array, outer: () => unknown): unknown => {
      let within = 0;
      between = () => {
        // Once more inside the inner one, and no deeper.
        if (++within < 3) outcome(() => inside(inner));
        within--;
      };
      try {
        return outcome(outer);
      } finally {
        between = () => {};
      }
    };
    fc.assert(
      fc.property(message, message, message, (first, second, inner) => {
        const want = [first, second].map(alone);
        const all = Buffer.concat([first, second]);
        const bounds = [0, first.length, first.length, all.length];
        expect(nested(inner, () => codec.decode(first))).toEqual(want[0]);
        expect(nested(inner, () => codec.decodeBatch([first, second]).map(told))).toEqual(want);
        expect(nested(inner, () => decodeSlices(codec.decode, all, bounds).map(told))).toEqual(
          want,
        );
        expect(alone(first)).toEqual(want[0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('messages where they lie', () => {
  it('give what each gives alone, wherever they are and in whatever order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(message, fc.nat(20)), { maxLength: 12 }),
        fc.nat(40),
        fc.boolean(),
        (messages, behind, isReversed) => {
          const memory: number[] = [];
          const places = messages.map(([bytes, gap]) => {
            memory.push(...Array<number>(gap).fill(0x80));
            const from = memory.length;
            memory.push(...bytes);
            return { bytes, bounds: [from, memory.length] };
          });
          memory.push(...Array<number>(behind).fill(0xff));
          if (isReversed) places.reverse();
          const bounds = places.flatMap((place) => place.bounds);
          for (const bytes of [Uint8Array.from(memory), Buffer.from(memory)])
            expect(decodeSlices(codec.decode, bytes, bounds).map(told)).toEqual(
              places.map((place) => alone(place.bytes)),
            );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('do not change with their memory once they were read', () => {
    const bytes = Buffer.concat([
      bytesOf({ name: 'first', rest: ['x'.repeat(30)] }),
      Buffer.alloc(64),
    ]);
    const [value] = decodeSlices(codec.decode, bytes, [0, bytes.length - 64]);
    bytes.fill(0x41);
    expect(value).toEqual({ name: 'first', rest: ['x'.repeat(30)] });
  });

  it('are refused in what is no bytes', () => {
    // What a JavaScript caller may do.
    const given = 'BGFuAmI0' as unknown as Uint8Array;
    expect(outcome(() => decodeSlices(codec.decode, given, [0, 2]))).toMatchObject({
      code: 'AVRO_BYTES',
    });
  });
});
