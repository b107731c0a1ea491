/** Types as rules about code show them. */
import { expect, it } from '@jest/globals';
import { shown } from '../../../codegen/check/rules/source-field-retyped.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import type { Json } from '../../../runtime/json.js';
import { as, decimal, E, fixed, MILLIS } from './small-schemas.js';

it.each<[Json, string]>([
  ['null', 'null'],
  ['boolean', 'boolean'],
  ['int', 'number'],
  ['float', 'number'],
  ['double', 'number'],
  ['long', 'bigint'],
  ['bytes', 'Uint8Array'],
  ['string', 'string'],
  [E, 'E'],
  [fixed('n.F', 2), 'F'],
  [MILLIS, 'Date'],
  [as('long', 'timestamp-micros'), 'bigint'],
  [as('int', 'time-millis'), 'number'],
  [as('string', 'uuid'), 'string'],
  [fixed('n.U', 16, { logicalType: 'uuid' }), 'string'],
  [decimal(4, 2), 'string'],
  [{ type: 'array', items: 'int' }, '(number)[]'],
  [{ type: 'map', values: 'long' }, '{ [key: string]: bigint }'],
  [['null', 'string'], 'string | null'],
  [['string', 'null', 'int'], 'number | string | null'],
  [['int', 'double'], "{ case: 'double'; value: number } | { case: 'int'; value: number }"],
  [[MILLIS, 'string'], 'Date | string'],
  [[decimal(4, 2), 'int'], 'number | string'],
  [
    ['null', decimal(4, 2), 'string'],
    "{ case: 'bytes'; value: string } | { case: 'string'; value: string } | null",
  ],
])('%j is shown as %s', (json, type) => {
  expect(shown(parseSchema(json).schema)).toBe(type);
});
