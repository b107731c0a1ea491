/** Schemas that were once read wrongly: `found/`, a file each. */
import { expect, it } from '@jest/globals';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { canonicalForm, readSchema } from '../../../runtime/avro.js';
import type { Json } from '../../../runtime/json.js';
import { foundBeside } from '../../found.js';

interface Given {
  readonly schema: Json;
  /** Its parsing canonical form, for codegen and runtime. */
  readonly canonical: string;
}

it.each(foundBeside<Given>(import.meta.url))('%s', (_, { schema, canonical }) => {
  expect(canonicalForm(parseSchema(schema).schema)).toBe(canonical);
  expect(canonicalForm(readSchema(JSON.stringify(schema)))).toBe(canonical);
});
