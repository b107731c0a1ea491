/** Attributes that are nearly Avro's: Avro passes over them, and somebody meant them. */
import { expect, it } from '@jest/globals';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import { lint } from '../../../codegen/check/lint.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { printProblem } from '../../../codegen/model/problem.js';
import { SourceText } from '../../../codegen/model/source-text.js';

function said(text: string): string {
  const { problems } = parseFiles([new SourceText('a', text)]);
  return problems.list.map(printProblem).join('\n').replaceAll('\n    fix: ', ' ');
}

const record = (rest: string, field = '"type":"int"'): string =>
  `{"type":"record","name":"A",\n${rest}"fields":[\n{"name":"x",${field}}]}`;

const warns = (place: string, key: string, meant: string): string =>
  `a:${place}: warning ATTRIBUTE_UNKNOWN: Avro gives "${key}" no meaning here. Did you mean "${meant}"?`;

it.each([
  [record('', '"type":"int","defualt":0'), warns('3:26', 'defualt', 'default')],
  [record('', '"type":"int","ordre":"ignore"'), warns('3:26', 'ordre', 'order')],
  [record('', '"type":"int","alias":["y"]'), warns('3:26', 'alias', 'aliases')],
  [
    record('', '"type":{"type":"int","logicaltype":"date"}'),
    warns('3:34', 'logicaltype', 'logicalType'),
  ],
  [
    record('', '"type":{"type":"bytes","logicalType":"decimal","precision":4,"scle":2}'),
    warns('3:74', 'scle', 'scale'),
  ],
  [record('"aliass":["B"],'), warns('2:1', 'aliass', 'aliases')],
  [record('"namepsace":"b",'), warns('2:1', 'namepsace', 'namespace')],
  ['{"type":"enum","name":"A","symbols":["B"],"defalt":"B"}', warns('1:43', 'defalt', 'default')],
])('%s is told of', (text, expected) => expect(said(text)).toBe(expected));

it.each([
  ['a name with a dot', '"acme.docs":"d","defualt.":0'],
  ['what Avro has besides', '"doc":"d","docs":"e"'],
  ['a word that is like one and begins otherwise', '"border":1,"xdoc":1,"sqlOrder":2'],
  ['a word of its own', '"owner":"me","pii":true,"key":true,"tags":[]'],
  ['one that its kind has not', '"precison":2,"symbol":1'],
  ['none at all', '"":1'],
])('%s is let through', (_, attributes) =>
  expect(said(record('', `"type":"int",${attributes}`))).toBe(''),
);

it.each([
  [
    '{"type":"record","name":"A","feilds":[]}',
    'a:1:29: error FIELDS_MISSING: This record has no list of "fields". Did you mean "fields" by "feilds"?',
  ],
  [
    '{"type":"record","name":"A","fields":{"id":"long"}}',
    'a:1:38: error FIELDS_MISSING: This record has no list of "fields". Write a list, each field as {"name": "id", "type": "long"}.',
  ],
  [
    '{"type":"record","name":"A","fields":{"id":{"type":"long"}}}',
    'a:1:38: error FIELDS_MISSING: This record has no list of "fields". Write a list, each field as {"name": "id", "type": …}.',
  ],
  [
    '{"type":"record","name":"A","fields":{}}',
    'a:1:38: error FIELDS_MISSING: This record has no list of "fields". Write a list: "fields": [].',
  ],
  [
    '{"type":"record","name":"A","fields":{"name":"id","type":"long"}}',
    'a:1:38: error FIELDS_MISSING: This record has no list of "fields". Write the field into a list: "fields": [{…}].',
  ],
  [
    '{"type":"record","name":"A","fields":"id"}',
    'a:1:38: error FIELDS_MISSING: This record has no list of "fields". Write a list: "fields": [{"name": "…", "type": "…"}].',
  ],
  [
    '{"type":"record","nmae":"A","fields":[]}',
    'a:1:18: error NAME_MISSING: This record has no name. Did you mean "name" by "nmae"?',
  ],
  [
    '{"tpye":"record","name":"A","fields":[]}',
    'a:1:2: error TYPE_MISSING: This has no "type". Did you mean "type" by "tpye"?',
  ],
  [
    record('', '"typ":"int"'),
    'a:3:13: error TYPE_MISSING: The field x has no "type". Did you mean "type" by "typ"?',
  ],
  [
    '{"type":"enum","name":"A","symbls":["B"]}',
    'a:1:27: error SYMBOLS_MISSING: This enum has no list of "symbols". Did you mean "symbols" by "symbls"?',
  ],
  [
    '{"type":"fixed","name":"A","sise":2}',
    'a:1:28: error SIZE_INVALID: A fixed needs a "size": a whole number of bytes, 0 or more. Did you mean "size" by "sise"?',
  ],
  [
    '{"type":"array","item":"int"}',
    'a:1:17: error ITEMS_MISSING: This array has no "items". Did you mean "items" by "item"?',
  ],
  [
    '{"type":"map","value":"int"}',
    'a:1:15: error ITEMS_MISSING: This map has no "values". Did you mean "values" by "value"?',
  ],
])('%s is an error that says what was meant', (text, expected) =>
  expect(said(text)).toBe(expected),
);

it('is said by the rules too, at the attribute', () => {
  const text = record('"aliass":["B"],"docs":"d",', '"type":"int",\n"defualt":0');
  const findings = lint(parseSchema(text).schema, { rules: rulesOf(['LINT']) });
  expect(
    findings
      .filter(({ rule }) => rule.endsWith('attribute-unknown'))
      .map(({ rule, at, path, message }) => `${rule} ${at.line} ${path}: ${message}`),
  ).toEqual([
    'type-attribute-unknown 2 A: Avro gives "aliass" no meaning here. Did you mean "aliases"? Avro gives "docs" no meaning here. Did you mean "doc"?',
    'field-attribute-unknown 4 A.x: Avro gives "defualt" no meaning here. Did you mean "default"?',
  ]);
});
