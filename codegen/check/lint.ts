/** One schema alone: no reader, no writer. */
import { type Field, isNamed, type RecordSchema, type Schema, visit } from '../model/schema.js';
import { type Origin, placeOf } from '../model/source-text.js';
import { type Finding, findingOf } from './finding.js';
import type { Complaint, RuleFacts, RuleSet, Severity } from './rule.js';

export interface LintOptions {
  readonly rules: RuleSet;
  readonly subject?: string;
  readonly severityOf?: (rule: RuleFacts) => Severity;
  /** Schemas that were looked at already: each is reported once. */
  readonly seen?: Set<Schema>;
}

/** What the one-schema rules say of a schema and everything within it. */
export function lint(root: Schema, options: LintOptions): Finding[] {
  const { rules, seen = new Set<Schema>() } = options;
  const findings: Finding[] = [];
  const say = (rule: RuleFacts, said: string | Complaint | undefined, at: Subject): void => {
    if (said === undefined) return;
    const complaint = typeof said === 'string' ? { message: said } : said;
    const severity = options.severityOf?.(rule) ?? rule.severity;
    const place = placeOf(complaint.reader ?? at.origin);
    findings.push(
      findingOf(rule, complaint, { severity, subject: options.subject, path: at.path, at: place }),
    );
  };
  if (!seen.has(root))
    for (const rule of rules.ownSchema)
      say(rule, rule.check({ schema: root }), { origin: root.origin, path: '' });
  visit(
    root,
    (schema) => {
      const path = isNamed(schema) ? schema.name : '';
      for (const rule of rules.ownType)
        say(rule, rule.check({ schema }), { origin: schema.origin, path });
      if (schema.kind !== 'record') return;
      for (const field of schema.fields)
        for (const rule of rules.ownField)
          say(rule, rule.check({ field, record: schema }), whereIs(schema, field));
    },
    seen,
  );
  return findings;
}

interface Subject {
  readonly origin: Origin;
  readonly path: string;
}

function whereIs(record: RecordSchema, field: Field): Subject {
  return { origin: field.origin, path: `${record.name}.${field.name}` };
}
