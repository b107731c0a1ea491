/** Bytes of base64 text, in memory that they share. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64Bytes } from '../../consumer/base64-bytes.js';

/** Of what is read here, of what Node reads into shared memory, and of what has memory of its own. */
const BYTES = fc.oneof(
  fc.uint8Array({ maxLength: 30 }),
  fc.uint8Array({ minLength: 20, maxLength: 400 }),
  fc.integer({ min: 8_180, max: 8_200 }).map((length) => new Uint8Array(length).fill(length)),
);

function hex(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString('hex');
}

it('gives what was written, and leaves it alone when more is read', () => {
  fc.assert(
    fc.property(fc.array(BYTES, { maxLength: 30 }), (all) => {
      const read = all.map((bytes) => base64Bytes(Buffer.from(bytes).toString('base64')));
      expect(read.map(hex)).toEqual(all.map(hex));
    }),
  );
});

it('takes what Node takes: the alphabet of URLs, and text without padding', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const read = base64Bytes(Buffer.from(bytes).toString('base64url'));
      expect(read && [...read]).toEqual([...bytes]);
    }),
  );
});

it('takes a text where, and only where, Node reads all of it', () => {
  const characters = fc.constantFrom(...'AB/+-_9z=* \n\u00e9\u4e2d');
  fc.assert(
    fc.property(fc.string({ unit: characters, maxLength: 40 }), (text) => {
      const padding = /={0,2}$/.exec(text)?.[0].length ?? 0;
      const whole = Buffer.from(text, 'base64');
      const isWhole = whole.length === Math.floor(((text.length - padding) * 3) / 4);
      const read = base64Bytes(text);
      expect(read && [...read]).toEqual(isWhole ? [...whole] : undefined);
    }),
  );
});
