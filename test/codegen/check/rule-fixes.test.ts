/** The fix of every rule, applied to the rule's own example: the finding is gone, and no other came. */
import { describe, expect, it } from '@jest/globals';
import { compare } from '../../../codegen/check/compare.js';
import { rulesOf } from '../../../codegen/check/compare-pair.js';
import type { Finding } from '../../../codegen/check/finding.js';
import { applyFix } from '../../../codegen/check/fix.js';
import { lint } from '../../../codegen/check/lint.js';
import type { PairKind, Rule } from '../../../codegen/check/rule.js';
import { pairRules } from '../../../codegen/check/rules/index.js';
import { Severities } from '../../../codegen/check/severity.js';
import { applyWaivers } from '../../../codegen/check/waivers.js';
import { parseSchema } from '../../../codegen/model/parse-schema.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';
import { compile, type Generated, generate, writeScratch } from '../generated-project.js';

const rules = pairRules();
const cases = rules.map((rule) => [rule.id, rule] as const);

/** What a rule's own command would say of a reader: of the schema alone, or of the pair. */
function findingsOf(
  { id, category, example: { writer } }: Rule<PairKind>,
  reader: Json,
): Finding[] {
  // Text, so that an edit has something to edit.
  const { schema } = parseSchema(JSON.stringify(reader), { role: 'history' });
  const own = lint(schema, { rules: rulesOf(['LINT']) }).filter(
    ({ severity, rule }) => severity !== 'off' || rule === id,
  );
  if (category === 'LINT') return own;
  // What the compiler says of code is asked of those rules only that are about code.
  const pairs =
    category === 'SOURCE'
      ? (['SOURCE', 'WIRE', 'SEMANTIC'] as const)
      : (['WIRE', 'SEMANTIC'] as const);
  return [...own, ...compare(schema, writer, { categories: pairs })];
}

const idsOf = (findings: readonly Finding[]): string[] => [
  ...new Set(findings.map(({ rule }) => rule)),
];

describe("the fix of each rule, applied to the rule's example", () => {
  it.each(cases)('%s says what to write', (_, { category, example: { repaired, code } }) => {
    expect(repaired.length > 0 || code !== undefined).toBe(true);
    // Code that no longer compiles is mended in code.
    if (code !== undefined) expect(category).toBe('SOURCE');
  });

  it.each(
    rules.flatMap((rule) =>
      rule.example.repaired.map((json, way) => [rule.id, way + 1, rule, json] as const),
    ),
  )('%s, way %i: the finding is gone, and no other came', (id, _, rule, repaired) => {
    const before = idsOf(findingsOf(rule, rule.example.reader));
    expect(before).toContain(id);
    const after = idsOf(findingsOf(rule, repaired));
    expect(after).not.toContain(id);
    // Only what the fix itself names may come for it.
    expect(after.filter((other) => !before.includes(other) && !rule.fix.includes(other))).toEqual(
      [],
    );
  });

  it.each(cases)('%s: what check --fix makes of it is one of these ways', (id, rule) => {
    const text = JSON.stringify(rule.example.reader);
    for (const { rule: found, edit, at } of findingsOf(rule, rule.example.reader)) {
      if (found !== id || edit === undefined) continue;
      const edited = applyFix(text, new SourceText('', text).offset(at), edit);
      expect(rule.example.repaired).toContainEqual(JSON.parse(edited ?? 'null'));
    }
  });
});

describe('a waiver', () => {
  const waivable = cases.filter(([, { fix }]) => fix.includes('waiver'));

  it.each(waivable)('hides %s, as its fix says', (id, rule) => {
    const findings = findingsOf(rule, rule.example.reader)
      .filter((finding) => finding.rule === id)
      .map((finding) => ({ ...finding, subject: 's' }));
    const waivers = findings.map(({ path, at }) => ({
      ...{ rule: id, subject: 's', path, reason: 'They mean the same.', expires: '2030-12-31' },
      origin: { source: new SourceText(at.file, ''), offset: 0, length: 0 },
    }));
    const { findings: left, waived } = applyWaivers(findings, waivers, {
      today: '2030-01-01',
      severities: new Severities({ rules: new Map(), subjects: new Map() }),
      isLookedFor: () => true,
    });
    expect([left, waived]).toEqual([[], findings]);
    expect(findings.length).toBeGreaterThan(0);
  });

  it('is what some fixes name', () => {
    expect(waivable.map(([id]) => id)).toEqual(
      expect.arrayContaining(['field-renamed', 'enum-default-used', 'logical-type-one-sided']),
    );
  });
});

describe('the fix of a rule about code', () => {
  const withCode = rules.filter(({ example }) => example.code !== undefined);

  /** A module with a line of code, after the imports it needs. */
  function moduleOf({ project }: Generated, folder: string, line: string): string {
    // What is about imports says its own.
    if (line.startsWith('import')) return line.replace("'./", `'./${folder}/`);
    const imports = project.types.map((type) => {
      const { path } = project.namesOf(type);
      const name = path.slice(path.lastIndexOf('/') + 1);
      return `import type * as ${name}Module from './${folder}/${path}.js';
type ${name} = ${name}Module.${name};${type.kind === 'record' ? `\ntype ${name}Input = ${name}Module.${name}Input;` : ''}`;
    });
    return `${imports.join('\n')}\n${line}\n`;
  }

  it('compiles, and what it mends did and does no longer', async () => {
    const files = withCode.flatMap(({ id, example: { reader, writer, code } }) => {
      const [was, is] = [generate([writer]), generate([reader])];
      const { before = '', after = '' } = code ?? {};
      const module = (name: string, line: string, from: Generated, folder: string) => ({
        path: `${id}-${name}.ts`,
        text: moduleOf(from, folder, line),
      });
      return [
        ...was.files.map(({ path, text }) => ({ path: `${id}/was/${path}`, text })),
        ...is.files.map(({ path, text }) => ({ path: `${id}/is/${path}`, text })),
        module('was', before, was, `${id}/was`),
        module('broken', before, is, `${id}/is`),
        module('mended', after, is, `${id}/is`),
      ];
    });
    const folder = await writeScratch('rule-fixes', files);
    const errors = await compile(folder, 'typescript', { noUnusedLocals: false });
    const broken = errors.map((line) => line.slice(0, line.indexOf('.ts')));
    expect(new Set(broken)).toEqual(new Set(withCode.map(({ id }) => `${id}-broken`)));
  });
});
