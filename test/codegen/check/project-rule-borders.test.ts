/** Rules about projects, on either side of where each begins to speak. */
import { expect, it } from '@jest/globals';
import type { FactKind, Facts } from '../../../codegen/check/facts.js';
import { PROJECT_RULES } from '../../../codegen/check/rules/index.js';

/** What the rules of a kind say of facts, whatever their severity: `rule: message`. */
function saidOf<K extends FactKind>(kind: K, facts: Facts[K]): string[] {
  return PROJECT_RULES[kind].flatMap((rule) => {
    const said = rule.check(facts);
    if (said === undefined) return [];
    return [`${rule.id}: ${typeof said === 'string' ? said : said.message}`];
  });
}

const SUBJECT = 'orders-value';
const waiver = (more: Partial<Facts['waiver']>): Facts['waiver'] => ({
  subject: SUBJECT,
  rule: 'type-mismatch',
  reason: 'Empty.',
  expires: '2030-12-31',
  today: '2030-06-15',
  isLookedFor: true,
  isUsed: true,
  ...more,
});

it.each<[string, Partial<Facts['waiver']>, string[]]>([
  ['is used', {}, []],
  ['ends today', { expires: '2030-06-15' }, []],
  [
    'ended yesterday',
    { expires: '2030-06-14' },
    ['waiver-expired: The waiver of type-mismatch ended on 2030-06-14 (Empty.).'],
  ],
  [
    'hides nothing',
    { isUsed: false },
    ['waiver-unused: The waiver of type-mismatch hides nothing.'],
  ],
  ['hides nothing that is looked for', { isUsed: false, isLookedFor: false }, []],
  [
    'hides nothing on its last day',
    { isUsed: false, expires: '2030-06-15' },
    ['waiver-unused: The waiver of type-mismatch hides nothing.'],
  ],
  [
    'hides nothing and has ended',
    { isUsed: false, expires: '2030-06-14' },
    ['waiver-expired: The waiver of type-mismatch ended on 2030-06-14 (Empty.).'],
  ],
  ['holds for a year and a day', { expires: '2031-06-16' }, []],
  [
    'holds for longer',
    { expires: '2031-06-17' },
    ['waiver-too-long: The waiver of type-mismatch holds until 2031-06-17, 367 days from today.'],
  ],
])('a waiver that %s', (_, more, said) => {
  expect(saidOf('waiver', waiver(more))).toEqual(said);
});

const gaps = (numbers: readonly number[]): Facts['locked'] => ({ subject: SUBJECT, numbers });
const version = { subject: SUBJECT, version: 2, released: '0123456789abcdef' };

it.each<[string, Facts['locked'], string[]]>([
  ['one version', gaps([7]), []],
  ['versions without a gap, in any order', gaps([4, 2, 3]), []],
  [
    'versions with two gaps',
    gaps([9, 3, 5, 6, 8]),
    ['released-version-removed: The lock of orders-value goes to v9 and lacks v4, v7.'],
  ],
  [
    'more gaps than anyone reads',
    gaps([1, 1_000_000_000]),
    [
      `released-version-removed: The lock of orders-value goes to v1000000000 and lacks ${Array.from({ length: 20 }, (_, i) => `v${i + 2}`).join(', ')}.`,
    ],
  ],
  ['a version as it was', { ...version, found: version.released }, []],
  [
    'another version',
    { ...version, found: 'fedcba9876543210' },
    [
      'released-version-edited: v2 of orders-value is released, and its schema in the lock is not the one that was: the identity is fedcba987654…, not 0123456789ab….',
    ],
  ],
  [
    'another version than a commit has',
    { ...version, found: 'fedcba9876543210', commit: 'main' },
    [
      'released-version-edited: v2 of orders-value is released in main and is another schema in the lock now.',
    ],
  ],
  [
    'no such version',
    { ...version, found: undefined },
    [
      'released-version-removed: v2 of orders-value is released in the lock and is not in the lock any more.',
    ],
  ],
])('a lock with %s', (_, facts, said) => {
  expect(saidOf('locked', facts)).toEqual(said);
});

const published = (more: Partial<Facts['published']>): Facts['published'] => ({
  subject: SUBJECT,
  version: 3,
  id: 7,
  isLast: true,
  found: [{ id: 7, isDeleted: false }],
  ...more,
});
const LOST = 'registry-version-missing: v3 of orders-value was published with id 7, and';

it.each<[string, Partial<Facts['published']>, string[]]>([
  ['is there', {}, []],
  [
    'is there under more ids',
    {
      found: [
        { id: 6, isDeleted: true },
        { id: 7, isDeleted: false },
      ],
    },
    [],
  ],
  ['is not there', { found: [] }, [`${LOST} the registry no longer has it.`]],
  [
    'is not there, and is not the last',
    { found: [], isLast: false },
    [`${LOST} the registry no longer has it.`],
  ],
  [
    'is deleted',
    { found: [{ id: 7, isDeleted: true }] },
    [`${LOST} has been deleted in the registry.`],
  ],
  [
    'is deleted, and under another id too',
    {
      found: [
        { id: 7, isDeleted: true },
        { id: 8, isDeleted: true },
      ],
    },
    [`${LOST} has been deleted in the registry.`],
  ],
  ['is deleted, and is not the last', { found: [{ id: 7, isDeleted: true }], isLast: false }, []],
  [
    'is deleted, and there again',
    {
      found: [
        { id: 7, isDeleted: true },
        { id: 7, isDeleted: false },
      ],
    },
    [],
  ],
  [
    'has another id',
    {
      found: [
        { id: 8, isDeleted: false },
        { id: 9, isDeleted: false },
      ],
    },
    ['registry-id-differs: v3 of orders-value has id 7 in the lock and 8 in the registry.'],
  ],
  [
    'has another id, deleted',
    { found: [{ id: 8, isDeleted: true }] },
    ['registry-id-differs: v3 of orders-value has id 7 in the lock and 8 in the registry.'],
  ],
])('a published version that %s', (_, more, said) => {
  expect(saidOf('published', published(more))).toEqual(said);
});

