/** What of associations no other server can be asked about: requests against themselves, and the limit. */
import { beforeEach, expect, it } from '@jest/globals';
import {
  type AssociationRequest,
  associate,
  MAX_ASSOCIATIONS,
} from '../../local/registry/associations.js';
import { Fault } from '../../local/registry/fault.js';
import { emptyState } from '../../local/registry/state.js';
import { RegistryStore } from '../../local/registry/store.js';

let store: RegistryStore;
beforeEach(() => {
  const state = emptyState();
  const version = { version: 1, guid: '', schema: '"int"', references: [], ts: 0, deleted: false };
  const subjects = ['a', 'b'];
  state.versions.set(
    '.',
    subjects.map((subject, index) => ({ ...version, subject, id: index + 1 })),
  );
  store = new RegistryStore(state);
});

type One = { readonly subject: string; readonly associationType?: string };

function request(topic: string, associations: readonly One[], isUpdate = true): AssociationRequest {
  const resource = { resourceName: topic, resourceNamespace: 'lkc-1', resourceId: topic };
  return { body: { ...resource, associations }, context: '.', isUpdate, isDryRun: false };
}

const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Fault ? error.errorCode : error;
  }
};

it.each<[string, readonly One[]]>([
  ['two subjects', [{ subject: 'a' }, { subject: 'b', associationType: 'value' }]],
  ['one subject twice', [{ subject: 'a' }, { subject: 'a' }]],
  [
    'among others',
    ['key', 'value', 'key'].map((associationType) => ({ subject: 'a', associationType })),
  ],
])('takes no two of one type in one request: %s', (_, associations) => {
  for (const isUpdate of [true, false])
    expect(codeOf(() => associate(store, request('t', associations, isUpdate)))).toBe(42212);
  expect(store.associations.size).toBe(0);
});

it('takes one of each type', () => {
  const both = ['key', 'value'].map((associationType) => ({ subject: 'a', associationType }));
  expect(associate(store, request('t', both))).toMatchObject(both);
  expect(store.associations.size).toBe(2);
});

it('replaces where it is full, and takes no more', () => {
  const [any] = associate(store, request('t', [{ subject: 'a' }]));
  if (any === undefined) throw new Error('nothing was kept');
  for (let i = 1; i < MAX_ASSOCIATIONS - 1; i++) store.associations.set(`${i}`, any);
  associate(store, request('last', [{ subject: 'a' }]));
  expect(store.associations.size).toBe(MAX_ASSOCIATIONS);
  expect(associate(store, request('t', [{ subject: 'b' }]))).toMatchObject([{ subject: 'b' }]);
  expect(associate(store, request('t', [{ subject: 'b' }], false))).toHaveLength(1);
  const more = [{ subject: 'a', associationType: 'key' }, { subject: 'a' }];
  for (const [topic, given] of [
    ['t', more],
    ['new', [{ subject: 'a' }]],
  ] as const)
    expect(codeOf(() => associate(store, request(topic, given)))).toBe(40902);
  expect(store.associations.size).toBe(MAX_ASSOCIATIONS);
});
