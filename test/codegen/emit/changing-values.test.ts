/** Values that are not what they seem: they hold things elsewhere, change while written, or are gone. */
import { beforeAll, expect, it } from '@jest/globals';
import type { GeneratedCodec } from '../../../runtime/generated-code.js';
import { generate, importCodecs } from '../generated-project.js';

const point = {
  type: 'record',
  name: 'Point',
  fields: [{ name: 'x', type: 'int' }],
};
const open = {
  type: 'record',
  name: 'Open',
  fields: [{ name: 'note', type: ['null', 'string'], default: null }],
};
const schema = {
  type: 'record',
  name: 'Value',
  fields: [
    { name: 'points', type: { type: 'array', items: point }, default: [] },
    { name: 'numbers', type: { type: 'array', items: 'double' }, default: [] },
    { name: 'texts', type: { type: 'array', items: ['null', 'string'] }, default: [] },
    { name: 'labels', type: { type: 'map', values: 'int' }, default: {} },
    { name: 'open', type: ['null', open], default: null },
    { name: 'bytes', type: 'bytes', default: '' },
  ],
};

let codec: GeneratedCodec<unknown, unknown>;
beforeAll(async () => {
  const codecs = await importCodecs('changing-values', generate([schema]));
  const found = codecs.get('Value');
  if (found === undefined) throw new Error('no codec');
  codec = found;
});

/** Points of which the second changes the list when it is written. */
function points(change: (list: unknown[]) => void): unknown[] {
  const list: unknown[] = [{ x: 1 }];
  list.push({
    get x() {
      change(list);
      return 2;
    },
  });
  list.push({ x: 3 });
  return list;
}

/** A list whose length is another one each time that it is asked for. */
function restless(item: unknown): unknown[] {
  let length = 1;
  return new Proxy([item, item, item, item, item, item, item, item], {
    get: (list, key, receiver) => (key === 'length' ? length++ : Reflect.get(list, key, receiver)),
  });
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

it.each<[string, () => object, string]>([
  ['a list that grows', () => ({ points: points((list) => list.push({ x: 4 })) }), 'points'],
  ['a list that shrinks', () => ({ points: points((list) => list.pop()) }), 'points'],
  ['a proxy of records', () => ({ points: restless({ x: 1 }) }), 'points'],
  ['a proxy of doubles', () => ({ numbers: restless(1) }), 'numbers'],
  ['a proxy of unions', () => ({ texts: restless('x') }), 'texts'],
  ['a Map for a map', () => ({ labels: new Map([['a', 1]]) }), 'labels'],
  ['a Date for a map', () => ({ labels: new Date() }), 'labels'],
  [
    'a Map for a record of nothing but defaults',
    () => ({ open: new Map([['note', 'x']]) }),
    'open',
  ],
  ['a list for a record of nothing but defaults', () => ({ open: ['note'] }), 'open'],
  ['a Promise for all of it', () => Promise.resolve({ bytes: new Uint8Array(1) }), ''],
  ['bytes whose memory went away', () => ({ bytes: detached() }), 'bytes'],
])('refuses %s, and says where', (_, value, path) => {
  let refused: unknown;
  try {
    codec.encode(value());
  } catch (error) {
    refused = error;
  }
  expect(refused).toMatchObject({ code: 'AVRO_VALUE' });
  expect(String(Object(refused).path)).toMatch(new RegExp(`^${path}($|\\[)`));
});

it('refuses what changes once only, with nothing left to point at', () => {
  let once = true;
  const list = points((all) => {
    if (once) all.push({ x: 4 });
    once = false;
  });
  const problem = { expected: 'a value that can be encoded', actual: 'one that changes' };
  expect(() => codec.encode({ points: list })).toThrow(
    expect.objectContaining({ code: 'AVRO_VALUE', ...problem }),
  );
});

it('writes each item by its place, whatever the list says of its iterator', () => {
  class Twice extends Array<unknown> {
    override *[Symbol.iterator](): ArrayIterator<unknown> {
      for (let i = 0; i < this.length * 2; i++) yield this[i % this.length];
    }
  }
  const bytes = codec.encode({ points: Twice.from([{ x: 1 }, { x: 2 }]) });
  expect(codec.decode(bytes)).toMatchObject({ points: [{ x: 1 }, { x: 2 }] });
});
