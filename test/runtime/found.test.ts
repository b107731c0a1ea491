/** Messages that a reader once did not answer, or answered wrongly: `found/`, a file each. */
import { expect, it } from '@jest/globals';
import { readSchema, toAvroJson, transcoder } from '../../runtime/avro.js';
import type { Json } from '../../runtime/json.js';
import { foundBeside } from '../found.js';

interface Given {
  readonly schema: Json;
  readonly hex: string;
  /** The code of the error that is the answer. */
  readonly code: string;
}

it.each(foundBeside<Given>(import.meta.url))('%s', (_, { schema, hex, code }) => {
  const read = () => readSchema(JSON.stringify(schema));
  const bytes = Buffer.from(hex, 'hex');
  const refusal = expect.objectContaining({ code });
  expect(() => toAvroJson(read(), bytes)).toThrow(refusal);
  expect(() => transcoder(read(), read())(bytes)).toThrow(refusal);
});
