/** The ids in the lock become the ids that generated codecs know. */
import { describe, expect, it } from '@jest/globals';
import { generateFiles } from '../../../codegen/emit/generate.js';
import { DEFAULT_OPTIONS } from '../../../codegen/emit/options.js';
import type { TopicEntry } from '../../../codegen/emit/topics.js';
import { History } from '../../../codegen/history/history.js';
import { publishedIds, publishedVersions } from '../../../codegen/history/known-ids.js';
import type { Lock, LockedVersion } from '../../../codegen/history/lock.js';
import { parseFiles } from '../../../codegen/model/parse.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import { fingerprintOf } from '../../../runtime/avro.js';
import type { Json } from '../../../runtime/json.js';
import { byName } from '../by-name.js';

const V1 = { type: 'record', name: 'acme.Order', fields: [{ name: 'id', type: 'long' }] };
const V2 = { ...V1, fields: [...V1.fields, { name: 'note', type: 'string', default: '' }] };
const [F1, F2] = [V1, V2].map((schema) => fingerprintOf(JSON.stringify(schema)));

function version(number: number, schema: Json, ids: Record<string, number>): LockedVersion {
  return { version: number, state: 'released', identity: '', schema, ids };
}

function lockOf(subjects: Record<string, readonly LockedVersion[]>): Lock {
  return {
    subjects: new Map(
      Object.entries(subjects).map(([name, versions]) => [name, { type: 'acme.Order', versions }]),
    ),
  };
}

const known = (lock: Lock) => publishedIds(new History(lock, []), [...lock.subjects.keys()]);

describe('known ids', () => {
  it('keeps the registries apart', () => {
    const lock = lockOf({
      'orders-value': [
        version(1, V1, { 'https://a.example': 1, 'https://b.example': 7 }),
        version(2, V2, { 'https://a.example': 2 }),
        { ...version(3, V2, {}), state: 'draft' },
      ],
    });
    expect(known(lock)).toEqual({
      'https://a.example': { ids: { 1: F1, 2: F2 } },
      'https://b.example': { ids: { 7: F1 } },
    });
  });

  it('has GUIDs beside ids, and prints them apart', () => {
    const url = 'https://a.example';
    const guid = (digit: number) => `${digit}e4edcd2-844e-c10a-537b-f96ef9241304`;
    const lock = lockOf({
      'orders-value': [
        { ...version(1, V1, { [url]: 12 }), guids: { [url]: guid(9) } },
        // Published before the registry told GUIDs.
        version(2, V2, { [url]: 3, 'https://b.example': 4 }),
        {
          ...version(3, V2, { [url]: 5 }),
          guids: { [url]: guid(1), 'https://c.example': guid(2) },
        },
      ],
    });
    expect(known(lock)).toEqual({
      [url]: { ids: { 12: F1, 3: F2, 5: F2, [guid(9)]: F1, [guid(1)]: F2 } },
      'https://b.example': { ids: { 4: F2 } },
    });
    const model = parseFiles([new SourceText('order.avsc', JSON.stringify(V2))]);
    const [file] = generateFiles(model, [], {
      ...DEFAULT_OPTIONS,
      knownIds: byName([['acme.Order', known(lock)]]),
    });
    expect(file?.text).toContain(
      `    '${url}': {\n      3: '${F2}',\n      5: '${F2}',\n      12: '${F1}',\n      '${guid(9)}': '${F1}',\n      '${guid(1)}': '${F2}',\n    },\n`,
    );
  });

  it('takes the ids of all subjects that carry the type', () => {
    const lock = lockOf({
      'orders-value': [version(1, V1, { 'https://a.example': 1 })],
      'returns-value': [version(1, V2, { 'https://a.example': 5 })],
    });
    expect(known(lock)).toEqual({
      'https://a.example': { ids: { 1: F1, 5: F2 } },
    });
  });

  it('counts the ids of a context under the URL that its clients have', () => {
    const lock = lockOf({
      ':.staging:orders-value': [version(1, V1, { 'https://a.example': 1 })],
      'orders-value': [
        version(1, V2, { 'https://a.example': 1, 'https://a.example/contexts/:.dev:': 3 }),
      ],
    });
    expect(known(lock)).toEqual({
      'https://a.example/contexts/:.staging:': { ids: { 1: F1 } },
      'https://a.example': { ids: { 1: F2 } },
      'https://a.example/contexts/:.dev:': { ids: { 3: F2 } },
    });
  });

  it('says which machine the ids of a local registry hold on', () => {
    const on = (machine: string, one: LockedVersion) => ({ ...one, machine });
    const local = 'http://localhost:8081';
    const lock = lockOf({
      'orders-value': [
        on('aa', version(1, V1, { [local]: 1, 'https://a.example': 5 })),
        // The last one to publish was another machine, which did not ask for the first version.
        on('bb', version(2, V2, { [local]: 3 })),
      ],
      'returns-value': [on('bb', version(1, V1, { [local]: 2 }))],
      // Of a lock that did not say yet.
      'old-value': [version(1, V1, { [local]: 9, 'http://registry:8081': 9 })],
    });
    expect(known(lock)).toEqual({
      'https://a.example': { ids: { 5: F1 } },
      [local]: { ids: { 2: F1, 3: F2 }, machine: 'bb' },
    });
    const model = parseFiles([new SourceText('order.avsc', JSON.stringify(V2))]);
    const [file] = generateFiles(model, [], {
      ...DEFAULT_OPTIONS,
      knownIds: byName([['acme.Order', known(lock)]]),
    });
    expect(file?.text).toContain(
      `    '${local}': onMachine('bb', {\n      2: '${F1}',\n      3: '${F2}',\n    }),\n`,
    );
    expect(file?.text).toMatch(/import \{[^}]*\bonMachine\b[^}]*\} from 'tavro\/generated-code'/);
  });

  it('generates the same text whatever the order in the lock', () => {
    const one = lockOf({
      a: [version(1, V1, { 'https://a.example': 1, 'https://b.example': 2 })],
      b: [version(1, V2, { 'https://b.example': 3 })],
    });
    const other = lockOf({
      b: [version(1, V2, { 'https://b.example': 3 })],
      a: [version(1, V1, { 'https://b.example': 2, 'https://a.example': 1 })],
    });
    const text = (lock: Lock) => {
      const model = parseFiles([new SourceText('order.avsc', JSON.stringify(V2))]);
      const files = generateFiles(model, [], {
        ...DEFAULT_OPTIONS,
        knownIds: byName([['acme.Order', known(lock)]]),
      });
      return files.find(({ path }) => path === 'acme/Order.ts')?.text;
    };
    expect(text(one)).toContain(
      `  knownIds: {\n    'https://a.example': {\n      1: '${F1}',\n    },\n    'https://b.example': {\n      2: '${F1}',\n      3: '${F2}',\n    },\n  },\n`,
    );
    expect(text(other)).toBe(text(one));
  });
});