const registered = { subject: SUBJECT, version: 4, isDeleted: false, isKnown: false };
const UNKNOWN = 'registry-version-unknown:';

it.each<[string, Facts['registered'], string[]]>([
  [
    'nobody knows',
    registered,
    [`${UNKNOWN} The registry has v4 of orders-value, and the lock does not.`],
  ],
  [
    'nobody knows, of a registry by name',
    { ...registered, url: 'http://r' },
    [`${UNKNOWN} http://r has version 4 of orders-value, and the lock does not.`],
  ],
  ['is known', { ...registered, isKnown: true }, []],
  ['is deleted', { ...registered, isDeleted: true }, []],
])('a registered version that %s', (_, facts, said) => {
  expect(saidOf('registered', facts)).toEqual(said);
});

it.each<[Facts['level']['given'], string[]]>([
  [undefined, []],
  ['FULL', []],
  [
    'BACKWARD',
    [
      'registry-level-differs: tavro.json says BACKWARD for orders-value, and the registry holds it to FULL.',
    ],
  ],
])('a level of %s beside FULL', (given, said) => {
  expect(saidOf('level', { subject: SUBJECT, given, registry: 'FULL' })).toEqual(said);
});

const verdict = (gate: boolean, registry: boolean, words = ''): Facts['verdict'] => ({
  subject: SUBJECT,
  by: { level: 'FULL' },
  gate,
  registry,
  words,
});
const DISAGREE = 'registry-disagrees:';

it.each<[string, Facts['verdict'], string[]]>([
  ['both take', verdict(true, true), []],
  ['both refuse', verdict(false, false, 'why'), []],
  [
    'the registry alone takes',
    verdict(false, true, 'not said'),
    [`${DISAGREE} The registry takes this schema at FULL, and the gate refuses it.`],
  ],
  [
    'the gate alone takes',
    verdict(true, false, 'because'),
    [`${DISAGREE} The gate takes this schema at FULL, and the registry refuses it: because.`],
  ],
  [
    'the registry refuses without a word',
    verdict(true, false),
    [
      `${DISAGREE} The gate takes this schema at FULL, and the registry refuses it: it does not say why.`,
    ],
  ],
  [
    'the registry refuses with more than anyone reads',
    verdict(true, false, 'x'.repeat(2_000)),
    [
      `${DISAGREE} The gate takes this schema at FULL, and the registry refuses it: ${'x'.repeat(1_000)}.`,
    ],
  ],
  [
    'a registry by name refuses',
    { ...verdict(true, false, 'because'), by: { url: 'http://r' } },
    [`${DISAGREE} The gate takes this schema of orders-value, and http://r refuses it: because.`],
  ],
])('a schema that %s', (_, facts, said) => {
  expect(saidOf('verdict', facts)).toEqual(said);
});

const past = (more: Partial<Extract<Facts['gone'], { type: unknown }>>): Facts['gone'] => ({
  subject: SUBJECT,
  commit: 'main',
  type: { name: 'a.Order', fields: ['id', 'total'] },
  isCarried: false,
  isKnown: false,
  added: [],
  ...more,
});
const GONE = 'subject-removed: a.Order is in main and is gone';
const HEIR = '; a.Sale looks like it under another name and has no alias that says so';

it.each<[string, Facts['gone'], string[]]>([
  [
    'a subject with released versions',
    { subject: SUBJECT, released: 1, isCarried: false },
    [
      'subject-removed: orders-value has released versions, and no topic of tavro.json has this subject any more.',
    ],
  ],
  [
    'a subject with released versions, for one like it',
    { subject: SUBJECT, released: 1, isCarried: false, heirs: ['sales-value'] },
    [
      'subject-removed: orders-value has released versions, and no topic of tavro.json has this subject any more; sales-value is new and carries the same type.',
    ],
  ],
  ['a subject with drafts only', { subject: SUBJECT, released: 0, isCarried: false }, []],
  ['a subject that a topic has', { subject: SUBJECT, released: 1, isCarried: true }, []],
  ['a type', past({}), [`${GONE}.`]],
  ['a type that a topic has', past({ isCarried: true }), []],
  ['a type that has another name', past({ isKnown: true }), []],
  [
    'a type, for one like it',
    past({ added: [{ name: 'a.Sale', fields: ['id', 'total'] }] }),
    [`${GONE}${HEIR}.`],
  ],
  ['a type, for one without fields', past({ added: [{ name: 'a.Sale' }] }), [`${GONE}.`]],
  ['a type, for another', past({ added: [{ name: 'a.Sale', fields: ['id'] }] }), [`${GONE}.`]],
  [
    'a type without fields, for another such',
    past({ type: { name: 'a.Order' }, added: [{ name: 'a.Sale' }] }),
    [`${GONE}.`],
  ],
])('%s that is gone', (_, facts, said) => {
  expect(saidOf('gone', facts)).toEqual(said);
});
