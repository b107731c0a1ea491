/** What `tavro.json` says that a topic carries: all the ways to say it, and what is wrong with them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { SchemasFolder } from '../schemas-folder.js';

const record = (name: string, fields: Readonly<Record<string, Json>> = {}): Json => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
});
const FILES = {
  'created.avsc': record('ev.Created', { id: 'long' }),
  'deleted.avsc': record('ev.Deleted', { id: 'long' }),
  'one.avsc': record('io.Same', { id: 'long' }),
  'two.avsc': record('io.Same', { url: ['null', 'string'] }),
  'prices.avsc': { type: 'map', values: 'double' },
};

let folder: SchemasFolder;
afterEach(() => folder.remove());

async function codegen(topic: Json, registry: Json = {}) {
  folder = await SchemasFolder.create({
    ...FILES,
    'tavro.json': { topics: { t: topic }, registry },
  });
  const { code, err } = await folder.run('codegen');
  return { code, err: err.replaceAll(`${folder.schemas}/`, '') };
}

/** Subjects of the lock, each with the name of its type. */
async function subjects(topic: Json, registry: Json = {}) {
  const { err, code } = await codegen(topic, registry);
  expect({ err, code }).toMatchObject({ code: 0 });
  const { subjects: all } = await folder.lock();
  return Object.fromEntries([...all].map(([subject, { type }]) => [subject, type]));
}

describe('a topic carries', () => {
  it.each<[string, Json, Json, Readonly<Record<string, string>>]>([
    ['a primitive', { value: { avro: 'string' } }, {}, { 't-value': 'string' }],
    [
      'a primitive with attributes as key',
      { value: 'ev.Created', key: { avro: { type: 'long', 'connect.version': 1 } } },
      {},
      { 't-value': 'ev.Created', 't-key': 'long' },
    ],
    ['the root of a file', { value: { file: 'prices.avsc' } }, {}, { 't-value': 'map' }],
    [
      'the root of a file, by a subject that it names',
      { value: { file: 'prices.avsc' }, subjects: { value: 'p' } },
      { subjects: 'record' },
      { p: 'map' },
    ],
    [
      'a type by its name in the words of Avro',
      { value: [{ avro: 'ev.Created' }], subjects: 'record' },
      {},
      { 'ev.Created': 'ev.Created' },
    ],
    ['the named root of a file', { value: { file: 'one.avsc' } }, {}, { 't-value': 'io.Same' }],
    [
      'one of two definitions of a name',
      { value: { file: 'two.avsc', type: 'io.Same' } },
      {},
      { 't-value': 'io.Same' },
    ],
    [
      'a union under one subject',
      { value: ['ev.Created', 'ev.Deleted'] },
      {},
      { 't-value': 'union' },
    ],
    [
      'several types by topic and record',
      { value: ['ev.Created', 'ev.Deleted'], subjects: 'topic-record' },
      {},
      { 't-ev.Created': 'ev.Created', 't-ev.Deleted': 'ev.Deleted' },
    ],
    [
      'several types as the project has it',
      { value: ['ev.Created', { file: 'one.avsc', type: 'io.Same' }], key: { avro: 'int' } },
      { subjects: 'record', context: '.c' },
      { ':.c:ev.Created': 'ev.Created', ':.c:io.Same': 'io.Same', ':.c:t-key': 'int' },
    ],
    [
      'several types under names of their own',
      {
        value: ['ev.Created', 'ev.Deleted'],
        subjects: { value: { 'ev.Created': 'one', 'ev.Deleted': 'two' } },
      },
      {},
      { one: 'ev.Created', two: 'ev.Deleted' },
    ],
    ['raw bytes as keys', { value: 'ev.Created', key: 'bytes' }, {}, { 't-value': 'ev.Created' }],
  ])('%s', async (_, topic, registry, expected) => {
    expect(await subjects(topic, registry)).toEqual(expected);
  });
});