describe('known versions', () => {
  const versionsOf = (lock: Lock, subject = 'orders-value') =>
    publishedVersions(new History(lock, []), [subject]);

  it.each<[string, Lock, unknown]>([
    [
      "are counted by each registry's ids",
      lockOf({
        'orders-value': [
          version(1, V1, { 'https://a.example': 1, 'https://b.example': 7 }),
          version(2, V2, { 'https://a.example': 5 }),
        ],
      }),
      { 'https://a.example': { ids: { 1: 1, 5: 2 } }, 'https://b.example': { ids: { 7: 1 } } },
    ],
    [
      'are those of the subject, whatever another one counts for the same id',
      lockOf({
        'orders-value': [version(4, V1, { 'https://a.example': 1 })],
        'returns-value': [version(1, V1, { 'https://a.example': 1 })],
      }),
      { 'https://a.example': { ids: { 1: 4 } } },
    ],
    [
      'are told apart where codecs take them for alike, and known of what is no schema',
      lockOf({
        'orders-value': [
          version(1, V1, { 'https://a.example': 1 }),
          version(2, { ...V1, doc: 'More.' }, { 'https://a.example': 2 }),
          version(3, { type: 'nothing' }, { 'https://a.example': 3 }),
        ],
      }),
      { 'https://a.example': { ids: { 1: 1, 2: 2, 3: 3 } } },
    ],
    [
      'are nothing without an id',
      lockOf({ 'orders-value': [version(1, V1, {}), { ...version(2, V2, {}), state: 'draft' }] }),
      {},
    ],
    [
      'of a local registry are those of the machine that asked last',
      lockOf({
        'orders-value': [
          { ...version(1, V1, { 'http://localhost:1': 1 }), machine: 'aa' },
          { ...version(2, V2, { 'http://localhost:1': 1 }), machine: 'bb' },
        ],
      }),
      { 'http://localhost:1': { ids: { 1: 2 }, machine: 'bb' } },
    ],
  ])('%s', (_, lock, expected) => {
    expect(versionsOf(lock)).toEqual(expected);
  });

  it('stand in the module of a topic, and only where there are some', () => {
    const model = parseFiles([new SourceText('order.avsc', JSON.stringify(V2))]);
    const [value] = model.types;
    if (value === undefined) throw new Error('no type');
    const topic: TopicEntry = {
      name: 'orders',
      values: [{ schema: value, subject: 'orders-value' }],
      hasCases: false,
      key: 'none',
      compatibility: 'FULL',
      partitions: 1,
      config: {},
    };
    const textOf = (lock: Lock) =>
      generateFiles(model, [topic], {
        ...DEFAULT_OPTIONS,
        writerVersions: { get: () => versionsOf(lock) },
      }).find(({ path }) => path === 'topics/orders.ts')?.text;
    const ids = { 'https://a.example': 9, 'http://localhost:1': 3 };
    const one = { ...version(1, V1, ids), machine: 'aa' };
    expect(textOf(lockOf({ 'orders-value': [one] }))).toContain(
      `  writerVersions: {\n    'http://localhost:1': onMachine('aa', {\n      3: 1,\n    }),\n    'https://a.example': {\n      9: 1,\n    },\n  },\n`,
    );
    const without = textOf(lockOf({ 'orders-value': [version(1, V1, {})] }));
    expect(without).not.toContain('writerVersions');
    const unpublished = generateFiles(model, [topic], DEFAULT_OPTIONS);
    expect(unpublished.map(({ text }) => text)).toContain(without);
  });
});
