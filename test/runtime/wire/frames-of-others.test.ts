/** Bytes that are no Avro behind a frame: named where that is certain, and never wrongly. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSchema } from '../../../runtime/avro.js';
import { frame, schemaIdBytes } from '../../../runtime/index.js';
import { foreignBody, foreignFrame, nameOfOthers } from '../../../runtime/wire/frames-of-others.js';
import { arbitraryMessage } from '../arbitrary-message.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'));
const utf16 = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le'));
const bigEndian = (text: string) => Uint8Array.from(Buffer.from(text, 'utf16le').swap16());
const base64 = (bytes: Uint8Array) => utf8(Buffer.from(bytes).toString('base64'));

const SECRET = 'payload-secret';
const JSON_TEXT = JSON.stringify({ [SECRET]: 1, ü: '😀' });
const UUID = '6cc0432b86184f44bccce1fbd8fb7c4d';
/** Avro of `{ user: string, at: long }`. */
const AVRO = hex('04 7531 8080c0eadd5b');

const JSON_SAYS = 'It looks like JSON text';
const TEXT_SAYS = 'It is readable text';

describe.each<[string, string, readonly (readonly [string, Uint8Array])[]]>([
  [
    'JSON',
    JSON_SAYS,
    [
      ['an object', utf8(JSON_TEXT)],
      ['an empty one', utf8('{}')],
      ['a list in lines', utf8('\r\n\t[1,\n2]\n')],
      ['behind a byte order mark', hex(`efbbbf${Buffer.from(JSON_TEXT).toString('hex')}`)],
    ],
  ],
  [
    'a container file',
    'readContainer of tavro/avro',
    [['of Avro', hex('4f626a01 0416 6176726f2e736368656d61')]],
  ],
  ['gzip', 'compressed with gzip', [['of zlib', Uint8Array.from(gzipSync(SECRET))]]],
  // Made by zstd 1.5.6, lz4 1.10.0 and python-snappy 0.7.3 of "hello".
  [
    'zstd',
    'compressed with zstd',
    [['of the command', hex('28b52ffd0405290000 68656c6c6f 9b9f1a2f')]],
  ],
  [
    'lz4',
    'compressed with lz4',
    [['of the command', hex('04224d186440a705000080 68656c6c6f 00000000')]],
  ],
  [
    'snappy',
    'compressed with snappy',
    [
      ['framed', hex('ff060000734e61507059 0109 0000')],
      ['of xerial', hex('82534e4150505900 00000001 00000001')],
    ],
  ],
  [
    'XML',
    'It is XML text',
    [
      ['with its declaration', utf8(`<?xml version="1.0"?>\n<a>${SECRET}</a>`)],
      ['an element', utf8(`\n<order:line id="7"><b/>${SECRET}</order:line>\n`)],
    ],
  ],
])('%s', (_, says, rows) => {
  it.each(rows)('%s is named, alone and behind a frame', (_, bytes) => {
    for (const named of [foreignFrame(bytes), foreignBody(bytes), nameOfOthers(bytes)]) {
      expect(named).toContain(says);
      expect(named).not.toContain(SECRET);
    }
    // A frame that is one is the registry's to judge.
    expect(foreignFrame(frame(7, bytes))).toBeUndefined();
  });
});

