/** What plain objects inherit, used as a name wherever a schema, a topic or a map may have one. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lockChanges } from '../../../codegen/history/lock-changes.js';
import type { GeneratedCodec } from '../../../runtime/generated-code.js';
import { parseJson } from '../../../runtime/json.js';
import { compile, generate, importCodecs, writeScratch } from '../generated-project.js';
import { SchemasFolder } from '../schemas-folder.js';

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
];

/** A record with a name, with fields, an enum and a map that use all of them. */
function recordOf(name: string): string {
  const symbols = NAMES.map((one) => JSON.stringify(one)).join();
  const fields = NAMES.map(
    (field, i) => `{"name":"${field}","type":"int"${i % 2 === 0 ? `,"default":${i}` : ''}}`,
  );
  // As text: JavaScript's literals cannot say __proto__.
  return `{"type":"record","name":"${name}","fields":[${fields.join()},
    {"name":"symbol","type":{"type":"enum","name":"E.${name}","symbols":[${symbols}]},"default":"__proto__"},
    {"name":"map","type":{"type":"map","values":"int"},"default":{"__proto__":1,"constructor":2}}]}`;
}

let folder: SchemasFolder;
beforeAll(async () => {
  folder = await SchemasFolder.create();
  for (const name of NAMES) await folder.write(`${name}.avsc`, parseJson(recordOf(name)));
  const topics = NAMES.map((name) => `"${name}":{"value":"${name}","config":{"__proto__":"x"}}`);
  await folder.write(
    'tavro.json',
    parseJson(`{"registry":{"subjects":"record"},"topics":{${topics.join()}}}`),
  );
  expect(await folder.run('codegen')).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

it('gives each of them a subject in the lock', async () => {
  const { subjects } = await folder.lock();
  expect([...subjects.keys()].sort()).toEqual([...NAMES].sort());
  for (const [name, { type }] of subjects) expect(type).toBe(name);
});

it('prints a lock that reads back as it was', async () => {
  const { files } = lockChanges({ subjects: new Map() }, await folder.lock());
  const printed = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  expect(printed).toEqual(await folder.lockTexts());
  expect(await folder.run('codegen', ['--check'])).toMatchObject({ code: 0 });
});

it.each(NAMES)('guards the subject %s', async (name) => {
  const file = `${name}.avsc`;
  const before = await folder.read(file);
  const lock = await folder.lockTexts();
  await folder.release();
  await folder.write(
    file,
    parseJson(before.replace(/("constructor",\s*"type": )"int"/, '$1"string"')),
  );
  const { code, out } = await folder.run('check');
  expect(code).toBe(100);
  expect(out).toContain(name);
  await folder.write(file, parseJson(before));
  await folder.restoreLock(lock);
});

it('puts each of them into the contracts', async () => {
  const { contracts }: { contracts: { topics: object } } = await import(
    pathToFileURL(join(folder.generated, 'contracts.ts')).href
  );
  expect(Object.keys(contracts.topics).sort()).toEqual([...NAMES].sort());
});

it('encodes and decodes all of them, and fills in their defaults', async () => {
  const generated = generate(NAMES.map((name) => parseJson(recordOf(name))));
  expect(await compile(await writeScratch('inherited-compile', generated.files))).toEqual([]);
  const codecs = await importCodecs('inherited-codecs', generated);
  for (const name of NAMES) {
    // Safe: the type was generated just now.
    const codec = codecs.get(name) as GeneratedCodec<object, unknown>;
    const value = Object.fromEntries([
      ...NAMES.map((field, i) => [field, i + 10]),
      ['symbol', 'constructor'],
      ['map', Object.fromEntries(NAMES.map((key, i) => [key, i]))],
    ]);
    expect(Object.entries(codec.decode(codec.encode(value)))).toEqual(Object.entries(value));
    const given = Object.fromEntries(
      NAMES.flatMap((field, i) => (i % 2 === 0 ? [] : [[field, 7]])),
    );
    expect(Object.entries(codec.decode(codec.encode(given)))).toEqual([
      ...NAMES.map((field, i) => [field, i % 2 === 0 ? i : 7]),
      ['symbol', '__proto__'],
      ['map', parseJson('{"__proto__":1,"constructor":2}')],
    ]);
  }
});
