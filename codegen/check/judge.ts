/** Facts about a project -> findings. */
import type { Fact, FactKind, FactOf } from './facts.js';
import { type Finding, findingOf } from './finding.js';
import type { ProjectRule } from './rule.js';
import { PROJECT_RULES } from './rules/index.js';
import type { Severities } from './severity.js';

/** What the rules about a project say of facts, in the order of the facts. */
export function judge(facts: readonly Fact[], severities: Severities): Finding[] {
  return facts.flatMap((fact) => ask(fact, severities));
}

function ask<K extends FactKind>(
  { kind, facts, path = '', at }: FactOf<K>,
  severities: Severities,
): Finding[] {
  const rules: readonly ProjectRule<K>[] = PROJECT_RULES[kind];
  const { subject } = facts;
  return rules.flatMap((rule) => {
    const severity = severities.of(rule, subject);
    const said = severity === 'off' ? undefined : rule.check(facts);
    if (said === undefined) return [];
    const complaint = typeof said === 'string' ? { message: said } : said;
    return [findingOf(rule, complaint, { severity, subject, path, at: at() })];
  });
}
