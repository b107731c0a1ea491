/** Files that yield no code are named, and a folder of nothing else is refused. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { SchemasFolder } from '../schemas-folder.js';

const ORDER = '{"type":"record","name":"acme.Order","fields":[]}';
const PROTOCOL = '{"protocol":"Shop","namespace":"acme","types":[],"messages":{}}';

let folder: SchemasFolder;
afterEach(() => folder.remove());

async function create(files: Readonly<Record<string, string>>): Promise<void> {
  folder = await SchemasFolder.create();
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder.schemas, path)), { recursive: true });
    await writeFile(join(folder.schemas, path), text);
  }
}

async function run(command: string): Promise<{ code: number; err: string }> {
  const { code, err } = await folder.run(command);
  return { code, err: err.replaceAll(`${folder.root}/`, '') };
}

const EMPTY =
  'Nothing in the schemas folder schemas defines a record, an enum or a fixed: there is no code to make.';
const ADVICE = 'Put .avsc, .avpr or .avdl files there, or name another folder with --schemas.';

it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  ['with nothing', {}, []],
  [
    'with what is no schema',
    { 'README.md': '# Schemas', 'tavro.json': '{}', 'x/package.json': '{}' },
    [],
  ],
  [
    'with IDL and protocols that define nothing',
    { 'foo.avdl': 'protocol Foo {}', 'x/bar.avpr': PROTOCOL },
    [
      'schemas/foo.avdl: note: passed over: its protocol defines no types.',
      'schemas/x/bar.avpr: note: passed over: its protocol defines no types.',
    ],
  ],
  [
    'with schemas under other endings',
    {
      'a.AVSC': ORDER,
      'a.Avdl': 'protocol Foo {}',
      'a.avpr.txt': PROTOCOL,
      'b.avsc.txt': ORDER,
      'c.json': ORDER,
      'd.json': PROTOCOL,
      'e.json': `[${ORDER}]`,
      'f.json': '{"type":"module","name":"x"}',
      'g.json': '{',
    },
    [
      'schemas/a.AVSC: note: passed over: its name does not end in .avsc.',
      'schemas/a.Avdl: note: passed over: its name does not end in .avdl.',
      'schemas/a.avpr.txt: note: passed over: its name does not end in .avpr.',
      'schemas/b.avsc.txt: note: passed over: its name does not end in .avsc.',
      'schemas/c.json: note: passed over: it holds a schema, and its name does not end in .avsc.',
      'schemas/d.json: note: passed over: it holds a schema, and its name does not end in .avsc.',
      'schemas/e.json: note: passed over: it holds a schema, and its name does not end in .avsc.',
    ],
  ],
  [
    'with schemas that have no name',
    {
      'a.avsc': '"string"',
      'b.avsc': '{"type":"array","items":"long"}',
      'c.avsc': '["null","string"]',
      'd.avsc': '[]',
    },
    [
      'schemas/a.avsc: note: passed over: its schema, a string, has no name, and no topic carries it: no code is made of it. A topic of tavro.json may: { "file": "a.avsc" }.',
      'schemas/b.avsc: note: passed over: its schema, an array, has no name, and no topic carries it: no code is made of it. A topic of tavro.json may: { "file": "b.avsc" }.',
      'schemas/c.avsc: note: passed over: its schema, a union, has branches without a name, and no topic carries it: no code is made of them.',
      'schemas/d.avsc: note: passed over: its schema, a union, has no branches: no code is made of it.',
    ],
  ],
])('refuses a folder %s', async (_, files, notes) => {
  await create(files);
  for (const command of ['codegen', 'check', 'plan'])
    expect(await run(command)).toEqual({ code: 1, err: [EMPTY, ...notes, ADVICE].join('\n') });
});

it('names what it passes over beside what it takes', async () => {
  await create({
    'order.avsc': ORDER,
    'foo.avdl': 'protocol Foo { void ping(); record acme.Ping {} }',
    'rpc.avpr': PROTOCOL.replace('{}', '{"a":{},"b":{}}'),
    'list.avsc': '{"type":"array","items":"acme.Order"}',
    'both.avsc': '["acme.Order",{"type":"fixed","name":"F","size":1}]',
    'alias.avsc': '"acme.Order"',
  });
  const notes = [
    'schemas/alias.avsc: note: passed over: it only names acme.Order, which schemas/order.avsc defines.',
    'schemas/foo.avdl: note: passed over: the message of its protocol: only types have code.',
    'schemas/list.avsc: note: passed over: its schema, an array, has no name, and no topic carries it: no code is made of it. A topic of tavro.json may: { "file": "list.avsc" }.',
    'schemas/rpc.avpr: note: passed over: its protocol defines no types.',
  ];
  expect(await run('codegen')).toEqual({
    code: 0,
    err: [...notes, '3 types, 0 topics; 5 files written.'].join('\n'),
  });
  expect((await run('check')).err).toContain(notes.join('\n'));
});

it('takes a protocol that is called a schema for what it is', async () => {
  await create({ 'bar.avsc': PROTOCOL.replace('[]', `[${ORDER}]`) });
  expect(await run('codegen')).toEqual({
    code: 0,
    err: '1 type, 0 topics; 3 files written.',
  });
});
