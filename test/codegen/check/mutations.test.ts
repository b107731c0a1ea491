import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { allRules } from '../../../codegen/check/rules/index.js';
import type { Json } from '../../../runtime/json.js';
import { attempts, baseOf, idsOf, refuted } from './mutations/claim.js';
import { MUTATIONS } from './mutations/index.js';

const CORPUS = new URL('../../../../shared/corpus/schemas/', import.meta.url);
/** Larger ones of the corpus have more places of the same kinds. */
const MAX_TEXT = 1_500;

/** Something for each mutation. */
const CURATED: readonly Json[] = [
  {
    type: 'record',
    name: 'shop.Order',
    aliases: ['shop.Purchase'],
    fields: [
      { name: 'id', type: { type: 'string', logicalType: 'uuid' }, aliases: ['orderId'] },
      {
        name: 'state',
        type: {
          type: 'enum',
          name: 'State',
          aliases: ['Status'],
          symbols: ['UNKNOWN', 'OPEN', 'DONE'],
          default: 'UNKNOWN',
        },
        default: 'OPEN',
      },
      {
        name: 'total',
        type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
        default: '\u0001',
      },
      {
        name: 'options',
        type: {
          type: 'record',
          name: 'Options',
          fields: [
            { name: 'retries', type: 'int', default: 3 },
            { name: 'limit', type: ['null', 'double', 'long'], default: null },
          ],
        },
        default: { retries: 9 },
      },
      { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 2 }, default: 'ab' },
      { name: 'seen', type: { type: 'long', logicalType: 'timestamp-micros' }, default: 0 },
      { name: 'open', type: 'boolean', default: true },
      { name: 'version', type: 'long' },
      { name: 'ratio', type: ['double', 'int'], default: 1 },
      { name: 'since', type: { type: 'long', logicalType: 'timestamp-nanos' } },
      {
        name: 'rate',
        type: {
          type: 'fixed',
          name: 'Rate',
          size: 8,
          logicalType: 'decimal',
          precision: 9,
          scale: 1,
        },
      },
    ],
  },
  [
    'null',
    { type: 'enum', name: 'a.E', symbols: ['X', 'Y'] },
    { type: 'fixed', name: 'a.F', size: 4 },
    { type: 'record', name: 'a.R', fields: [{ name: 'next', type: ['null', 'a.R'] }] },
  ],
  { type: 'map', values: { type: 'array', items: { type: 'enum', name: 'E', symbols: ['X'] } } },
  { type: 'array', items: ['int', 'string'] },
  { type: 'array', items: ['long', 'boolean', 'int'] },
  { type: 'array', items: ['long', 'double', 'int'] },
  { type: 'array', items: [{ type: 'long', logicalType: 'timestamp-millis' }, 'int'] },
  'int',
];

/** Real schemas, where the corpus is at hand. */
function corpus(): string[] {
  if (!existsSync(CORPUS)) return [];
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => readFileSync(new URL(file, CORPUS), 'utf8'))
    .filter(({ length }) => length <= MAX_TEXT);
}

describe('a change of one thing', () => {
  const bases = [...CURATED, ...corpus()].flatMap((json) => baseOf(json) ?? []);

  it.each(MUTATIONS.map((mutation) => [mutation.what, mutation] as const))('%s', (_, mutation) => {
    let tried = 0;
    const forward = new Set<string>();
    for (const base of bases) {
      for (const { changed, after } of attempts(mutation, base)) {
        tried++;
        const wrong = refuted(mutation, base, after);
        expect(wrong && [wrong, base.node, changed]).toBeUndefined();
        if ('silent' in mutation)
          for (const rule of idsOf(compare(base.schema, after))) forward.add(rule);
      }
    }
    expect(tried).toBeGreaterThan(0);
    if ('silent' in mutation) expect([...forward].sort()).toEqual(mutation.forward ?? []);
  });

  it('is seen by rules that there are', () => {
    const ids = allRules().map(({ id }) => id);
    const named = MUTATIONS.flatMap((mutation) =>
      'seenBy' in mutation ? mutation.seenBy : (mutation.forward ?? []),
    );
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('docs/silent-changes.md', () => {
  it('lists what is silent on purpose, and why', () => {
    const page = readFileSync(new URL('../../../docs/silent-changes.md', import.meta.url), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith('| '));
    const silent = MUTATIONS.flatMap((mutation) =>
      'silent' in mutation
        ? [`| ${mutation.what} | ${mutation.silent} | ${words(mutation.forward)} |`]
        : [],
    );
    expect(rows.slice(1)).toEqual(silent);
  });
});

function words(rules: readonly string[] = []): string {
  return rules.map((rule) => `\`${rule}\``).join(', ') || 'silent too';
}
