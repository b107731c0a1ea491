import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Finding } from '../../../codegen/check/finding.js';
import { compare } from '../../../codegen/check/library.js';
import { lint } from '../../../codegen/check/lint.js';
import { CATEGORIES } from '../../../codegen/check/rule.js';
import { allRules, selectRules } from '../../../codegen/check/rules/index.js';
import { parseSchema, SchemaError } from '../../../codegen/model/parse-schema.js';
import type { Schema } from '../../../codegen/model/schema.js';
import type { Json } from '../../../runtime/json.js';
import { arbitrarySchema } from '../arbitrary-schema.js';
import type { Mutation } from './mutations/edits.js';
import { MUTATIONS } from './mutations/index.js';
import { type Node, withFullNames } from './mutations/places.js';
import { schemaPairs } from './schema-pairs.js';

const CORPUS = new URL('../../../../shared/corpus/schemas/', import.meta.url);
/** Larger ones of the corpus have more places of the same kinds. */
const MAX_TEXT = 1_500;

/** What the random ones lack or seldom have. */
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
  'int',
];

function bases(): Node[] {
  const random = [
    ...fc.sample(arbitrarySchema, { numRuns: 25 }),
    ...fc.sample(schemaPairs(), { seed: SEED, numRuns: 250 }).map(({ writer }) => writer),
  ];
  return [...CURATED, ...random, ...corpus()].flatMap((json) => {
    const schema = ignoringInvalid(() => withFullNames(json));
    return schema === undefined ? [] : [schema];
  });
}

/** Real schemas, where the corpus is at hand. */
function corpus(): string[] {
  if (!existsSync(CORPUS)) return [];
  return readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.avsc'))
    .map((file) => readFileSync(new URL(file, CORPUS), 'utf8'))
    .filter(({ length }) => length <= MAX_TEXT);
}

/** An edit may leave a name without its type: no schema, so nothing to say. */
function ignoringInvalid<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function parsed(node: Node): Schema | undefined {
  // Safe: made of texts, lists and objects only.
  return ignoringInvalid(() => parseSchema(node as Json, { role: 'history' }).schema);
}

/** What avsc refuses is another tool's word on what these say already. */
const LINT = selectRules(({ category, id }) => category === 'LINT' && id !== 'avsc-refuses');

function lints(schema: Schema): readonly Finding[] {
  return lint(schema, { rules: LINT }).filter(({ severity }) => severity !== 'off');
}

interface Base {
  readonly node: Node;
  readonly schema: Schema;
  readonly lints: number;
}

/** What the gate says of a change at level BACKWARD, and the lint that the schema did not have. */
function said({ schema, lints: known }: Base, after: Schema): string[] {
  const own = lints(after);
  return idsOf([
    ...compare(after, schema, { categories: CATEGORIES }),
    // Paths move with names, so only more than before counts.
    ...(own.length > known ? own : []),
  ]);
}

function idsOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule))];
}

/** What is wrong with a mutation's claim, if anything is. */
function refuted(mutation: Mutation, base: Base, after: Schema): string | undefined {
  const rules = said(base, after);
  const isTrue =
    'seenBy' in mutation
      ? mutation.seenBy.some((rule) => rules.includes(rule))
      : rules.length === 0;
  return isTrue ? undefined : `seen by ${rules.join() || 'nothing'}`;
}

describe('a change of one thing', () => {
  const schemas = bases().flatMap((node): Base[] => {
    const schema = parsed(node);
    return schema === undefined ? [] : [{ node, schema, lints: lints(schema).length }];
  });

  function* attempts({ mutate }: Mutation): Generator<Base & { changed: Node; after: Schema }> {
    for (const base of schemas) {
      for (const changed of mutate(base.node)) {
        const after = parsed(changed);
        if (after !== undefined) yield { ...base, changed, after };
      }
    }
  }

  it.each(MUTATIONS.map((mutation) => [mutation.what, mutation] as const))('%s', (_, mutation) => {
    let tried = 0;
    const forward = new Set<string>();
    for (const { changed, after, ...base } of attempts(mutation)) {
      tried++;
      const wrong = refuted(mutation, base, after);
      expect(wrong && [wrong, base.node, changed]).toBeUndefined();
      if ('silent' in mutation)
        for (const rule of idsOf(compare(base.schema, after))) forward.add(rule);
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
