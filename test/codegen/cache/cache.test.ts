/** A run that goes by what the last one did says and writes what a run without memory does. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { run } from '../../../codegen/program.js';
import type { Json } from '../../../runtime/json.js';
import { type Edit, type Event, event, filesBelow, happen, project } from './edits.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tavro-cache-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Runs a command in a folder; what it says, with the folder's name left out. */
async function ran(folder: string, argv: readonly string[]): Promise<unknown> {
  const [out, err]: [string[], string[]] = [[], []];
  const schemas = join(folder, 'schemas');
  const folders = [
    '--schemas',
    schemas,
    ...(argv[0] === 'codegen' ? ['--out', join(folder, 'generated')] : []),
  ];
  const code = await run([...argv, ...folders], {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    env: {},
    signal: new AbortController().signal,
    now: () => new Date('2026-11-30T00:00:00Z'),
  });
  const told = (lines: readonly string[]) => lines.join('\n').replaceAll(folder, '');
  return { code, out: told(out), err: told(err) };
}

/** All files of a project with their texts. */
async function texts(folder: string): Promise<readonly (readonly [string, string])[]> {
  const files = (await filesBelow(folder)).filter((path) => !path.includes('node_modules'));
  return Promise.all(
    files.map(async (path) => [path.slice(folder.length), await readFile(path, 'utf8')] as const),
  );
}

it('says and writes the same after any edits', async () => {
  let count = 0;
  let quick = 0;
  await fc.assert(
    fc.asyncProperty(
      project,
      fc.array(event, { minLength: 1, maxLength: 6 }),
      async (first, events) => {
        const [cached, plain] = [
          join(root, `${++count}`, 'cached'),
          join(root, `${count}`, 'plain'),
        ];
        for (const folder of [cached, plain])
          await mkdir(join(folder, 'schemas'), { recursive: true });
        await mkdir(join(cached, 'node_modules'));
        const start: Event = { kind: 'edit', edit: first };
        for (const one of [start, ...events]) {
          for (const folder of [cached, plain]) await happen(folder, one);
          for (const argv of [
            ['check'],
            ['codegen', '--check'],
            ['codegen'],
            ['check', '--format', 'json'],
          ]) {
            const said = await ran(cached, argv);
            expect(said).toEqual(await ran(plain, [...argv, '--no-cache']));
            expect(await texts(cached)).toEqual(await texts(plain));
          }
          quick += (await filesBelow(join(cached, 'node_modules', '.cache'))).length;
        }
        await rm(join(root, `${count}`), { recursive: true });
      },
    ),
    // Of more seeds: npm run test:seeds.
    { numRuns: 15 },
  );
  // It is no test if nothing was ever kept.
  expect(quick).toBeGreaterThan(20);
});

it.each([
  ['gone', undefined],
  ['another kind', { type: 'array', items: 'int' }],
])('refuses a folder whose only type is %s, as a run without memory does', async (_, json) => {
  await mkdir(join(root, 'schemas'));
  await mkdir(join(root, 'node_modules'));
  const record = { type: 'record', name: 'm.A', fields: [] };
  const edits: Event[] = [
    {
      kind: 'edit',
      edit: ['b.avsc', 'c.avsc'].map((path) => [path, { type: 'array', items: 'int' }]),
    },
    { kind: 'edit', edit: [['a.avsc', record]] },
  ];
  for (const one of edits) await happen(root, one);
  expect(await ran(root, ['codegen'])).toMatchObject({ code: 0 });
  expect(await ran(root, ['check'])).toMatchObject({ code: 0 });
  await happen(root, { kind: 'edit', edit: [['a.avsc', json]] });
  for (const command of ['codegen', 'check'])
    expect(await ran(root, [command])).toEqual(await ran(root, [command, '--no-cache']));
});

it('sees an edit beside the type that a topic leads to: its contract tells of the file', async () => {
  const record = (name: string, type: Json): Json => ({
    type: 'record',
    name,
    fields: [{ name: 'x', type, default: null }],
  });
  const others = ['A', 'B', 'C', 'D'].map((one) => [`${one}.avsc`, record(one, 'null')] as const);
  const two = (type: Json): Json => [record('m.Money', 'null'), record('m.Zone', ['null', type])];
  await mkdir(join(root, 'schemas'));
  await mkdir(join(root, 'node_modules'));
  const edits: readonly Edit[] = [
    [
      ...others,
      ['two.avsc', two('int')],
      ['order.avsc', record('m.Order', ['null', 'm.Money'])],
      ['tavro.json', { topics: { orders: { value: 'm.Order' } } }],
    ],
    [['two.avsc', two('long')]],
  ];
  for (const edit of edits) {
    await happen(root, { kind: 'edit', edit });
    expect(await ran(root, ['codegen'])).toMatchObject({ code: 0 });
    expect(await ran(root, ['codegen', '--check', '--no-cache'])).toMatchObject({ code: 0 });
  }
});

it('sees that names outside the grammar come to one', async () => {
  const record = (name: string, field = 'x-1') => ({
    type: 'record',
    name,
    fields: [{ name: field, type: 'int', default: 0 }],
  });
  const others = ['A', 'B', 'C', 'D', 'E', 'F'].map((one) => [`${one}.avsc`, record(one)] as const);
  const edits: readonly Edit[] = [
    [...others, ['tavro.json', { names: 'lenient' }], ['x.avsc', record('m.a-b')]],
    [['y.avsc', record('m.a b')]],
    [['z.avsc', record('m.a_b')]],
    [['x.avsc', record('m.a-b', 'y-1')]],
    [['y.avsc', undefined]],
    [['tavro.json', {}]],
  ];
  const folders = ['cached', 'plain'].map((one) => join(root, one));
  for (const folder of folders) await mkdir(join(folder, 'schemas'), { recursive: true });
  const [cached = '', plain = ''] = folders;
  await mkdir(join(cached, 'node_modules'));
  for (const edit of edits) {
    for (const folder of folders) await happen(folder, { kind: 'edit', edit });
    for (const argv of [['check'], ['codegen', '--check'], ['codegen']]) {
      expect(await ran(cached, argv)).toEqual(await ran(plain, [...argv, '--no-cache']));
      expect(await texts(cached)).toEqual(await texts(plain));
    }
  }
});
