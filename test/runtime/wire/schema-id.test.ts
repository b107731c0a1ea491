import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AvroError,
  frame,
  readSchemaId,
  SCHEMA_ID_HEADERS,
  schemaIdBytes,
  unframe,
} from '../../../runtime/index.js';
import { openFrame, schemaIdLength, writeSchemaId } from '../../../runtime/wire/schema-id.js';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';

describe('what a header says of a schema', () => {
  it.each([
    ['an id', 0x01020304, '0001020304'],
    ['the least id', 0, '0000000000'],
    ['the greatest id', 0xffffffff, '00ffffffff'],
    ['a GUID', GUID, '014e4edcd2844ec10a537bf96ef9241304'],
    ['a GUID of zeros', '00000000-0000-0000-0000-000000000000', `01${'00'.repeat(16)}`],
    ['a GUID of ones', 'ffffffff-ffff-ffff-ffff-ffffffffffff', `01${'ff'.repeat(16)}`],
  ])('%s', (_, id, bytes) => {
    expect(hex(schemaIdBytes(id))).toBe(bytes);
    expect(readSchemaId(Buffer.from(bytes, 'hex'))).toBe(id);
  });

  it('is named as Confluent names it', () => {
    expect(SCHEMA_ID_HEADERS).toEqual({ key: '__key_schema_id', value: '__value_schema_id' });
  });

  it('comes back as it was written, from wherever it lies in memory', () => {
    const id = fc.nat({ max: 0xffffffff });
    const guid = fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] });
    fc.assert(
      fc.property(fc.oneof(id, guid), fc.uint8Array({ maxLength: 8 }), (schemaId, before) => {
        const bytes = schemaIdBytes(schemaId);
        expect(bytes).toHaveLength(schemaIdLength(schemaId));
        const shared = Uint8Array.of(...before, ...bytes, 9, 9);
        const slice = shared.subarray(before.length, before.length + bytes.length);
        expect(readSchemaId(slice)).toBe(schemaId);
        // The same stands before a body.
        const { schemaId: found, body } = openFrame(shared.subarray(before.length));
        expect([found, hex(body)]).toEqual([schemaId, '0909']);
      }),
    );
  });

  it('is that of one schema or refused, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const length = [5, 17][bytes[0] ?? 2];
        if (bytes.length === length) expect(schemaIdBytes(readSchemaId(bytes))).toEqual(bytes);
        else expect(() => readSchemaId(bytes)).toThrow(AvroError);
      }),
    );
  });

  it.each([
    ['nothing', '', 'it is empty'],
    ['another magic byte', '0200000001', 'its first byte is 2, neither 0 (an id) nor 1 (a GUID)'],
    ['text', Buffer.from('7').toString('hex'), 'its first byte is 55'],
    ['an id cut short', '000000', 'after 0 come 2 bytes, and an id has 4'],
    ['a GUID cut short', '014e4edcd2', 'after 1 come 4 bytes, and a GUID has 16'],
    ['an id and more', '000000000100', "Protobuf's message indexes stand there"],
    ['a GUID and more', `01${'00'.repeat(17)}`, "Protobuf's message indexes stand there"],
  ])('is refused of %s', (_, bytes, why) => {
    const read = () => readSchemaId(Buffer.from(bytes, 'hex'));
    expect(read).toThrow(why);
    expect(read).toThrow(expect.objectContaining({ code: 'AVRO_FRAME' }));
  });

  it.each(['', '7', GUID.slice(1), `${GUID}0`, GUID.replace('4', 'g'), '🦊'.repeat(16)])(
    'is not written of %p',
    (text) => {
      const expected = 'a GUID of 32 hex digits';
      expect(() => schemaIdBytes(text)).toThrow(
        expect.objectContaining({ code: 'AVRO_FRAME', expected }),
      );
    },
  );

  it('takes the place of another one in bytes that are there', () => {
    const bytes = schemaIdBytes('00000000-0000-0000-0000-000000000000');
    writeSchemaId(bytes, GUID.toUpperCase());
    expect(readSchemaId(bytes)).toBe(GUID);
  });
});

describe('a frame before the body', () => {
  it('of an id is the one that it always was', () => {
    const message = frame(7, Uint8Array.of(1, 2));
    expect(openFrame(message)).toEqual(unframe(message));
  });

  it('of a GUID may hold nothing', () => {
    expect(openFrame(schemaIdBytes(GUID))).toEqual({ schemaId: GUID, body: new Uint8Array() });
  });

  it('is none that begins with 1 and is too short for a GUID', () => {
    expect(() => openFrame(schemaIdBytes(GUID).subarray(0, 16))).toThrow('the first byte is 1');
  });
});

describe('bytes of others', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  // Of bytes 0x88, whose version and variant are those of a UUID.
  const glue = (compression: number) =>
    Uint8Array.of(3, compression, ...Array<number>(18).fill(0x88));

  it.each<[string, Uint8Array, string]>([
    ['a message of Glue', glue(0), 'AWS Glue Schema Registry'],
    ['a compressed one', glue(5), 'AWS Glue Schema Registry'],
    ['a single object', Uint8Array.of(0xc3, 1, 1, 2, 3, 4, 5, 6, 7, 8), 'decodeSingleObject'],
    ['a container file', Uint8Array.of(...bytes('Obj'), 1, 0), 'readContainer'],
    ['a JSON object', bytes('{"secret":1}'), 'It looks like JSON text'],
    ['a short JSON object', bytes('{}'), 'It looks like JSON text'],
    ['a JSON list in lines', bytes('\r\n\t [1]'), 'It looks like JSON text'],
    ['plain Avro', Uint8Array.of(2, 97, 14, 4, 5, 6), 'without a Schema Registry serializer'],
    ['another 3', glue(1), 'without a Schema Registry serializer'],
    ['a short 3', Uint8Array.of(3, 0, 1, 2, 3, 4), 'without a Schema Registry serializer'],
    ['other text', bytes('secret {}'), 'It is readable text'],
    ['nothing', new Uint8Array(), 'without a Schema Registry serializer'],
  ])('%s', (_, message, says) => {
    for (const open of [unframe, openFrame]) {
      expect(() => open(message)).toThrow(says);
      expect(() => open(message)).not.toThrow('secret');
    }
  });
});