describe('where no frame begins the message', () => {
  it.each<[string, Uint8Array, string]>([
    ['a single object', hex('c301 0102030405060708'), 'decodeSingleObject'],
    ['a message of Glue', hex(`0300 ${UUID} 02`), 'AWS Glue Schema Registry'],
    ['a compressed one', hex(`0305 ${UUID} 789c`), 'AWS Glue Schema Registry'],
    ['text', utf8('Hello, this is a test.'), TEXT_SAYS],
    ['CSV', utf8('id,name\r\n1,"Zoë"\r\n'), TEXT_SAYS],
    ['JSON that was cut', utf8('{"secret": "va'), TEXT_SAYS],
    ['JSON line by line', utf8('{"a":1}\n{"a":2}\n'), TEXT_SAYS],
    ['a frame in base64', base64(frame(7, AVRO)), 'It is base64 text of a message with a frame'],
    ['UTF-16 with its mark', utf16('\ufeffgrüß Gott'), 'It is text in UTF-16'],
    ['the other way about', bigEndian('\ufeff日本 7'), 'It is text in UTF-16'],
    ['UTF-16 without a mark', utf16(JSON_TEXT.slice(0, 17)), 'It is text in UTF-16'],
    ['which then begins as a frame does', bigEndian('{"id": 7}'), 'It is text in UTF-16'],
  ])('%s is named', (_, bytes, says) => {
    expect(foreignFrame(bytes)).toContain(says);
    expect(foreignFrame(bytes)).not.toContain('secret');
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['Avro', AVRO],
    ['a string of Avro, whose length is a letter', utf8(`@${'a'.repeat(32)}`)],
    ['a frame', frame(7, AVRO)],
    ['a frame with a GUID', schemaIdBytes('4e4edcd2-844e-c10a-537b-f96ef9241304')],
    ['Protobuf', hex('0a03 616263 1007')],
    ["Protobuf in Confluent's framing", hex('00 00000007 00 0a03616263')],
    ['MessagePack', hex('82a2696407a46e616d65a3616e6e')],
    ['zlib', Uint8Array.from(deflateSync('hello hello'))],
    ['brotli', Uint8Array.from(brotliCompressSync('hello hello'))],
    ['a 3 and no UUID', hex(`0300 ${'08'.repeat(18)}`)],
    ['a 3 and half a UUID', hex(`0300 ${UUID.slice(16)}`)],
    ['a 3 and another compression', hex(`0301 ${UUID} 02`)],
    ['a single object that was cut', hex('c301 01020304050607')],
    ['gzip that was cut', hex('1f8b0800 0000')],
    ['gzip of no method', hex(`1f8b0700 ${'00'.repeat(20)}`)],
    ['a long of Avro that begins as UTF-16 does', hex('fffeffffffffef7f')],
    ['a short word', utf8('hello')],
    ['text with a control', utf8('hello \u0000 hello')],
    ['what is no UTF-8', hex('68656c6c6f20ff68656c6c6f')],
    ['a word of capitals', utf8('ABSOLUTE')],
    ['more text than a message has', new Uint8Array(1_048_577).fill(0x41)],
    ['a few zeros between letters', hex('4800 6500 6c00')],
  ])('%s is not', (name, bytes) => {
    if (name === 'a word of capitals') expect(foreignFrame(bytes)).toContain(TEXT_SAYS);
    else expect(foreignFrame(bytes)).toBeUndefined();
    expect(foreignBody(bytes)).toBeUndefined();
  });
});

describe('Avro is not named', () => {
  const schema = readSchema(
    JSON.stringify({
      type: 'record',
      name: 'Any',
      fields: [
        { name: 'text', type: 'string' },
        { name: 'id', type: 'long' },
        { name: 'maybe', type: ['null', 'bytes'] },
        { name: 'tags', type: { type: 'map', values: 'string' } },
        { name: 'lines', type: { type: 'array', items: ['int', 'double', 'string'] } },
        { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 4 } },
      ],
    }),
  );
  const small = ['"string"', '"long"', '"bytes"', '"double"', '{"type":"array","items":"int"}'];
  const message = fc.oneof(
    arbitraryMessage(schema),
    ...small.map((text) => arbitraryMessage(readSchema(text))),
    // A letter as its length.
    fc
      .string({ minLength: 32, maxLength: 63 })
      .map((text) => Uint8Array.of(2 * utf8(text).length, ...utf8(text))),
  );

  it('behind the frame of an id or of a GUID', () => {
    const id = fc.nat({ max: 2 ** 29 - 1 });
    fc.assert(
      fc.property(message, id, (body, schemaId) => {
        expect(foreignFrame(frame(schemaId, body))).toBeUndefined();
        expect(foreignBody(body)).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
  });

  it('without a frame, but for being text where it is', () => {
    fc.assert(
      fc.property(message, (bytes) => {
        const named = foreignFrame(bytes) ?? TEXT_SAYS;
        expect(named).toContain(TEXT_SAYS);
      }),
      { numRuns: 5_000 },
    );
  });
});
