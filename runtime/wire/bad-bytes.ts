import { AvroError, type AvroErrorCode } from '../errors.js';

/** What was found in place of what was expected: a kind, never the data. */
const FOUND: { readonly [Code in AvroErrorCode]?: string } = {
  AVRO_TRUNCATED: 'the end of the message',
  AVRO_VARINT: 'more bits',
  AVRO_BOOLEAN: 'another byte',
  AVRO_INDEX: 'an index out of range',
  AVRO_UTF8: 'other bytes',
  AVRO_LENGTH: 'a number out of range',
  AVRO_LIMIT: 'more',
  AVRO_UNSAFE_NUMBER: 'a larger long',
};

/** What a message is shown as when it fails: code, where, what was expected and what was found. */
export class BadBytes extends AvroError {
  constructor(
    code: AvroErrorCode,
    {
      expected,
      actual = FOUND[code],
      offset,
    }: { expected: string; actual: string | undefined; offset: number },
  ) {
    const got = actual === undefined ? '' : `, got ${actual}`;
    super(code, `Expected ${expected}${got}`, { expected, actual, offset });
  }
}
