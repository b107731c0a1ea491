/** From format 1 to the files of now: nothing is lost on the way, and what is half done is put together. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Lock, LockedVersion } from '../../../codegen/history/lock.js';
import { afterChanges, lockChanges, migrationNote } from '../../../codegen/history/lock-changes.js';
import type { Json } from '../../../runtime/json.js';
import { factsOf, filesOf, lockOf, printFormat1, subjectText } from './locks.js';

const FILE = 'lock/orders-value.json';
const GUID = '4e4edcd2-844e-c10a-537b-f96ef9241304';
const order = (...names: readonly string[]): Json => ({
  type: 'record',
  name: 'acme.Order',
  fields: names.map((name) => ({ name, type: 'int' })),
});

/** `1a 2ab?`: v1 with the field a is released, v2 with a and b is a draft. */
function versionsOf(text: string, more: Partial<LockedVersion> = {}): LockedVersion[] {
  return text.split(' ').map((word) => {
    const [, number, fields = '', mark] = /^(\d+)(\w+)(\??)$/.exec(word) ?? [];
    const state = mark === '?' ? 'draft' : 'released';
    const facts = { version: Number(number), state, identity: `of ${fields}`, ids: {} } as const;
    return { ...facts, schema: order(...fields), ...(state === 'released' && more) };
  });
}

const show = (versions: readonly LockedVersion[] = []): string =>
  versions
    .map(
      ({ version, identity, state }) =>
        `${version}${identity.slice(3)}${state === 'draft' ? '?' : ''}`,
    )
    .join(' ');

function lockWith(versions: string, more: Partial<LockedVersion> = {}): Lock {
  const subject = { type: 'acme.Order', versions: versionsOf(versions, more) };
  return { subjects: new Map([['orders-value', subject]]) };
}

describe('a lock of format 1', () => {
  const text = readFileSync(new URL('format-1/schemas/lock.json', import.meta.url), 'utf8');
  const old = lockOf({ 'lock.json': text });

  it('goes into a file per subject, and loses nothing', () => {
    const changes = lockChanges(old, old);
    expect(changes.removed).toEqual(['lock.json']);
    const files = Object.fromEntries(changes.files.map((file) => [file.path, file.text]));
    expect(Object.keys(files).sort()).toEqual(
      [
        'lock/__proto__.json',
        'lock/customers-key.json',
        'lock/customers-value.json',
        'lock/Retired-value~f696e984.json',
        'lock/shop.invoice.json',
        'lock/~types.json',
      ].sort(),
    );
    const now = lockOf(files);
    expect(factsOf(now)).toEqual(factsOf(old));
    expect(factsOf(afterChanges(old, old, changes))).toEqual(factsOf(old));
    expect(lockChanges(now, old)).toEqual({ files: [], removed: [] });
    expect(migrationNote(changes, 'schemas')).toMatch('schemas/lock.json is gone');
    expect(migrationNote({ files: [], removed: [] }, 'schemas')).toBeUndefined();
  });

  it('gives each topic whose subject its name tells to that subject', () => {
    expect(Object.fromEntries(old.names?.subjects ?? [])).toEqual({
      customers: 'customers-value',
      Retired: 'Retired-value',
    });
    // Of a topic that is gone, and whose subject nobody knows, the constant stays taken.
    expect(filesOf(old)['lock/~types.json']).toContain('"invoices": "invoices"');
  });
});

