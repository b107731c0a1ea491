/** Severities as a project sets them: by subject before by project before by rule. */
import type { RuleFacts, RuleSet, Severity } from './rule.js';
import { selectRules } from './rules/index.js';

export interface SeveritySettings {
  readonly rules: ReadonlyMap<string, Severity>;
  readonly subjects: ReadonlyMap<string, ReadonlyMap<string, Severity>>;
}

export class Severities {
  private readonly settings: SeveritySettings;
  private readonly sets = new Map<string, RuleSet>();

  constructor(settings: SeveritySettings) {
    this.settings = settings;
  }

  /** How much a rule counts for a subject. */
  of(rule: RuleFacts, subject?: string): Severity {
    const { rules, subjects } = this.settings;
    const own = subject === undefined ? undefined : subjects.get(subject)?.get(rule.id);
    return own ?? rules.get(rule.id) ?? rule.severity;
  }

  /** The rules that are on for a subject, of those that `wants` lets through. */
  rulesFor(subject: string | undefined, kind: 'pairs' | 'source' | 'lint'): RuleSet {
    // Most subjects have no settings of their own and share one table.
    const owner = subject !== undefined && this.settings.subjects.has(subject) ? subject : '';
    const key = `${kind} ${owner}`;
    const known = this.sets.get(key);
    if (known !== undefined) return known;
    const set = selectRules(
      (rule) => KINDS[kind].includes(rule.category) && this.of(rule, subject) !== 'off',
    );
    this.sets.set(key, set);
    return set;
  }
}

const KINDS: Readonly<Record<'pairs' | 'source' | 'lint', readonly string[]>> = {
  pairs: ['WIRE', 'SEMANTIC'],
  source: ['SOURCE'],
  lint: ['LINT'],
};
