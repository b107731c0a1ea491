import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Example } from '../../../codegen/check/example.js';
import { lint } from '../../../codegen/check/lint.js';
import { CATEGORIES, type RuleFacts } from '../../../codegen/check/rule.js';
import { allRules, RULES } from '../../../codegen/check/rules/index.js';
import { rulesPage } from '../../../codegen/check/rules-page.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';

const FOLDER = new URL('../../../codegen/check/rules/', import.meta.url);
const files = readdirSync(FOLDER)
  .filter((file) => file !== 'index.ts')
  .map((file) => file.replace(/\.ts$/, ''));
const withExample = allRules().filter(
  (rule): rule is RuleFacts & { example: Example } => 'example' in rule,
);
const oneSchema = new Set<RuleFacts>([...RULES.ownField, ...RULES.ownType, ...RULES.ownSchema]);

/** Ids of the rules of a category that an example trips. */
function tripped({ id, category, example }: RuleFacts & { example: Example }): string[] {
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
  it.each(withExample.map((rule) => [rule.id, rule] as const))(
    'trips %s and no other',
    (id, rule) => {
      if (rule.severity === 'off') {
        const { schema } = parseSchema(rule.example.reader);
        expect(lint(schema, { rules: rulesOf(['LINT']) }).map((f) => f.rule)).toContain(id);
      } else expect([...new Set(tripped(rule))]).toEqual([id]);
    },
  );

  it.each(
    withExample.filter((rule) => !oneSchema.has(rule)).map((rule) => [rule.id, rule] as const),
  )('of %s is fine when both sides are the same', (_, rule) => {
    expect(compare(rule.example.writer, rule.example.writer, { categories: CATEGORIES })).toEqual(
      [],
    );
  });
});

describe('docs/rules.md', () => {
  it('is what the rules print', () => {
    const page = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
    expect(page).toBe(rulesPage());
  });
});