describe('both formats at once', () => {
  const both = (now: Lock, old: Lock) =>
    lockOf({ ...filesOf(now), 'lock.json': printFormat1(old) });

  it.each([
    ['1a', '1a', '1a'],
    ['1a 2ab', '1a', '1a 2ab'],
    ['1a', '1a 2ab', '1a 2ab'],
    ['1a?', '1a 2ab?', '1a 2ab?'],
    ['1a 2ab?', '1a 2abc?', '1a 2ab?'],
    ['1a 2ab', '1a?', '1a 2ab'],
    ['3a', '3a 4ab', '3a 4ab'],
  ])('%p in the folder and %p in lock.json are %p', (now, old, merged) => {
    const lock = both(lockWith(now), lockWith(old));
    expect(show(lock.subjects.get('orders-value')?.versions)).toBe(merged);
    expect(lock.notes).toEqual([
      expect.stringMatching(/^schemas\/lock\.json: note: .* beside schemas\/lock\/.*tavro codegen/),
    ]);
    const changes = lockChanges(lock, lock);
    expect(changes.removed).toEqual(['lock.json']);
    const texts = { ...filesOf(lockWith(now)) };
    for (const { path, text } of changes.files) texts[path] = text;
    expect(factsOf(lockOf(texts)).subjects).toEqual(factsOf(lock).subjects);
    expect(lockOf(texts).notes).toBeUndefined();
  });

  it('tells which subjects lock.json says more of', () => {
    const [short, long] = [lockWith('1a'), lockWith('1a 2ab')];
    expect(both(short, long).notes?.[0]).toContain('it says more of orders-value.');
    expect(both(long, short).notes?.[0]).toContain('it says nothing that schemas/lock/ does not.');
  });

  it.each([
    ['1a 2ab', '1a 2ac', 2],
    ['1a', '1b 2ab', 1],
    ['1a 3ab', '1a 2ab', 2],
  ])('%p and %p are refused from v%d on', (now, old, version) => {
    expect(() => both(lockWith(now), lockWith(old))).toThrow(
      expect.objectContaining({
        code: 'LOCK_INVALID',
        message: expect.stringMatching(
          `^schemas/lock\\.json and schemas/${FILE} tell two histories of orders-value: from v${version} on`,
        ),
      }),
    );
  });

  it.each<[string, Partial<LockedVersion>, Partial<LockedVersion>, Partial<LockedVersion>]>([
    [
      'of other registries',
      { ids: { 'https://a.example': 1 } },
      { ids: { 'https://a.example': 9, 'https://b.example': 2 } },
      { ids: { 'https://a.example': 1, 'https://b.example': 2 } },
    ],
    [
      'of one machine',
      { ids: { 'https://a.example': 1 } },
      { ids: { 'http://localhost:8081': 2 }, machine: 'mine' },
      { ids: { 'https://a.example': 1, 'http://localhost:8081': 2 }, machine: 'mine' },
    ],
    [
      'of two machines',
      { ids: { 'http://localhost:8081': 1 }, machine: 'mine' },
      { ids: { 'http://localhost:8082': 2, 'https://b.example': 2 }, machine: 'yours' },
      { ids: { 'http://localhost:8081': 1, 'https://b.example': 2 }, machine: 'mine' },
    ],
    [
      'of nobody',
      { ids: { 'http://localhost:8081': 1 } },
      { ids: { 'http://localhost:8082': 2 }, machine: 'mine' },
      { ids: { 'http://localhost:8081': 1 } },
    ],
  ])('has the ids of both: %s', (_, now, old, merged) => {
    const { subjects } = both(lockWith('1a', now), lockWith('1a', old));
    const [version] = subjects.get('orders-value')?.versions ?? [];
    expect({ ...version }).toEqual({ ...versionsOf('1a')[0], ...merged });
    // Places of a version that was put together are those in its file.
    const { origin } = subjects.get('orders-value') ?? {};
    expect(version && origin?.schemaOf(version).place(0)).toMatchObject({
      file: `schemas/${FILE}`,
    });
  });

  it('keeps the GUIDs of the folder, also in a version that lock.json has more after', () => {
    const ids = { 'https://a.example': 1, 'https://b.example': 2 };
    const guids = { 'https://a.example': GUID, 'https://b.example': GUID };
    for (const [old, more] of [
      ['1a', { ids }],
      ['1a 2ab', { ids }],
    ] as const) {
      const { subjects } = both(lockWith('1a', { ids, guids }), lockWith(old, more));
      expect(subjects.get('orders-value')?.versions[0]).toMatchObject({ ids, guids });
    }
  });

  it('gives no GUID to the id of another schema, or of another machine', () => {
    const local = 'http://localhost:8081';
    const now = {
      ids: { 'https://a.example': 9, [local]: 3 },
      guids: { 'https://a.example': GUID, [local]: GUID },
      machine: 'mine',
    };
    const old = { ids: { 'https://a.example': 1, [local]: 3 }, machine: 'yours' };
    const { subjects } = both(lockWith('1a', now), lockWith('1a 2ab', old));
    const [version] = subjects.get('orders-value')?.versions ?? [];
    expect({ ...version }).toEqual({ ...versionsOf('1a')[0], ...old });
  });

  it('has the names of both, and those of the folder where they differ', () => {
    const names = (topics: Record<string, string>) => ({
      topics: new Map(Object.entries(topics)),
      subjects: new Map(Object.keys(topics).map((topic) => [topic, `${topic}-value`])),
      types: new Map<string, string>(),
    });
    const now = { ...lockWith('1a'), names: names({ orders: 'orders' }) };
    const old = { ...lockWith('1a'), names: names({ orders: 'other', 'orders-v1': 'ordersV1' }) };
    const lock = both(now, old);
    expect(Object.fromEntries(lock.names?.topics ?? [])).toEqual({
      orders: 'orders',
      'orders-v1': 'ordersV1',
    });
    const texts = Object.fromEntries(lockChanges(lock, lock).files.map((f) => [f.path, f.text]));
    expect(texts['lock/~types.json']).toContain('"orders-v1": "ordersV1"');
  });

  it('prints a subject whose file lacks a constant that lock.json has', () => {
    const now = lockWith('1a');
    const names = {
      topics: new Map([['orders', 'orders_2']]),
      subjects: new Map<string, string>(),
      types: new Map<string, string>(),
    };
    const lock = both(now, { ...now, names });
    expect(lockChanges(lock, lock).files).toEqual([
      { path: FILE, text: expect.stringContaining('"topics": {"orders": "orders_2"}') },
    ]);
  });
});

it('takes the first topic by name where two files have one constant', () => {
  const text = (subject: string, topic: string) =>
    subjectText(versionsOf('1a'), subject).replace(
      '"acme.Order",',
      `"acme.Order", "topics": {"${topic}": "ordersV1"},`,
    );
  const lock = lockOf({
    'lock/a.json': text('a', 'orders.v1'),
    'lock/b.json': text('b', 'orders-v1'),
  });
  expect([...(lock.names?.topics ?? [])]).toEqual([
    ['orders-v1', 'ordersV1'],
    ['orders.v1', 'ordersV1'],
  ]);
});