describe('what is wrong is told at its place', () => {
  it.each<[string, Json, Json, string]>([
    ['a primitive by name', { value: 'long' }, {}, 'For Avro write { "avro": "long" }.'],
    ['a number', { value: 3 }, {}, '"value" must be the full name of a type'],
    ['an empty object', { value: {} }, {}, '"value" needs "avro", a schema, or "file"'],
    [
      'Avro beside a file',
      { value: { avro: 'int', file: 'one.avsc' } },
      {},
      '"avro" is a schema by itself',
    ],
    ['an unknown key', { value: { files: 'one.avsc' } }, {}, 'Did you mean "file"?'],
    ['a name of two definitions', { value: 'io.Same' }, {}, 'TYPE_AMBIGUOUS'],
    [
      'such a name in a union',
      { value: { avro: ['null', 'io.Same'] } },
      {},
      'several files define io.Same differently',
    ],
    [
      'a file that is not there',
      { value: { file: 'price.avsc' } },
      {},
      'FILE_UNKNOWN: the topic t carries what is in "price.avsc"',
    ],
    [
      'a type of another file',
      { value: { file: 'one.avsc', type: 'ev.Created' } },
      {},
      'this file does not define it',
    ],
    [
      'a definition in place',
      { value: { avro: record('ev.New') } },
      {},
      'ev.New is defined in tavro.json: put it into a file of its own',
    ],
    ['a type that nobody defines', { value: { avro: ['null', 'ev.No'] } }, {}, 'ev.No'],
    [
      'a file without its type by record',
      { value: { file: 'one.avsc' }, subjects: 'record' },
      {},
      'give its "type" beside the "file"',
    ],
    [
      'a file without a name by record',
      { value: 'ev.Created', key: { file: 'prices.avsc' }, subjects: 'topic-record' },
      {},
      'if it has no name, name the subject: "subjects": { "key": "…" }',
    ],
    ...['../prices.avsc', './prices.avsc', '/prices.avsc', 'a\\b.avsc', 'x.txt', 'tavro.json'].map(
      (file): [string, Json, Json, string] => [
        `a file that is none of the folder: ${file}`,
        { value: { file } },
        {},
        '"file" must be a .avsc, .avpr or .avdl file of the schemas folder',
      ],
    ),
    [
      'a case without a name',
      { value: ['ev.Created', { avro: 'string' }], subjects: 'topic-record' },
      {},
      '"string" has no name: a case is a type by its full name.',
    ],
    ['an empty union', { value: [] }, {}, '"value" names no type.'],
    [
      'a subject of no type',
      { value: ['ev.Created'], subjects: { value: { 'ev.Created': 'one', 'ev.Craeted': 'two' } } },
      {},
      '"ev.Craeted" is no type that the topic carries. Did you mean "ev.Created"? It carries: ev.Created.',
    ],
    ['no type at all by record', { value: [], subjects: 'record' }, {}, '"value" names no type.'],
    [
      'a type twice',
      { value: ['ev.Created', 'ev.Created'], subjects: 'record' },
      {},
      'ev.Created stands here twice',
    ],
    [
      'a type without a subject',
      { value: ['ev.Created', 'ev.Deleted'], subjects: { value: { 'ev.Created': 'one' } } },
      {},
      '"value" names no subject of ev.Deleted',
    ],
    [
      'an oldest version of nobody knows which type',
      { value: ['ev.Created', 'ev.Deleted'], subjects: 'record', oldestRetained: 2 },
      {},
      '"oldestRetained" must name each type: { "value": { "acme.Created": 3 } }.',
    ],
    [
      'an oldest version of another type',
      { value: ['ev.Created'], subjects: 'record', oldestRetained: { value: { 'ev.Deleted': 1 } } },
      {},
      '"ev.Deleted" is no type that the topic carries. It carries: ev.Created.',
    ],
    [
      'oldest versions by type where there is one',
      { value: 'ev.Created', oldestRetained: { value: { 'ev.Created': 1 } } },
      {},
      '"oldestRetained" names types, but the values are all of one: write a number.',
    ],
    [
      'an oldest version that one type does not have',
      {
        value: ['ev.Created', 'ev.Deleted'],
        subjects: 'record',
        oldestRetained: { value: { 'ev.Deleted': 2 } },
      },
      {},
      'has "oldestRetained" v2 of its ev.Deleted, but the newest is v1.',
    ],
    [
      'a subject of raw keys',
      { value: 'ev.Created', key: 'bytes', subjects: { key: 'k' } },
      {},
      'The keys of t have no schema',
    ],
  ])('%s', async (_, topic, registry, expected) => {
    const { code, err } = await codegen(topic, registry);
    expect(code).toBe(1);
    expect(err).toContain(expected);
    expect(err).toMatch(/^tavro\.json:\d+:\d+: /m);
  });
});

it('tells of each type since when its data is there', async () => {
  const topic = { value: ['ev.Created', 'ev.Deleted'], subjects: 'record' };
  expect((await codegen(topic)).code).toBe(0);
  await folder.release();
  const grown = record('ev.Deleted', { id: 'long' });
  const why = { name: 'why', type: 'string', default: '' };
  await folder.write('deleted.avsc', { ...Object(grown), fields: [...Object(grown).fields, why] });
  const oldestRetained = { value: { 'ev.Deleted': 2 } };
  await folder.write('tavro.json', { topics: { t: { ...topic, oldestRetained } } });
  expect((await folder.run('codegen')).code).toBe(0);
  const contract = await readFile(join(folder.generated, 'contracts', 't.ts'), 'utf8');
  expect(contract).toMatch(
    /'ev\.Created': \{\s+subject: 'ev\.Created',\s+version: 'v1',\s+retained: \['v1'\],/,
  );
  expect(contract).toMatch(/version: 'v2',\s+retained: \['v2'\],\s+older: \['v1'\],/);
});
