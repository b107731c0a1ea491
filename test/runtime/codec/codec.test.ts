import { beforeAll, describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../../runtime/avro.js';
import { type Codec, FRAME_BYTES, frame, unframe } from '../../../runtime/index.js';
import { generate, importCodecs } from '../../codegen/generated-project.js';

const ORDER = {
  type: 'record',
  name: 'shop.Order',
  fields: [
    { name: 'id', type: 'string' },
    {
      name: 'lines',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Line',
          fields: [
            { name: 'sku', type: 'string' },
            { name: 'price', type: 'double' },
          ],
        },
      },
    },
    { name: 'tags', type: { type: 'map', values: 'string' } },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'empty', type: { type: 'array', items: 'null' }, default: [] },
    { name: 'next', type: ['null', 'Order'], default: null },
  ],
};
const HOSTILE = {
  type: 'record',
  name: 'Lists',
  fields: [{ name: 'longs', type: { type: 'array', items: 'long' } }],
};

const order = (more: object = {}) => ({
  id: 'o1',
  lines: [
    { sku: 'a', price: 1 },
    { sku: 'b', price: 2 },
  ],
  tags: { color: 'red' },
  at: new Date(0),
  ...more,
});

let codecs: ReadonlyMap<string, Codec<unknown, unknown>> = new Map();
const codecOf = (name: string): Codec<unknown, unknown> => {
  const codec = codecs.get(name);
  if (codec === undefined) throw new Error(`no codec of ${name}`);
  return codec;
};

beforeAll(async () => {
  codecs = await importCodecs('codec', generate([ORDER, HOSTILE]));
});

function failure(run: () => unknown): Record<string, unknown> {
  try {
    run();
  } catch (error) {
    return Object(error);
  }
  throw new Error('nothing was thrown');
}

describe('decode', () => {
  it('says where a message is wrong, and nothing of what it holds', () => {
    const { encode, decode } = codecOf('shop.Order');
    const bytes = encode(order({ lines: [{ sku: 'first' }, { sku: 'secret' }].map(priced) }));
    const at = Buffer.from(bytes).indexOf('secret');
    bytes[at] = 0xff;
    const error = failure(() => decode(bytes));
    expect(error).toMatchObject({
      name: 'AvroError',
      code: 'AVRO_UTF8',
      schema: 'shop.Order',
      path: 'lines[1].sku',
      offset: at,
      expected: 'string in UTF-8',
      actual: 'other bytes',
    });
    expect(JSON.stringify([error.message, error])).not.toContain('ecret');
  });

  it('names a date that is out of range', () => {
    const { encode, decode } = codecOf('shop.Order');
    // The greatest date there is, and a millisecond more: the long stands behind id and two lists.
    const damaged = encode(order({ lines: [], tags: {}, at: new Date(8.64e15) }));
    damaged[5] = (damaged[5] ?? 0) | 2;
    expect(failure(() => decode(damaged))).toMatchObject({ code: 'AVRO_LOGICAL', path: 'at' });
  });

  it('answers five hostile bytes at once', () => {
    const { decode } = codecOf('Lists');
    const hostile = Buffer.from('8080808001', 'hex');
    expect(failure(() => decode(hostile))).toMatchObject({ code: 'AVRO_LENGTH', path: 'longs' });
  });

  it('stops at 512 records within each other', () => {
    const { decode } = codecOf('shop.Order');
    const one = Buffer.from('02610000000002', 'hex');
    const deep = Buffer.concat(Array<Buffer>(600).fill(one));
    expect(failure(() => decode(deep))).toMatchObject({ code: 'AVRO_LIMIT' });
  });

  it('reads a slice of a shared buffer to its end and no further', () => {
    const { encode, decode } = codecOf('shop.Order');
    const bytes = encode(order());
    const shared = Buffer.concat([bytes, bytes]);
    expect(decode(shared.subarray(0, bytes.length))).toEqual(decode(bytes));
    const short = shared.subarray(0, bytes.length - 1);
    expect(failure(() => decode(short))).toMatchObject({ code: 'AVRO_TRUNCATED' });
  });

  it('keeps keys such as __proto__ and constructor', () => {
    const { encode, decode } = codecOf('shop.Order');
    const tags = JSON.parse('{"__proto__":"a","constructor":"b","":"c"}');
    const read = Object(decode(encode(order({ tags })))).tags;
    expect(Object.entries(read)).toEqual(Object.entries(tags));
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });
});

