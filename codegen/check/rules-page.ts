/** The rules for people and tools; `docs/rules.md` is printed here. */
import { type Json, printJson } from '../../runtime/json.js';
import type { FactKind } from './facts.js';
import {
  CATEGORIES,
  type Category,
  type PairKind,
  type ProjectRule,
  type Rule,
  type RuleFacts,
} from './rule.js';
import { allRules, pairRules, projectRules } from './rules/index.js';

const CATEGORY_WORDS: Readonly<Record<Category, string>> = {
  WIRE: 'Data stops decoding. Each finding has a witness: data that the reader refuses.',
  SEMANTIC: 'Data decodes and means something else.',
  SOURCE: 'Code that uses the generated types stops compiling, or no longer handles everything.',
  LINT: 'The schema will make trouble, whatever it is compared with.',
};

/** One line a rule, or all that is known of them as JSON. */
export function printRules(format: 'text' | 'json'): string {
  const rules = allRules();
  if (format === 'json')
    return JSON.stringify(
      rules.map(({ id, category, severity, why, fix, java }) => ({
        id,
        category,
        severity,
        why,
        fix,
        ...(java === undefined ? {} : { java }),
      })),
      null,
      2,
    );
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(
      ({ id, category, severity, why }) =>
        `${id.padEnd(width)}  ${category.padEnd(8)}  ${severity.padEnd(7)}  ${why}`,
    )
    .join('\n');
}

/** `docs/rules.md`. */
export function rulesPage(): string {
  const all = entries();
  const sections = CATEGORIES.flatMap((category) => [
    `## ${category}`,
    CATEGORY_WORDS[category],
    ...all.filter(({ rule }) => rule.category === category).map(section),
  ]);
  return [
    '# Rules of the gate',
    '<!-- Printed from codegen/check/rules by `tavro rules --format markdown`. Do not edit. -->',
    'Severities are set in `tavro.json`: `"check": { "rules": { "doc-missing": "warning" }, "subjects": { "orders-value": { "default-changed": "off" } } }`. `error` fails the check, `warning` is shown, `off` is not looked for. A single finding is accepted for a time by a waiver: `"check": { "waivers": [{ "rule": "…", "subject": "…", "path": "…", "reason": "…", "expires": "2030-12-31" }] }`.',
    ...sections,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

interface Entry {
  readonly rule: RuleFacts;
  readonly example: readonly string[];
}

function entries(): readonly Entry[] {
  return [
    ...pairRules().map((rule) => ({ rule, example: schemasOf(rule) })),
    ...projectRules().map((rule) => ({ rule, example: foundBy(rule) })),
  ];
}

function section({ rule: { id, severity, why, fix, java }, example }: Entry): string {
  return [
    `### ${id}`,
    why,
    `- Severity: ${severity}${java === undefined ? '' : `\n- Java's checker: \`${java}\``}\n- Fix: ${fix}`,
    ['```text', ...example, '```'].join('\n'),
  ].join('\n\n');
}

function schemasOf({ category, example }: Rule<PairKind>): string[] {
  const show = (name: string, json: Json): string => `${name}: ${printJson(json)}`;
  const schemas =
    category === 'LINT'
      ? [show('schema', example.reader)]
      : [show('writer', example.writer), show('reader', example.reader)];
  const { code } = example;
  return [
    ...schemas,
    ...example.repaired.map((json) => show('fixed', json)),
    ...(code === undefined ? [] : [`code: ${code.before}`, `fixed: ${code.after}`]),
  ];
}

/** What a rule says of its own example. */
function foundBy(rule: ProjectRule<FactKind>): string[] {
  const said = rule.check(rule.example.facts);
  return [`found: ${typeof said === 'string' ? said : said?.message}`];
}
