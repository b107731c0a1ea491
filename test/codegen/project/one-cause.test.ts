/** One cause, one error: what a broken file would define is not said to be missing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { SchemasFolder } from '../schemas-folder.js';

const CONFIG = {
  topics: {
    orders: { value: 'acme.Order', key: 'string' },
    files: { value: { file: 'order.avsc' }, key: 'string' },
    both: { value: { file: 'order.avsc', type: 'acme.Order' }, key: 'string' },
    lines: { value: 'acme.Line', key: { avro: { type: 'array', items: 'acme.Order' } } },
  },
};
const LINE = {
  type: 'record',
  name: 'acme.Line',
  fields: [{ name: 'order', type: 'Order' }],
};

let folder: SchemasFolder | undefined;
afterEach(() => folder?.remove());

async function codegen(files: Readonly<Record<string, string>>, config = {}): Promise<string> {
  folder = await SchemasFolder.create({
    'line.avsc': LINE,
    'tavro.json': { ...CONFIG, ...config },
  });
  for (const [path, text] of Object.entries(files))
    await writeFile(join(folder.schemas, path), text);
  const { code, out, err } = await folder.run('codegen');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect((await folder.run('check')).err).toBe(err);
  return err.replaceAll(`${folder.schemas}/`, '');
}

const FIELD = '{"name":"id","type":"long"}';

it.each<[string, string, string]>([
  [
    'a comma too many',
    `{"type":"record","name":"acme.Order","fields":[${FIELD},]}`,
    '1:75: error JSON_SYNTAX: Not JSON: a trailing comma stands before "]".\n    fix: Remove the comma.',
  ],
  [
    'a field without a type',
    '{"type":"record","name":"acme.Order","fields":[{"name":"id"}]}',
    '1:48: error TYPE_MISSING: The field id has no "type".',
  ],
  [
    'a field of an unknown type',
    '{"type":"record","name":"acme.Order","fields":[{"name":"id","type":"Nowhere"}]}',
    '1:68: error TYPE_UNKNOWN: Nothing defines the type acme.Nowhere.\n    fix: Add the file that defines it, or correct the name.',
  ],
  [
    'a bad default',
    '{"type":"record","name":"acme.Order","fields":[{"name":"id","type":"long","default":"1"}]}',
    '1:85: error DEFAULT_INVALID: The default of acme.Order.id is no long.',
  ],
  [
    'no name',
    `{"type":"record","nmae":"acme.Order","fields":[${FIELD}]}`,
    '1:18: error NAME_MISSING: This record has no name.\n    fix: Did you mean "name" by "nmae"?',
  ],
  [
    'no type',
    `{"name":"Order","namespace":"acme","fields":[${FIELD}]}`,
    '1:1: error TYPE_MISSING: This has no "type".',
  ],
  [
    'a record in a "type"',
    `{"type":{"type":"record","name":"acme.Order","fields":[${FIELD}]}}`,
    '1:9: error TYPE_INVALID: A "type" within an object must be a name.\n    fix: Write the inner type in place of the object around it.',
  ],
  [
    'no fields',
    '{"type":"record","name":"acme.Order"}',
    '1:1: error FIELDS_MISSING: This record has no list of "fields".\n    fix: Add "fields": [], with the fields in it if there are any.',
  ],
])('%s', async (_, order, expected) => {
  expect(await codegen({ 'order.avsc': order })).toBe(`order.avsc:${expected}`);
});

it('says what is wrong elsewhere too, where the broken file has nothing to do with it', async () => {
  const topics = { ...CONFIG.topics, gone: { value: 'acme.Refund', key: 'string' } };
  const err = await codegen(
    { 'order.avsc': '{"name":"acme.Order"', 'item.avsc': '["null","acme.Entry"]' },
    { topics },
  );
  expect(err.split('\n').filter((line) => line.includes('error'))).toEqual([
    'order.avsc:1:21: error JSON_SYNTAX: Not JSON: the file ends before the "{" at line 1, column 1 is closed.',
    'item.avsc:1:9: error TYPE_UNKNOWN: Nothing defines the type acme.Entry.',
    'tavro.json:30:16: error TYPE_UNKNOWN: the topic gone carries acme.Refund, which no schema defines. Defined: acme.Line.',
  ]);
});

it('says that a type is missing where a sound file only looks as if it defined it', async () => {
  const err = await codegen({
    'order.avsc':
      '{"type":"record","name":"acme.Order","fields":[{"name":"id","type":{"type":"acme.Line","name":"Entry"}}]}',
    'item.avsc': '["null","acme.Entry"]',
  });
  expect(err).toBe(
    'item.avsc:1:9: error TYPE_UNKNOWN: Nothing defines the type acme.Entry.\n    fix: Add the file that defines it, or correct the name.',
  );
});

it.each([
  ['IDL', 'p.avdl', '@namespace("acme") protocol P { record Order { long id } }'],
  [
    'a protocol',
    'p.avpr',
    '{"protocol":"P","namespace":"acme","types":[{"type":"recrod","name":"Order","fields":[]}]}',
  ],
])('%s', async (_, path, text) => {
  const topics = { orders: { value: 'acme.Order', key: 'string' } };
  const err = await codegen({ [path]: text }, { topics });
  expect(err.match(/: error /g)).toHaveLength(1);
  expect(err.startsWith(path)).toBe(true);
});

it('names two definitions of one file as such only where it can tell', async () => {
  const inner = '{"type":"enum","name":"Kind","symbols":["A",1]}';
  const err = await codegen({
    'order.avsc': `{"type":"record","name":"acme.Order","fields":[{"name":"a","type":${inner}},{"name":"b","type":${inner.replace('1', '"B"')}}]}`,
  });
  expect(err).toBe('order.avsc:1:111: error SYMBOL_INVALID: "symbols" holds strings only.');
});

it('asks for no version of a topic whose type cannot be read', async () => {
  const topics = { orders: { value: 'acme.Order', key: 'string', oldestRetained: 3 } };
  const err = await codegen({ 'order.avsc': '{' }, { topics });
  expect(err).toMatch(/^order\.avsc:1:2: error JSON_SYNTAX: .*\n {4}fix: .*$/);
});

it.each<[string, object, string]>([
  [
    'a topic that is no object',
    { topics: { orders: 'acme.Line' } },
    'topic orders must be an object.',
  ],
  [
    'a misspelt "value"',
    { topics: { orders: { valeu: 'acme.Line' } } },
    '"valeu" is not known here. Did you mean "value"? Known: value, key, subjects, compatibility, partitions, config, oldestRetained.',
  ],
  [
    'a misspelt "file"',
    { topics: { orders: { value: { fiel: 'line.avsc' } } } },
    '"fiel" is not known here. Did you mean "file"? Known: avro, file, type.',
  ],
  [
    'a waiver that is no object',
    { topics: {}, check: { waivers: ['field-removed'] } },
    'A waiver must be an object.',
  ],
  [
    'a misspelt logical type',
    { topics: {}, logicalTypes: { dat: 'nubmer' } },
    '"dat" is no logical type. Did you mean "date"? Avro names: …',
  ],
  [
    'a conversion whose "module" is no text',
    { topics: {}, logicalTypes: { date: { module: 1, conversion: 'c', type: 't' } } },
    '"module" must be a string.',
  ],
])('%s in tavro.json', async (_, config, expected) => {
  const line = { type: 'record', name: 'acme.Line', fields: [] };
  const err = await codegen({ 'line.avsc': JSON.stringify(line) }, config);
  expect(err.replace(/^tavro\.json:\d+:\d+: /, '').replace(/(names: ).*/, '$1…')).toBe(expected);
});
