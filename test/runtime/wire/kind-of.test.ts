import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { AvroError } from '../../../runtime/index.js';
import {
  hasProperties,
  isBytes,
  isDetached,
  kindOf,
  refuseOtherThanBytes,
} from '../../../runtime/wire/kind-of.js';

function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

/** A value of the wrong type, as JavaScript callers give it. */
const wrong = (value: unknown) => value as never;

it.each<[string, unknown]>([
  ['null', null],
  ['undefined', undefined],
  ['array', []],
  ['Uint8Array of 3 bytes', new Uint8Array(3)],
  ['Uint8Array of 0 bytes', Buffer.alloc(0)],
  ['Date', new Date(0)],
  ['invalid Date', new Date(Number.NaN)],
  ['number', 1.5],
  ['number NaN', Number.NaN],
  ['number -Infinity', -Infinity],
  ['bigint', 1n],
  ['string', '7'],
  ['boolean', false],
  ['object', {}],
  ['object', new Map()],
  ['function', () => 1],
])('%s is what a value is called, never the value', (words, value) => {
  expect(kindOf(value)).toBe(words);
});

it.each<[unknown, boolean]>([
  [{}, true],
  [Object.create(null), true],
  [runInNewContext('({})'), true],
  [null, false],
  [undefined, false],
  [[], false],
  [new Map(), false],
  [new Date(0), false],
  [new Uint8Array(1), false],
  ['text', false],
  [() => 1, false],
])('%p has properties: %p', (value, want) => {
  expect(hasProperties(value)).toBe(want);
});

it.each([
  ['bytes', new Uint8Array(1), false],
  ['no bytes', new Uint8Array(0), false],
  ['bytes whose memory went to another thread', detached(), true],
])('%s are detached: %p', (_, bytes, want) => {
  expect(isDetached(bytes)).toBe(want);
});

describe('bytes', () => {
  it.each<[string, Uint8Array]>([
    ['an array', new Uint8Array(2)],
    ['a Buffer', Buffer.alloc(2)],
    ['an array of another realm', runInNewContext('new Uint8Array(2)')],
  ])('are %s', (_, value) => {
    expect(isBytes(value)).toBe(true);
    expect(() => refuseOtherThanBytes(value)).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['object', new ArrayBuffer(2)],
    ['object', new Uint16Array(2)],
    ['array', [1, 2]],
    ['string', 'AAE='],
  ])('are no %s', (actual, value) => {
    expect(isBytes(wrong(value))).toBe(false);
    const run = () => refuseOtherThanBytes(wrong(value));
    const hint = actual === 'string' ? ". Of base64, give Buffer.from(text, 'base64')" : '';
    expect(run).toThrow(AvroError);
    expect(run).toThrow(
      expect.objectContaining({
        code: 'AVRO_BYTES',
        expected: 'a Uint8Array',
        actual,
        message: `Expected a Uint8Array, got ${actual}${hint}`,
      }),
    );
  });
});
