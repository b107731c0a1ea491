/** Names of types that nothing defines: what they are in Avro, or which type was meant. */
import { expect, it } from '@jest/globals';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';

const KNOWN = ['com.acme.Order', 'com.acme.Twin', 'com.b.Twin']
  .map((name) => `{"type":"fixed","size":1,"name":"${name}"}`)
  .join();

/** What is said of a field's type, which begins in column 20 of line 2. */
function said(type: string): string {
  const text = `{"type":"record","name":"shop.R","fields":[\n{"name":"x","type":${type}}]}`;
  const { problems } = parseFiles([
    new SourceText('a', text),
    new SourceText('known', `[${KNOWN}]`),
  ]);
  return problems.list.map(printProblem).join('\n').replace('\n    fix: ', ' ');
}

const TIMESTAMP =
  'In Avro it is a long with a logical type: {"type": "long", "logicalType": "timestamp-millis"}.';
const ORDERS = '{"type": "array", "items": {"type": "array", "items": "com.acme.Order"}}';
const ADD = 'Add the file that defines it, or correct the name.';

it.each([
  ['strng', `Avro's is "string".`],
  ['String', `Avro's is "string".`],
  ['text', `Avro's is "string".`],
  ['Integer', `Avro's is "int".`],
  ['bool', `Avro's is "boolean".`],
  ['bigint', `Avro's is "long".`],
  ['timestamp', TIMESTAMP],
  ['datetime', TIMESTAMP],
  ['timestamp-milis', TIMESTAMP],
  ['date', 'In Avro it is an int with a logical type: {"type": "int", "logicalType": "date"}.'],
  [
    'decimal',
    'In Avro it is bytes with a logical type: {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}.',
  ],
  [
    'duration',
    'In Avro it is a fixed with a logical type: {"type": "fixed", "logicalType": "duration", "name": "Duration", "size": 12}.',
  ],
  ['array', 'Put it one level deeper: "type": {"type": "array", …}.'],
  ['aray', `Avro's is "array". Put it one level deeper: "type": {"type": "array", …}.`],
  ['List', `Avro's is "array". Put it one level deeper: "type": {"type": "array", …}.`],
  ['Ordr', 'Did you mean com.acme.Order?'],
  ['order', 'Did you mean com.acme.Order?'],
  ['Order', 'Did you mean com.acme.Order?'],
  ['Twin', 'Did you mean com.acme.Twin or com.b.Twin?'],
  ['Zebra', ADD],
  ['string[]', 'In Avro it is {"type": "array", "items": "string"}.'],
  ['Order[][]', `In Avro it is ${ORDERS}.`],
  ['string?', 'In Avro it is ["null", "string"], in a field with "default": null.'],
  ['string|null', 'In Avro it is ["null", "string"], in a field with "default": null.'],
  ['int | string', 'In Avro it is ["int", "string"].'],
  ['(Integer|undefined)[]', 'In Avro it is {"type": "array", "items": ["null", "int"]}.'],
  ['array<string>', 'In Avro it is {"type": "array", "items": "string"}.'],
  ['List<Order>', 'In Avro it is {"type": "array", "items": "com.acme.Order"}.'],
  ['map<string>', 'In Avro it is {"type": "map", "values": "string"}.'],
  [
    'Map<String, List<Long>>',
    'In Avro it is {"type": "map", "values": {"type": "array", "items": "long"}}.',
  ],
  ['Record<string, Zebra>', 'In Avro it is {"type": "map", "values": "Zebra"}.'],
  ['Optional<text>', 'In Avro it is ["null", "string"], in a field with "default": null.'],
  [
    'decimal(12,3)',
    'In Avro it is {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3}.',
  ],
  [
    'NUMERIC(8)',
    'In Avro it is {"type": "bytes", "logicalType": "decimal", "precision": 8, "scale": 0}.',
  ],
  ['timestamp(3)', 'In Avro it is {"type": "long", "logicalType": "timestamp-millis"}.'],
  ['varchar(10)', `Avro's is "string", of any length.`],
  ['varbinary(16)', `Avro's is "bytes", of any length.`],
  ['int(11)', `Avro's is "int".`],
  ['list[]', ADD],
  ['string[', ADD],
  ['<>', ADD],
  ['null?', ADD],
  ['enum(A,B)', ADD],
  [`${'('.repeat(150)}`, ADD],
  ['constructor', ADD],
])('%s', (name, advice) =>
  expect(said(JSON.stringify(name))).toBe(
    `a:2:20: error TYPE_UNKNOWN: Nothing defines the type shop.${name}. ${advice}`,
  ),
);

