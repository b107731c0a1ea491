import { expect, it } from '@jest/globals';
import { resolvingDecoder } from '../../../runtime/avro.js';
import { AvroError } from '../../../runtime/index.js';
import { UserClickCodec } from '../../frozen/generated/com/mycompany/events/UserClick.js';

const LONG_URL = 'https://example.com/a-path-that-is-not-short';
/** Bytes of the field that only the writer has. */
const DROPPED = '\u0006abc';

function writerSchema(): string {
  const schema = JSON.parse(UserClickCodec.schema);
  schema.fields.unshift({ name: 'dropped', type: 'string' });
  return JSON.stringify(schema);
}

function sent(): Buffer {
  const click = { user_id: 'ann', url: LONG_URL, timestamp: new Date(0) };
  return Buffer.concat([Buffer.from(DROPPED), UserClickCodec.encode(click)]);
}

const decode = resolvingDecoder(writerSchema(), UserClickCodec);

it('reads what another schema wrote', () => {
  expect(decode(sent())).toEqual({ user_id: 'ann', url: LONG_URL, timestamp: new Date(0) });
});

const url = sent().indexOf(LONG_URL);
const last = sent().length - 1;

// A fault of the rewriting, and some that only the reader's codec finds, in bytes that nobody sent.
it.each<[string, () => Uint8Array, Partial<AvroError>]>([
  [
    'a message cut off',
    () => sent().subarray(0, 7),
    { code: 'AVRO_TRUNCATED', path: 'user_id', offset: 4, actual: '2 bytes' },
  ],
  [
    'a string that is not UTF-8',
    () => sent().fill(0xff, url, url + 1),
    { code: 'AVRO_UTF8', path: 'url', offset: url, actual: 'other bytes' },
  ],
  [
    'a date out of range',
    () => Buffer.concat([sent().subarray(0, last), Buffer.from('feffffffffffff1f', 'hex')]),
    { code: 'AVRO_LOGICAL', path: 'timestamp', offset: last + 7, actual: 'a value out of range' },
  ],
])('says where the fault is in the bytes that were sent: %s', (_, bytes, where) => {
  const run = () => decode(bytes());
  expect(run).toThrow(AvroError);
  expect(run).toThrow(expect.objectContaining({ ...where, schema: UserClickCodec.name }));
  expect(run).toThrow(`(byte ${where.offset})`);
});
