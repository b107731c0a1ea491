/** What git makes of the lock when branches meet. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readLock } from '../../../codegen/disk/lock-file.js';
import type { Json } from '../../../runtime/json.js';
import { printFormat1 } from '../history/locks.js';
import {
  type Answer,
  DemoRepository,
  EXIT,
  ORDER,
  ORDER_FIELDS,
  order,
} from './demo-repository.js';

const ITEM = 'schemas/shop/item.avsc';
const note = (name: string): Json => ({ name, type: ['null', 'string'], default: null });
const item = (...names: readonly string[]): string =>
  JSON.stringify({
    type: 'record',
    name: 'com.acme.shop.Item',
    fields: [{ name: 'id', type: 'long' }, ...names.map(note)],
  });
const withNotes = (...names: readonly string[]): string =>
  order([...ORDER_FIELDS, ...names.map(note)]);

let demo: DemoRepository;
beforeEach(async () => {
  demo = DemoRepository.create();
  topics({ orders: 'Order', items: 'Item' });
  demo.write(ITEM, item());
  await codegen();
  await release('orders-value', 'items-value');
  demo.commit('Release');
});
afterEach(() => demo.remove());

const schemas = (): string => join(demo.folder, 'schemas');

function topics(types: Readonly<Record<string, string>>): void {
  const entries = Object.entries(types).map(([topic, type]) => [
    topic,
    { value: `com.acme.shop.${type}`, compatibility: 'FULL' },
  ]);
  // An entry on each line, so that git merges those of two branches.
  demo.write(
    'schemas/tavro.json',
    JSON.stringify({ topics: Object.fromEntries(entries) }, null, 1),
  );
}

async function codegen(expected = EXIT.clean): Promise<Answer> {
  const answer = await demo.tavro('codegen', '--out', join(demo.folder, 'generated'));
  expect({ ...answer, exit: answer.exit }).toMatchObject({ exit: expected });
  return answer;
}

/** Does what `publish` does to the lock, or to the part of it that a branch publishes. */
async function release(...subjects: readonly string[]): Promise<void> {
  for (const subject of subjects) {
    const path = `schemas/lock/${subject}.json`;
    const text = readFileSync(join(demo.folder, path), 'utf8');
    demo.write(path, text.replaceAll('"draft"', '"released"'));
  }
}

async function versions(subject: string): Promise<string> {
  const { subjects } = await readLock(schemas());
  const all = subjects.get(subject)?.versions ?? [];
  return all.map(({ version, state }) => `${version} ${state}`).join(', ');
}

/** Generated code is made anew: what git says of it does not matter here. */
async function merge(branch: string): Promise<readonly string[]> {
  try {
    demo.git('merge', '--quiet', '--no-edit', branch);
  } catch {
    const unmerged = demo.git('diff', '--name-only', '--diff-filter=U').trim().split('\n');
    return unmerged.filter((path) => !path.startsWith('generated/'));
  }
  return [];
}

describe('branches that change different subjects', () => {
  it('merge without a conflict, and what they released is there', async () => {
    demo.branch('orders');
    demo.write(ORDER, withNotes('gift'));
    await codegen();
    await release('orders-value');
    demo.commit('Orders');
    demo.branch('items');
    demo.write(ITEM, item('color'));
    await codegen();
    await release('items-value');
    demo.commit('Items');
    expect(await merge('orders')).toEqual([]);
    await codegen();
    expect(await versions('orders-value')).toBe('1 released, 2 released');
    expect(await versions('items-value')).toBe('1 released, 2 released');
    expect((await demo.tavro('check')).exit).toBe(EXIT.clean);
  });

  it('merge without a conflict where each has a new topic', async () => {
    demo.branch('left');
    topics({ before: 'Item', orders: 'Order', items: 'Item' });
    await codegen();
    demo.commit('Left');
    demo.branch('right');
    topics({ orders: 'Order', items: 'Item', zuletzt: 'Order' });
    await codegen();
    demo.commit('Right');
    const lock = (await merge('left')).filter((path) => path.startsWith('schemas/lock'));
    expect(lock).toEqual([]);
    topics({ before: 'Item', orders: 'Order', items: 'Item', zuletzt: 'Order' });
    await codegen();
    const { names } = await readLock(schemas());
    expect(Object.fromEntries(names?.topics ?? [])).toEqual({
      before: 'before',
      items: 'items',
      orders: 'orders',
      zuletzt: 'zuletzt',
    });
  });

  it('merge lines of one subject, too, where one has published and the other has a draft', async () => {
    demo.branch('draft');
    demo.write(ORDER, withNotes('gift'));
    await codegen();
    demo.commit('Draft');
    demo.branch('published');
    const path = 'schemas/lock/orders-value.json';
    const text = readFileSync(join(demo.folder, path), 'utf8');
    demo.write(path, text.replace('"released"', '"released", "machine": "elsewhere"'));
    demo.commit('Published');
    // Lines that touch each other are a conflict to git: drafts are made anew.
    const unmerged = await merge('draft');
    if (unmerged.length > 0) demo.git('checkout', '--ours', '--', path);
    await codegen();
    expect(await versions('orders-value')).toBe('1 released, 2 draft');
    expect(readFileSync(join(demo.folder, path), 'utf8')).toContain('"machine": "elsewhere"');
  });
});

