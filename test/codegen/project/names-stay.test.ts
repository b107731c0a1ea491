/** What generated code calls things does not depend on order, and does not move when others come. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameTypes, topicConstants } from '../../../codegen/emit/naming.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';
import { factsOf, lockOf, printFormat1 } from '../history/locks.js';
import { SchemasFolder } from '../schemas-folder.js';

/** Topics of which many want the same constant, some the one that another gets by its number. */
const TOPICS = ['orders.v1', 'orders-v1', 'orders_v1', 'ordersV1', 'ordersV1_2', 'ordersV12', 'x'];

const topicsOf = (names: readonly string[]) => names.map((name) => ({ name }));
const shuffled = (names: readonly string[]) =>
  fc.shuffledSubarray([...names], { minLength: names.length });

describe('constants of topics', () => {
  it('are the same in each order', () => {
    const expected = [...topicConstants(topicsOf(TOPICS))].sort();
    expect(expected).toEqual([
      ['orders-v1', 'ordersV1'],
      ['orders.v1', 'ordersV1_2'],
      ['ordersV1', 'ordersV1_3'],
      ['ordersV12', 'ordersV12'],
      ['ordersV1_2', 'ordersV12_2'],
      ['orders_v1', 'ordersV1_4'],
      ['x', 'x'],
    ]);
    fc.assert(
      fc.property(shuffled(TOPICS), (order) => {
        expect([...topicConstants(topicsOf(order))].sort()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('stay when topics come and go, and are never given twice', () => {
    const steps = fc.array(fc.subarray(TOPICS), { maxLength: 6 });
    fc.assert(
      fc.property(steps, (all) => {
        let kept: ReadonlyMap<string, string> = new Map();
        for (const names of all) {
          const next = topicConstants(topicsOf(names), kept);
          for (const [topic, constant] of kept) expect(next.get(topic)).toBe(constant);
          expect(new Set(next.values()).size).toBe(next.size);
          expect([...next.keys()]).toEqual(expect.arrayContaining(names));
          kept = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});

const TYPES = ['m.User', 'm.USER', 'm.user', 'm.User_2', 'm.Con', 'topics', 'topics_2'];

const recordOf = (name: string): Json => ({ type: 'record', name, fields: [] });

function modelOf(names: readonly string[]) {
  const sources = names.map((name) => new SourceText(name, JSON.stringify(recordOf(name))));
  return parseFiles(sources).types;
}

it('names types alike in each order', () => {
  const paths = (order: readonly string[]) =>
    [...nameTypes(modelOf(order))].map(([{ name }, { path }]) => [name, path]).sort();
  expect(paths(TYPES)).toEqual([
    ['m.Con', 'm/Con'],
    ['m.USER', 'm/USER'],
    ['m.User', 'm/User_3'],
    ['m.User_2', 'm/User_2'],
    ['m.user', 'm/user_4'],
    ['topics', 'topics_3'],
    ['topics_2', 'topics_2'],
  ]);
  fc.assert(
    fc.property(shuffled(TYPES), (order) => {
      expect(paths(order)).toEqual(paths(TYPES));
    }),
    { numRuns: 100 },
  );
});

describe('in a project', () => {
  let folder: SchemasFolder;
  beforeEach(async () => {
    folder = await SchemasFolder.create({ 'a.avsc': recordOf('n.A') });
  });
  afterEach(() => folder.remove());

  const files = async (path: string) => (await readdir(join(folder.generated, path))).sort();

  async function codegen(topics: readonly string[] = []): Promise<Record<string, string>> {
    const entries = topics.map((name) => [name, { value: 'n.A' }]);
    await folder.write('tavro.json', { topics: Object.fromEntries(entries) });
    expect(await folder.run('codegen')).toMatchObject({ code: 0 });
    expect(await folder.run('codegen', ['--check'])).toMatchObject({ code: 0, out: '' });
    return Object.fromEntries((await folder.lock()).names?.topics ?? []);
  }

  it('keeps a constant when a topic is put before it, and when its own topic goes', async () => {
    expect(await codegen(['orders.v1'])).toEqual({ 'orders.v1': 'ordersV1' });
    const both = { 'orders.v1': 'ordersV1', 'orders-v1': 'ordersV1_2' };
    expect(await codegen(['orders-v1', 'orders.v1'])).toEqual(both);
    expect(await codegen(['orders-v1'])).toEqual(both);
    expect(await codegen(['orders_v1', 'orders.v1'])).toEqual({ ...both, orders_v1: 'ordersV1_3' });
  });

  it('keeps the constants of a lock that was written before they were kept', async () => {
    await codegen(['orders.v1']);
    const { names: _, ...old } = await folder.lock();
    await folder.writeFormat1(old);
    expect((await folder.lock()).names).toBeUndefined();
    expect(await codegen(['orders-v1', 'orders.v1'])).toEqual({
      'orders.v1': 'ordersV1',
      'orders-v1': 'ordersV1_2',
    });
  });

  it('keeps the file of a type when one comes that differs in case only', async () => {
    await folder.write('u.avsc', recordOf('m.User'));
    await codegen();
    expect(await folder.lockTexts()).toEqual({});
    await folder.write('u.avsc', [recordOf('m.USER'), recordOf('m.User')]);
    await codegen();
    expect(await files('m')).toEqual(['USER_2.ts', 'User.ts']);
    expect(await folder.lockTexts()).toEqual({
      'lock/~types.json': '{"format": 2,\n"types": {\n"m.USER": "USER_2",\n"m.User": "User"\n}}\n',
    });
    // Without the output, which may not be committed, the lock still says so; and when one goes.
    await folder.remove();
    folder = await SchemasFolder.create({ 'a.avsc': recordOf('n.A') });
    await folder.write('u.avsc', [recordOf('m.USER'), recordOf('m.User')]);
    await folder.write('lock.json', {
      format: 1,
      names: { types: { 'm.USER': 'USER_2', 'm.User': 'User' } },
      subjects: {},
    });
    await codegen();
    expect(await files('m')).toEqual(['USER_2.ts', 'User.ts']);
    await folder.write('u.avsc', recordOf('m.USER'));
    await codegen();
    expect(await files('m')).toEqual(['USER_2.ts']);
  });

  const ofTypes = (types: Readonly<Record<string, string>>) => ({
    'lock/~types.json': JSON.stringify({ format: 2, types }),
  });

  it('says what moves where a merge gives two topics one constant', async () => {
    await codegen(['orders.v1']);
    const subject = 'lock/orders.v1-value.json';
    const one = (await folder.lockTexts())[subject] ?? '';
    const other = one.replaceAll('orders.v1', 'orders-v1');
    await folder.write('tavro.json', {
      topics: { 'orders.v1': { value: 'n.A' }, 'orders-v1': { value: 'n.A' } },
    });
    await folder.restoreLock({ 'lock/orders-v1-value.json': other });
    const note =
      'note: the topic orders.v1 is ordersV1_2 from now on: the lock gives ordersV1 to orders-v1 too, as after a merge. Code that was written for it means the other one now: put ordersV1_2 in place of ordersV1 there.';
    const stale = await folder.run('codegen', ['--check']);
    expect(stale).toMatchObject({ code: 100, err: expect.stringContaining(note) });
    expect((await folder.run('codegen')).err).toContain(note);
    expect(Object.fromEntries((await folder.lock()).names?.topics ?? [])).toEqual({
      'orders-v1': 'ordersV1',
      'orders.v1': 'ordersV1_2',
    });
    // It is so from now on.
    expect((await folder.run('codegen', ['--no-cache'])).err).not.toContain('note:');
  });

  it('says what moves where a merge gives two types one name', async () => {
    await folder.write('u.avsc', [recordOf('m.USER'), recordOf('m.User')]);
    await codegen();
    await folder.restoreLock(ofTypes({ 'm.USER': 'User', 'm.User': 'User' }));
    expect((await folder.run('codegen')).err).toContain(
      'note: the type m.User is User_2 from now on: the lock gives User to m.USER too, as after a merge.',
    );
    expect(await files('m')).toEqual(['User.ts', 'User_2.ts']);
  });

  it('keeps the names of types that files define differently, by file', async () => {
    const variant = (field: string): Json => ({
      type: 'record',
      name: 'm.R',
      fields: [{ name: field, type: 'int' }],
    });
    await folder.write('b.avsc', variant('b'));
    await folder.write('c.avsc', variant('c'));
    await codegen();
    const names = { 'm.R of b.avsc': 'R', 'm.R of c.avsc': 'R_2' };
    expect(Object.fromEntries((await folder.lock()).names?.types ?? [])).toEqual(names);
    await folder.write('a.avsc', variant('a'));
    await folder.write('tavro.json', {});
    expect(await folder.run('codegen')).toMatchObject({ code: 0 });
    expect(Object.fromEntries((await folder.lock()).names?.types ?? [])).toEqual({
      ...names,
      'm.R of a.avsc': 'R_3',
    });
  });
});

it('calls the constants of an enum what its symbols are, whatever else has such a name', async () => {
  const symbols = ['symbols', 'Status', 'StatusCodec', 'class', 'A', 'a', '__proto__', 'prototype'];
  const folder = await SchemasFolder.create({
    's.avsc': { type: 'enum', name: 'm.Status', symbols },
  });
  await folder.run('codegen');
  const text = await readFile(join(folder.generated, 'm/Status.ts'), 'utf8');
  const constants = /Object\.freeze\(\{([\s\S]*?)\} as const/.exec(text)?.[1] ?? '';
  const keys = [...constants.matchAll(/^ *(?:\['(\w+)'\]|'(\w+)'|(\w+)): '(\w+)',$/gm)];
  expect(keys.map(([, ...names]) => names.filter((name) => name !== undefined))).toEqual(
    symbols.map((symbol) => [symbol, symbol]),
  );
  await folder.remove();
});

describe('topics that are one to the metrics of Kafka', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['two', ['a.b', 'a_b'], ['3:5 a_b and a.b (2:5)']],
    ['two, the other way around', ['a_b', 'x', 'a.b'], ['4:5 a.b and a_b (2:5)']],
    [
      'three',
      ['a.b.c', 'a_b.c', 'a.b_c'],
      ['3:5 a_b.c and a.b.c (2:5)', '4:5 a.b_c and a.b.c (2:5)'],
    ],
    ['none', ['a.b', 'a-b', 'ab', 'A.b', 'a..b'], []],
  ])('are warned of at their lines: %s', async (_, names, expected) => {
    const entries = names.map((name) => `\n    "${name}": { "value": "n.A" }`);
    const folder = await SchemasFolder.create({ 'a.avsc': recordOf('n.A') });
    const file = join(folder.schemas, 'tavro.json');
    await writeFile(file, `{ "topics": {${entries.join(',')}\n} }`);
    for (const command of ['codegen', 'check', 'codegen', 'check']) {
      const { code, err } = await folder.run(command);
      expect(code).toBe(0);
      const told = err.split('\n').filter((line) => line.includes('TOPICS_COLLIDE'));
      expect(
        told.map((line) =>
          line
            .replaceAll(`${file}:`, '')
            .replace(': warning TOPICS_COLLIDE: Kafka takes', '')
            .replace(/ for one in .*/, ''),
        ),
      ).toEqual(expected);
    }
    await folder.remove();
  });
});

it.each<[string, Json]>([
  ['no identifier', { topics: { a: 'x = 1; y' } }],
  ['no text', { types: { a: 1 } }],
  ['no object', []],
])('refuses a lock whose names are %s', (_, names) => {
  const { topics, types } = { topics: {}, types: {}, ...Object(names) };
  const header = `{"format": 2, "subject": "a-value", "type": "A"`;
  for (const [path, text] of [
    ['lock.json', JSON.stringify({ format: 1, names, subjects: {} })],
    [
      'lock/~types.json',
      Array.isArray(names) ? '[]' : JSON.stringify({ format: 2, topics, types }),
    ],
    [
      'lock/a-value.json',
      `${header}, "topics": ${JSON.stringify({ ...topics, ...types, '': '' })},\n"versions": [\n]}`,
    ],
  ] as const)
    expect(() => lockOf({ [path]: text })).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        message: expect.stringContaining(`schemas/${path}`),
      }),
    );
});

it('reads a lock without names as it was', () => {
  const text = printFormat1({ subjects: new Map() });
  expect(factsOf(lockOf({ 'lock.json': text }))).toEqual({ names: undefined, subjects: new Map() });
});
