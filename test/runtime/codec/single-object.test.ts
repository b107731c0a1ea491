import { describe, expect, it } from '@jest/globals';
import {
  decodeSingleObject,
  encodeSingleObject,
  fingerprintOf,
  frameSingleObject,
  isSingleObject,
  unframeSingleObject,
} from '../../../runtime/avro.js';
import { AvroError, type Codec } from '../../../runtime/index.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';

const CLICK = { user_id: 'u1', url: '/', timestamp: new Date(0) };

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AvroError) return error.code;
    throw error;
  }
  return 'nothing thrown';
}

describe('single-object encoding', () => {
  it('puts the marker and the little-endian fingerprint first', () => {
    // CRC-64-AVRO of "int", from the table of Avro's own tests: 0x7275d51a3f395c8f.
    expect(fingerprintOf('"int"')).toBe('7275d51a3f395c8f');
    const message = frameSingleObject('7275d51a3f395c8f', Uint8Array.of(2));
    expect(Buffer.from(message).toString('hex')).toBe('c3018f5c393f1ad5757202');
  });

  it('takes a message apart without a copy', () => {
    const buffer = Buffer.concat([
      Buffer.from('ffff', 'hex'),
      frameSingleObject('0000000000000001', Uint8Array.of(7, 8)),
    ]);
    const { fingerprint, body } = unframeSingleObject(buffer.subarray(2));
    expect(fingerprint).toBe('0000000000000001');
    expect([...body]).toEqual([7, 8]);
    expect(body.buffer).toBe(buffer.buffer);
  });

  it('reads what it writes', () => {
    const message = encodeSingleObject(UserClickCodec, CLICK);
    expect(isSingleObject(message)).toBe(true);
    expect(decodeSingleObject(UserClickCodec, message)).toEqual(CLICK);
  });

  it('asks for the decoder of the version that wrote', () => {
    const asked: string[] = [];
    const old: Pick<Codec<string, never>, 'name' | 'version'> = {
      name: 'Old',
      version: (fingerprint) => {
        asked.push(fingerprint);
        return (bytes) => `${bytes.length} bytes of an old version`;
      },
    };
    const message = frameSingleObject('00000000000000ab', Uint8Array.of(1, 2, 3));
    expect(decodeSingleObject(old, message)).toBe('3 bytes of an old version');
    expect(asked).toEqual(['00000000000000ab']);
  });

  it.each<[string, () => unknown, string]>([
    ['too short a message', () => unframeSingleObject(Buffer.from('c301', 'hex')), 'AVRO_FRAME'],
    ['another marker', () => unframeSingleObject(Buffer.alloc(20)), 'AVRO_FRAME'],
    [
      'an unknown writer',
      () => decodeSingleObject(UserClickCodec, frameSingleObject('00'.repeat(8), Buffer.alloc(1))),
      'AVRO_WRITER_UNKNOWN',
    ],
    [
      'a damaged body',
      () =>
        decodeSingleObject(UserClickCodec, encodeSingleObject(UserClickCodec, CLICK).slice(0, -1)),
      'AVRO_TRUNCATED',
    ],
    ['a fingerprint that is none', () => frameSingleObject('xyz', Buffer.alloc(1)), 'AVRO_VALUE'],
  ])('refuses %s', (_, run, code) => {
    expect(codeOf(run)).toBe(code);
  });
});