it.each([
  [
    '"com.acme.Ordr"',
    '2:20: error TYPE_UNKNOWN: Nothing defines the type com.acme.Ordr. Did you mean com.acme.Order?',
  ],
  [
    '{"type":"recrod","name":"X","fields":[]}',
    `2:28: error TYPE_UNKNOWN: Nothing defines the type shop.recrod. Avro's is "record".`,
  ],
  [
    '{"type":"timestamp"}',
    `2:28: error TYPE_UNKNOWN: Nothing defines the type shop.timestamp. ${TIMESTAMP}`,
  ],
  [
    '["null","Strnig"]',
    `2:28: error TYPE_UNKNOWN: Nothing defines the type shop.Strnig. Avro's is "string".`,
  ],
  [
    '{"type":"long","logicalType":"timestamp-milis"}',
    '2:35: warning LOGICAL_UNKNOWN: The logical type "timestamp-milis" is not one that Avro names. Avro ignores it and uses the long. Did you mean "timestamp-millis"?',
  ],
  [
    '{"type":"long","logicalType":"datetime"}',
    `2:35: warning LOGICAL_UNKNOWN: The logical type "datetime" is not one that Avro names. Avro ignores it and uses the long. Avro's is "timestamp-millis".`,
  ],
  [
    '{"type":"long","logicalType":"acme-cents"}',
    '2:35: warning LOGICAL_UNKNOWN: The logical type "acme-cents" is not one that Avro names. Avro ignores it and uses the long.',
  ],
])('%s', (type, expected) => expect(said(type)).toBe(`a:${expected}`));

it('is said by the rule about logical types too', () => {
  const { schema } = parseSchema({ type: 'long', logicalType: 'timestamp-milis' });
  const [finding] = lint(schema, { rules: rulesOf(['LINT']) });
  expect(finding?.message).toBe(
    'The logical type "timestamp-milis" is not one that Avro names. Did you mean "timestamp-millis"?',
  );
});

it('is told once a file for all places of the type', () => {
  const text = `{"type":"record","name":"shop.R","fields":[
{"name":"a","type":"Ordr"},
{"name":"b","type":["null","Ordr"]},
{"name":"c","type":{"type":"array","items":"shop.Ordr"}},{"name":"d","type":"Ordr"},
{"name":"e","type":"Twice"},{"name":"f","type":"Twice"}]}`;
  const { problems } = parseFiles([
    new SourceText('a', text),
    new SourceText('b', '"shop.Ordr"'),
    new SourceText('known', `[${KNOWN}]`),
  ]);
  expect(problems.list.map(printProblem)).toEqual([
    'a:2:20: error TYPE_UNKNOWN: Nothing defines the type shop.Ordr, which stands here and in 3 more places: lines 3, 4.\n    fix: Did you mean com.acme.Order?',
    `a:5:20: error TYPE_UNKNOWN: Nothing defines the type shop.Twice, which stands here and in 1 more place: line 5.\n    fix: ${ADD}`,
    'b:1:1: error TYPE_UNKNOWN: Nothing defines the type shop.Ordr.\n    fix: Did you mean com.acme.Order?',
  ]);
});