it('names the one file of a subject that two branches changed', async () => {
  demo.branch('left');
  demo.write(ORDER, withNotes('left'));
  demo.write(ITEM, item('left'));
  await codegen();
  demo.commit('Left');
  demo.branch('right');
  demo.write(ORDER, withNotes('right'));
  await codegen();
  demo.commit('Right');
  expect(await merge('left')).toEqual([
    'schemas/lock/orders-value.json',
    'schemas/shop/order.avsc',
  ]);
  demo.write(ORDER, withNotes('left', 'right'));
  for (const command of ['codegen', 'check', 'plan']) {
    const args = command === 'codegen' ? ['--out', join(demo.folder, 'generated')] : [];
    const { exit, err } = await demo.tavro(command, ...args);
    expect({ exit, err }).toEqual({
      exit: EXIT.failure,
      err: expect.stringMatching(
        /^<repo>\/schemas\/lock\/orders-value\.json has merge conflicts: .*\n {2}git checkout --ours -- <repo>\/schemas\/lock\/orders-value\.json && npx tavro codegen\n/,
      ),
    });
  }
  demo.git('checkout', '--ours', '--', 'schemas/lock/orders-value.json');
  await codegen();
  expect(await versions('orders-value')).toBe('1 released, 2 draft');
  expect(await versions('items-value')).toBe('1 released, 2 draft');
});

describe('a branch of before the lock was a folder', () => {
  /** The commit that is there becomes one of before. */
  async function goBack(): Promise<void> {
    const lock = await readLock(schemas());
    demo.git('rm', '-r', '--quiet', '--cached', 'schemas/lock');
    for (const path of lock.files?.keys() ?? []) demo.git('clean', '-fdq', '--', `schemas/${path}`);
    demo.write('schemas/lock.json', printFormat1(lock));
  }

  it('is a baseline of the same findings', async () => {
    const find = async (): Promise<Json> => {
      const { out } = await demo.tavro(
        'check',
        '--against',
        'git:main',
        'lock',
        '--format',
        'json',
      );
      const { findings } = JSON.parse(out);
      return findings.map(({ at: _, writerAt: __, ...said }: Record<string, Json>) => said);
    };
    demo.branch('break');
    demo.write(ORDER, order([...ORDER_FIELDS, { name: 'must', type: 'string' }]));
    const path = 'schemas/lock/items-value.json';
    const text = readFileSync(join(demo.folder, path), 'utf8');
    demo.write(path, text.replace('"released"', '"draft"'));
    demo.commit('Break');
    const now = await find();
    expect(JSON.stringify(now)).toContain('field-default-missing');
    expect(JSON.stringify(now)).toContain('released-version-removed');
    demo.git('checkout', '--quiet', 'main');
    await goBack();
    demo.commit('As it was');
    demo.git('checkout', '--quiet', 'break');
    expect(await find()).toEqual(now);
    await goBack();
    expect(await find()).toEqual(now);
  });

  it('is put together with the folder after a merge, and codegen says so', async () => {
    await goBack();
    demo.commit('As it was');
    demo.branch('old');
    demo.write(ORDER, withNotes('gift'));
    const before = await readLock(schemas());
    const [first] = before.subjects.get('orders-value')?.versions ?? [];
    if (first === undefined) throw new Error('no version');
    const second = { ...first, version: 2, identity: 'b'.repeat(64) };
    const orders = { type: 'com.acme.shop.Order', versions: [first, second] };
    const subjects = new Map(before.subjects).set('orders-value', orders);
    demo.write('schemas/lock.json', printFormat1({ ...before, subjects }));
    demo.commit('Release as before');
    demo.branch('new');
    const { err } = await codegen();
    expect(err).toContain('schemas/lock.json is gone. Commit both.');
    demo.commit('Migrate');
    // The lock that one branch removed and the other one changed.
    expect(await merge('old')).toEqual(['schemas/lock.json']);
    demo.git('checkout', '--theirs', '--', 'schemas/lock.json');
    const { err: told, out } = await demo.tavro('check', '--format', 'json');
    expect(told).toContain('note: it is there beside');
    expect(told).toContain('it says more of orders-value');
    expect(out).toContain('released-version-edited');
    expect(existsSync(join(schemas(), 'lock.json'))).toBe(true);
    // A history of its own is no draft: nobody but its author knows which one is right.
    demo.write(
      'schemas/lock.json',
      printFormat1({ ...before, subjects: new Map(before.subjects) }),
    );
    const { err: done } = await codegen();
    expect(done).toContain('it says nothing that');
    expect(existsSync(join(schemas(), 'lock.json'))).toBe(false);
    expect(await versions('orders-value')).toBe('1 released, 2 draft');
  });
});