it.each<[string, unknown, string]>([
  ['the base64 text of a Lambda record', 'BGFuAmI0', 'string'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['an ArrayBuffer', new ArrayBuffer(4), 'object'],
  ['numbers', [2, 97], 'array'],
  ['words of 16 bits', Uint16Array.of(2, 97), 'object'],
])('refuses %s in place of bytes, alone and in a batch', (_, given, actual) => {
  const codec = codecOf('shop.Order');
  const good = codec.encode(order());
  // What a JavaScript caller may do, or a cast.
  const bytes = given as Uint8Array;
  const refusal = { code: 'AVRO_BYTES', expected: 'a Uint8Array', actual };
  expect(failure(() => codec.decode(bytes))).toMatchObject(refusal);
  expect(failure(() => unframe(bytes))).toMatchObject(refusal);
  expect(codec.decodeBatch([good, bytes, good])).toEqual([
    codec.decode(good),
    expect.objectContaining(refusal),
    codec.decode(good),
  ]);
});

describe('decodeBatch', () => {
  it('gives each message its value, or the error of that one alone', () => {
    const codec = codecOf('shop.Order');
    const values = Array.from({ length: 400 }, (_, i) => order({ id: `order-number-${i}` }));
    const messages = values.map((value) => codec.encode(value));
    messages[7] = messages[7]?.subarray(1) ?? new Uint8Array();
    messages[300] = new Uint8Array();
    const decoded = codec.decodeBatch(messages);
    expect(decoded).toHaveLength(400);
    for (const [i, message] of messages.entries()) {
      const got = decoded[i];
      if (i === 7 || i === 300) {
        const alone = failure(() => codec.decode(message));
        expect(got).toMatchObject({ code: alone.code, path: alone.path, offset: alone.offset });
      } else expect(got).toEqual(codec.decode(message));
    }
    expect(codec.decodeBatch([])).toEqual([]);
  });

  it('takes messages larger than any scratch', () => {
    const codec = codecOf('shop.Order');
    const small = codec.encode(order());
    const large = codec.encode(order({ id: 'x'.repeat(200_000) }));
    const decoded = codec.decodeBatch([small, large, small, large]);
    expect(decoded.map((value) => Object(value).id.length)).toEqual([2, 200_000, 2, 200_000]);
  });
});

describe('encode', () => {
  it('names every bad field, before a byte is given', () => {
    const { encode } = codecOf('shop.Order');
    const bad = order({
      id: 5,
      lines: [{ sku: 'a', price: 1 }, { sku: null, price: '2' }, 'none'],
      tags: { color: 1, 'two words': 'fine' },
      at: new Date(Number.NaN),
    });
    const error = failure(() => encode(bad));
    expect(error).toMatchObject({ name: 'AvroError', code: 'AVRO_VALUE', schema: 'shop.Order' });
    expect(Object(error.problems).map(({ path }: { path: string }) => path)).toEqual([
      'id',
      'lines[1].sku',
      'lines[1].price',
      'lines[2]',
      'tags.color',
      'at',
    ]);
  });

  it('works after a failure as before', () => {
    const { encode, decode } = codecOf('shop.Order');
    failure(() => encode(order({ at: 'now' })));
    expect(decode(encode(order()))).toMatchObject({ id: 'o1' });
  });

  it('encodes and decodes from within a getter', () => {
    const codec = codecOf('shop.Order');
    const nested = order();
    const value = {
      ...order(),
      get id() {
        return Object(codec.decode(codec.encode(nested))).id;
      },
    };
    expect(codec.encode(value)).toEqual(codec.encode(order()));
  });

  it('refuses lone surrogates, or replaces them where it is told to', () => {
    const { encode, encodeFramed, decode } = codecOf('shop.Order');
    const value = order({ id: 'a\uD83D' });
    const options = { replaceLoneSurrogates: true };
    expect(failure(() => encode(value))).toMatchObject({ code: 'AVRO_VALUE', path: 'id' });
    expect(decode(encode(value, options))).toMatchObject({ id: 'a\uFFFD' });
    expect(encodeFramed(value, 7, options).subarray(FRAME_BYTES)).toEqual(encode(value, options));
    // Other faults are named as ever, and this one is none.
    const error = failure(() => encode({ ...value, lines: 1 }, options));
    expect(Object(error.problems)).toEqual([expect.objectContaining({ path: 'lines' })]);
  });

  it('frames as frame() does', () => {
    const codec = codecOf('shop.Order');
    expect(Buffer.from(codec.encodeFramed(order(), 7))).toEqual(
      Buffer.from(frame(7, codec.encode(order()))),
    );
  });

  it.each([-1, 2 ** 32, 1.5, Number.NaN])('refuses to frame with the schema id %d', (id) => {
    const codec = codecOf('shop.Order');
    expect(failure(() => codec.encodeFramed(order(), id))).toMatchObject({ code: 'AVRO_FRAME' });
    expect(failure(() => frame(id, new Uint8Array()))).toMatchObject({ code: 'AVRO_FRAME' });
    expect(codec.encodeFramed(order(), 7)).toEqual(codec.encodeFramed(order(), 7));
  });

  it('refuses a circle of records', () => {
    const circle: Record<string, unknown> = order();
    circle.next = circle;
    expect(failure(() => codecOf('shop.Order').encode(circle))).toMatchObject({
      code: 'AVRO_VALUE',
    });
  });
});

it('knows its own version by fingerprint, and no other by an inherited name', () => {
  const codec = codecOf('shop.Order');
  expect(fingerprintOf(codec.schema)).toBe(codec.fingerprint);
  expect(codec.version(codec.fingerprint)).toBe(codec.decode);
  expect(codec.version('constructor')).toBeUndefined();
});

function priced(line: { sku: string }): { sku: string; price: number } {
  return { ...line, price: 1 };
}
