import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Fact, FactKind, Facts } from '../../../codegen/check/facts.js';
import { judge } from '../../../codegen/check/judge.js';
import { lint } from '../../../codegen/check/lint.js';
import {
  CATEGORIES,
  type PairKind,
  type Rule,
  type RuleFacts,
} from '../../../codegen/check/rule.js';
import { allRules, PROJECT_RULES, pairRules, RULES } from '../../../codegen/check/rules/index.js';
import { rulesPage } from '../../../codegen/check/rules-page.js';
import { Severities } from '../../../codegen/check/severity.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';

const FOLDER = new URL('../../../codegen/check/rules/', import.meta.url);
const files = readdirSync(FOLDER)
  .filter((file) => file !== 'index.ts')
  .map((file) => file.replace(/\.ts$/, ''));
const oneSchema = new Set<RuleFacts>([...RULES.ownField, ...RULES.ownType, ...RULES.ownSchema]);

/** Ids of the rules of a category that an example trips. */
function tripped({ id, category, example }: Rule<PairKind>): string[] {
  if (category !== 'LINT')
    return compare(example.reader, example.writer, { categories: [category] }).map(
      ({ rule }) => rule,
    );
  const { schema } = parseSchema(example.reader, { role: 'history' });
  return (
    lint(schema, { rules: rulesOf(['LINT']) })
      .filter(({ severity }) => severity !== 'off')
      .map(({ rule }) => rule)
      // What another tool refuses overlaps with rules that say why.
      .filter((rule) => rule !== 'avsc-refuses' || id === rule)
  );
}

describe('the table of rules', () => {
  it('holds each file of the folder once', () => {
    const ids = allRules().map(({ id }) => id);
    expect([...ids].sort()).toEqual([...files].sort());
  });

  it.each(allRules().map((rule) => [rule.id, rule] as const))('%s says what it is', (_, rule) => {
    expect(CATEGORIES).toContain(rule.category);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.fix).toMatch(/\.$/);
    expect(`${rule.why} ${rule.fix}`).not.toMatch(/\b(old|new) (schema|version|reader|writer)\b/);
  });

  it.each(files)('%s never says which side is newer', (file) => {
    const text = readFileSync(new URL(`${file}.ts`, FOLDER), 'utf8');
    expect(text).not.toMatch(/\b(oldSchema|newSchema|previous|candidate)\b/);
  });
});

describe("each rule's own example", () => {
  it.each(pairRules().map((rule) => [rule.id, rule] as const))(
    'trips %s and no other',
    (id, rule) => {
      if (rule.severity === 'off') {
        const { schema } = parseSchema(rule.example.reader);
        expect(lint(schema, { rules: rulesOf(['LINT']) }).map((f) => f.rule)).toContain(id);
      } else expect([...new Set(tripped(rule))]).toEqual([id]);
    },
  );

  it.each(
    pairRules()
      .filter((rule) => !oneSchema.has(rule))
      .map((rule) => [rule.id, rule] as const),
  )('of %s is fine when both sides are the same', (_, rule) => {
    expect(compare(rule.example.writer, rule.example.writer, { categories: CATEGORIES })).toEqual(
      [],
    );
  });
});

/** Ids of the rules that say something of facts, with one of them on whatever its severity. */
function saidOf<K extends FactKind>(kind: K, facts: Facts[K], on: string): string[] {
  const at = () => ({ file: 'lock/orders-value.json', line: 1, column: 1 });
  // Safe: the kind is that of the facts.
  const fact = { kind, facts, at } as Fact;
  const severities = new Severities({ rules: new Map([[on, 'error']]), subjects: new Map() });
  return judge([fact], severities).map(({ rule }) => rule);
}

describe("each project rule's own example", () => {
  const cases = Object.entries(PROJECT_RULES).flatMap(([kind, rules]) =>
    // Safe: the keys of the table are its own.
    rules.map((rule) => [rule.id, rule, kind as FactKind] as const),
  );

  it.each(cases)('trips %s and no other', (id, { example }, kind) => {
    expect(saidOf(kind, example.facts, id)).toEqual([id]);
  });

  it.each(cases)('of %s is fine once its fix is carried out', (id, { example }, kind) => {
    expect(example.repaired.flatMap((facts) => saidOf(kind, facts, id))).toEqual([]);
  });
});

describe('docs/rules.md', () => {
  it('is what the rules print', () => {
    const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
    expect(page).toBe(rulesPage());
  });
});
