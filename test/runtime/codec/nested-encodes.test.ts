/** Messages that are written within others, by getters and conversions: each as if it were alone. */
import { describe, expect, it } from '@jest/globals';
import { createCodec, guarded } from '../../../runtime/generated-code.js';
import { AvroError, type Codec } from '../../../runtime/index.js';
import * as read from '../../../runtime/wire/read.js';
import * as write from '../../../runtime/wire/write.js';

interface Pair {
  readonly a: string;
  readonly b: string;
}

const codecOf = <T>(name: string, put: (value: T) => void): Codec<T, T> =>
  createCodec<T, T>({
    name,
    schema: '"bytes"',
    fingerprint: '',
    write: put,
    read: () => read.fail('AVRO_VALUE', 'nothing'),
  });

const texts = codecOf<string>('Text', write.string);
const pairs = codecOf<Pair>('Pair', (value) => {
  write.string(value.a);
  write.string(value.b);
});
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A value whose first field does something when it is asked for. */
const doing = (run: () => unknown): Pair => ({
  get a() {
    run();
    return 'a';
  },
  b: 'b',
});
const LONE = 'x\uD83D';

describe('what a getter encodes', () => {
  it.each<[string, () => unknown]>([
    ['a message', () => texts.encode('inner')],
    ['one behind a frame', () => texts.encodeFramed('inner', 7)],
    ['a large one', () => texts.encode('x'.repeat(100_000))],
    ['many', () => texts.encodeMany(['one', 'two'], { schemaId: 7 })],
    ['one that encodes as well', () => pairs.encode(doing(() => texts.encode('innermost')))],
    ['one with replaced surrogates', () => texts.encode(LONE, { replaceLoneSurrogates: true })],
    ['one that is refused', () => expect(() => texts.encode(LONE)).toThrow(AvroError)],
    ['one with a bad id', () => expect(() => texts.encodeFramed('a', -1)).toThrow(AvroError)],
  ])('leaves the outer message as it is: %s', (_, run) => {
    const [long, plain] = ['y'.repeat(9_000), hex(pairs.encode({ a: 'a', b: 'b' }))];
    expect(hex(pairs.encode(doing(run)))).toBe(plain);
    // Where the outer one stands in a scratch.
    const large = { a: long, b: 'b' };
    const outer = {
      a: long,
      get b() {
        run();
        return 'b';
      },
    };
    expect(hex(pairs.encode(outer))).toBe(hex(pairs.encode(large)));
  });

  it('is a message of its own, which later ones do not touch', () => {
    const inner: Uint8Array[] = [];
    const value = doing(() => inner.push(texts.encode('inner')));
    const messages = Array.from({ length: 2_000 }, () => hex(pairs.encode(value)));
    expect(new Set(messages).size).toBe(1);
    expect(new Set(inner.map(hex))).toEqual(new Set([hex(texts.encode('inner'))]));
  });

  it("has its own options, and so has the outer one's rest", () => {
    const refused: unknown[] = [];
    const strict = doing(() => {
      try {
        texts.encode(LONE);
      } catch (error) {
        refused.push(error);
      }
    });
    const replaced = pairs.encode({ ...strict, b: LONE }, { replaceLoneSurrogates: true });
    expect(hex(replaced)).toBe(hex(pairs.encode({ a: 'a', b: 'x\uFFFD' })));
    const lenient = doing(() => texts.encode(LONE, { replaceLoneSurrogates: true }));
    expect(() => pairs.encode({ a: lenient.a, b: LONE })).toThrow('b: expected string without');
    const asked = {
      get a() {
        return lenient.a;
      },
      b: LONE,
    };
    expect(() => pairs.encode(asked)).toThrow('b: expected string without');
    expect(() =>
      pairs.encode({
        get a() {
          return strict.a;
        },
        b: 'b',
      }),
    ).not.toThrow();
    expect(refused.length).toBeGreaterThan(0);
  });

  it('may fail to be written, with the outer one: the next is as ever', () => {
    const value = doing(() => texts.encode(7 as never));
    expect(() => pairs.encode(value)).toThrow(AvroError);
    expect(hex(pairs.encode({ a: 'a', b: 'b' }))).toBe('02610262');
  });
});

it('a conversion may encode', () => {
  const sealed = guarded(
    {
      decode: (bytes: Uint8Array) => hex(bytes),
      encode: (text: string, writer) =>
        text === '' ? writer.bad('a text', text) : texts.encode(text),
    },
    'sealed',
  );
  const codec = codecOf<Pair>('Sealed', (value) => {
    write.string(value.a);
    write.bytes(sealed.encode(value.b));
  });
  expect(hex(codec.encode({ a: 'a', b: 'b' }))).toBe('0261040262');
  expect(() => codec.encode({ a: 'a', b: '' })).toThrow('b: expected a text, got string');
  expect(() => codec.encode({ a: 7 as never, b: '' })).toThrow(
    'a: expected string, got number; b: expected a text, got string',
  );
});

it('what ends where the stack ends does not stay', () => {
  const deep = (): unknown => {
    try {
      return deep();
    } catch {
      try {
        return pairs.encode(doing(() => texts.encode('inner')));
      } catch (error) {
        return error;
      }
    }
  };
  deep();
  const [one, two] = [pairs.encode({ a: 'a', b: 'b' }), pairs.encode({ a: 'c', b: 'd' })];
  expect([hex(one), hex(two)]).toEqual(['02610262', '02630264']);
  // Side by side: neither is written apart.
  expect(two.buffer).toBe(one.buffer);
});
