/** Protocols and Avro IDL in a schemas folder are guarded and generated as schemas are. */
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Json } from '../../../runtime/json.js';
import { idlOf } from '../idl-text.js';
import { SchemasFolder } from '../schemas-folder.js';

const order = (...fields: Json[]): Json => ({
  type: 'record',
  name: 'Order',
  namespace: 'acme',
  fields: [{ name: 'id', type: 'long' }, ...fields],
});
const NOTE: Json = { name: 'note', type: 'string' };

/** One definition in each form: a file, and its text. */
const FORMS: readonly (readonly [path: string, text: (json: Json) => string])[] = [
  ['order.avsc', (json) => JSON.stringify(json)],
  ['order.avpr', (json) => JSON.stringify({ protocol: 'acme.P', types: [json] }, null, 2)],
  ['protocol.avsc', (json) => JSON.stringify({ protocol: 'P', namespace: 'x', types: [json] })],
  ['order.avdl', (json) => idlOf(json, 'acme.P')],
];

let folder: SchemasFolder;
beforeEach(async () => {
  folder = await SchemasFolder.create({
    'tavro.json': { topics: { orders: { value: 'acme.Order' } } },
  });
});
afterEach(() => folder.remove());

async function write(path: string, text: string): Promise<void> {
  const file = join(folder.schemas, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function generated(): Promise<Record<string, string>> {
  const entries = await readdir(folder.generated, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('contracts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.root.length), await readFile(path, 'utf8')]),
    ),
  );
}

it('makes the same code and the same history of each form', async () => {
  const made: unknown[] = [];
  for (const [path, text] of FORMS) {
    await write(path, text(order(NOTE)));
    expect(await folder.run('codegen')).toMatchObject({ code: 0 });
    made.push([await generated(), await folder.lockTexts()]);
    await folder.remove();
    folder = await SchemasFolder.create({
      'tavro.json': { topics: { orders: { value: 'acme.Order' } } },
    });
  }
  for (const one of made) expect(one).toEqual(made[0]);
});

it.each(FORMS)('guards what %s defines', async (path, text) => {
  await write(path, text(order()));
  await folder.run('codegen');
  await folder.release();
  await write(path, text(order(NOTE)));
  const { code, out } = await folder.run('check');
  expect(code).toBe(100);
  expect(out).toContain('field-default-missing');
  expect(out).toContain(`schemas/${path}:`);
});

it('mends a protocol where it says so, and never IDL', async () => {
  const [, [avpr, asProtocol] = ['', String], , [avdl, asIdl] = ['', String]] = FORMS;
  await write(avpr, asProtocol(order({ name: 'note', type: ['null', 'string'] })));
  const mended = await folder.run('check', ['--fix']);
  expect(mended.err).toMatch(/fixed nullable-without-default at .*order\.avpr:14:\d+/);
  expect(JSON.parse(await folder.read(avpr))).toMatchObject({
    types: [{ fields: [{ name: 'id' }, { name: 'note', default: null }] }],
  });
  await write(avpr, '{"protocol": "P"}');
  const idl = asIdl(order({ name: 'note', type: ['null', 'string'] }));
  await write(avdl, idl);
  const left = await folder.run('check', ['--fix']);
  expect(left.err).toMatch(
    /not fixed: nullable-without-default at .*order\.avdl:4:\d+ stands in Avro IDL, which is not written here/,
  );
  expect(await folder.read(avdl)).toBe(idl);
});

it('lets files of each form name the types of others', async () => {
  const naming = (name: string, other: string): Json => ({
    type: 'record',
    name,
    namespace: 'acme',
    fields: [{ name: 'other', type: ['null', other], default: null }],
  });
  for (const [i, [path, text]] of FORMS.entries())
    await write(`${i}/${path}`, text(naming(`R${i}`, `acme.R${(i + 1) % FORMS.length}`)));
  await folder.write('tavro.json', {});
  expect(await folder.run('codegen')).toMatchObject({
    code: 0,
    err: expect.stringMatching(/^4 types/),
  });
});

it('tells every problem of IDL at its place, and leaves the rest as it was', async () => {
  await write('order.avsc', JSON.stringify(order()));
  await write('bad.avdl', 'protocol P {\n  record R { int? a; }\n}');
  await write('worse.avdl', 'protocol P {\n\n  import idl "../up.avdl";\n}');
  const { code, err } = await folder.run('codegen');
  expect(code).toBe(1);
  expect(err).toMatch(/bad\.avdl:2:17: error IDL_UNREADABLE/);
  expect(err).toMatch(/worse\.avdl:3:14: error IMPORT_UNKNOWN/);
});

it.each(FORMS)(
  'compares what %s defines with another branch, imports and all',
  async (path, text) => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: folder.root,
      });
    await folder.write('tavro.json', {});
    await folder.write('id.avsc', { type: 'fixed', name: 'Id', namespace: 'acme', size: 8 });
    await write('user.avdl', 'protocol P { import schema "id.avsc"; record acme.User { Id id; } }');
    await write(path, text(order(NOTE)));
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    await write(path, text(order({ name: 'note', type: 'int' })));
    await folder.write('id.avsc', { type: 'fixed', name: 'Id', namespace: 'acme', size: 9 });
    const { code, out } = await folder.run('check', ['--against', 'git:HEAD', '--format', 'json']);
    expect(code).toBe(100);
    const found = JSON.parse(out).findings.map((one: { rule: string; path: string }) => [
      one.rule,
      one.path,
    ]);
    expect(found).toEqual(
      expect.arrayContaining([
        ['type-mismatch', 'note'],
        ['fixed-size-mismatch', 'id'],
      ]),
    );
  },
);
