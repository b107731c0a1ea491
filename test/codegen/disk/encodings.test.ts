import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { SchemasFolder } from '../schemas-folder.js';

const SCHEMA = `{"type": "record", "name": "R", "fields": [
  {"name": "a", "type": "int"},
  {"name": "city", "type": "string", "default": "Zürich"}
]}`;
const CONFIG = '{"topics": {\n"r": {"value": "R", "config": {"x": "ü"}}}}';

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create();
  await put('r.avsc', Buffer.from(SCHEMA));
  await put('tavro.json', Buffer.from(CONFIG));
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
});
afterEach(() => folder.remove());

function put(path: string, bytes: Uint8Array): Promise<void> {
  return writeFile(join(folder.schemas, path), bytes);
}

function utf16(text: string, isMarked: boolean): Uint8Array {
  return Buffer.from(`${isMarked ? '\uFEFF' : ''}${text}`, 'utf16le');
}

it.each<[string, string, Uint8Array, string]>([
  ['a schema in Latin-1', 'r.avsc', Buffer.from(SCHEMA, 'latin1'), 'r.avsc:3: not UTF-8'],
  ['a schema in UTF-16', 'r.avsc', utf16(SCHEMA, true), 'r.avsc is UTF-16'],
  ['a schema in UTF-16 without a mark', 'r.avsc', utf16(SCHEMA, false), 'r.avsc is UTF-16'],
  ['a schema in big-endian UTF-16', 'r.avsc', Buffer.from(utf16(SCHEMA, true)).swap16(), 'UTF-16'],
  [
    'a schema cut within a character',
    'r.avsc',
    Buffer.from(SCHEMA).subarray(0, SCHEMA.indexOf('ü') + 1),
    'r.avsc:3:',
  ],
  ['tavro.json in Latin-1', 'tavro.json', Buffer.from(CONFIG, 'latin1'), 'tavro.json:2: not UTF-8'],
  [
    'a lock in Latin-1',
    'lock/r-value.json',
    Buffer.from('{"ü": 1}', 'latin1'),
    'lock/r-value.json:1: not UTF-8',
  ],
  ['one of before in Latin-1', 'lock.json', Buffer.from('"ü"', 'latin1'), 'lock.json:1: not UTF-8'],
])('refuses %s, by file and line', async (_, path, bytes, message) => {
  await put(path, bytes);
  for (const command of ['codegen', 'check']) {
    const { code, err } = await folder.run(command);
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain('Save the file as UTF-8.');
  }
});

it('takes a byte order mark of UTF-8 before every file', async () => {
  for (const path of ['r.avsc', 'tavro.json', 'lock/r-value.json'])
    await put(path, Buffer.from(`\uFEFF${await folder.read(path)}`));
  expect(await folder.run('codegen', ['--check'])).toMatchObject({ code: 0, out: '' });
});

it('leaves a package.json in Latin-1 as it is', async () => {
  const project = join(folder.root, 'project');
  await mkdir(project);
  const bytes = Buffer.from('{"author": "Jürg"}', 'latin1');
  await writeFile(join(project, 'package.json'), bytes);
  const { code, err } = await folder.run('init', ['--project', project, '--schemas', 'schemas']);
  expect(code).toBe(1);
  expect(err).toContain('package.json:1: not UTF-8');
});
