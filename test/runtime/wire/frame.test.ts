import { describe, expect, it } from '@jest/globals';
import { AvroError, frame, unframe } from '../../../runtime/index.js';
import { writeFrame } from '../../../runtime/wire/frame.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('a Confluent frame', () => {
  it.each<[number, string]>([
    [0, '0000000000'],
    [1, '0000000001'],
    [0x01020304, '0001020304'],
    [0x7fffffff, '007fffffff'],
    [0x80000000, '0080000000'],
    [0xfedcba98, '00fedcba98'],
    [0xffffffff, '00ffffffff'],
  ])('of schema %i stands before the body and comes off again', (schemaId, head) => {
    const message = frame(schemaId, Uint8Array.of(7, 8));
    expect(hex(message)).toBe(`${head}0708`);
    expect(unframe(message)).toEqual({ schemaId, body: Uint8Array.of(7, 8) });
  });

  it('is written where it is told to be, and nowhere else', () => {
    const bytes = new Uint8Array(8).fill(0xee);
    writeFrame(bytes, 0x01020304, 2);
    expect(hex(bytes)).toBe('eeee0001020304ee');
    writeFrame(bytes, 5);
    expect(hex(bytes)).toBe('00000000050304ee');
  });

  it('is taken off a slice of a larger buffer without a copy', () => {
    const shared = Uint8Array.of(9, 9, 0, 0, 0, 1, 2, 42, 9);
    const { schemaId, body } = unframe(shared.subarray(2, 8));
    expect([schemaId, hex(body)]).toEqual([258, '2a']);
    expect(body.buffer).toBe(shared.buffer);
  });

  it('may hold nothing', () => {
    expect(unframe(new Uint8Array(5))).toEqual({ schemaId: 0, body: new Uint8Array() });
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('takes no schema id of %p', (id) => {
    expect(failure(() => frame(id, new Uint8Array()))).toEqual({
      code: 'AVRO_FRAME',
      expected: 'a schema id of 32 bits',
    });
  });

  it.each([0, 1, 2, 3, 4])('has more than %i bytes', (length) => {
    expect(failure(() => unframe(new Uint8Array(length)))).toEqual({
      code: 'AVRO_FRAME',
      offset: 0,
      expected: '5 bytes',
      actual: `${length} bytes`,
    });
  });

  it.each([1, 2, 255])('does not begin with %i', (magic) => {
    expect(failure(() => unframe(Uint8Array.of(magic, 0, 0, 0, 1, 2)))).toEqual({
      code: 'AVRO_FRAME',
      offset: 0,
      expected: 'magic byte 0',
      actual: `byte ${magic}`,
    });
  });
});

function failure(run: () => unknown): Partial<AvroError> {
  try {
    run();
  } catch (error) {
    if (!(error instanceof AvroError)) throw error;
    const { code, offset, expected, actual } = error;
    return JSON.parse(JSON.stringify({ code, offset, expected, actual }));
  }
  throw new Error('nothing was thrown');
}
