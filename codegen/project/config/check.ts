/** The `check` part of `tavro.json`: severities of rules, and waivers. */

import { didYouMean } from '../../../runtime/nearest-name.js';
import { type Category, SEVERITIES, type Severity } from '../../check/rule.js';
import { allRules } from '../../check/rules/index.js';
import type { Waiver } from '../../check/waivers.js';
import { type JsonNode, keysOf, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { objectOf, onlyKeys, type Say } from './shape.js';

/** What a project says of the gate. */
export interface CheckConfig {
  /** Rule id -> severity, for all subjects. */
  readonly rules: ReadonlyMap<string, Severity>;
  /** Subject -> rule id -> severity. */
  readonly subjects: ReadonlyMap<string, ReadonlyMap<string, Severity>>;
  readonly waivers: readonly Waiver[];
  /** Every subject that the part names, and for which rules. */
  readonly named: readonly NamedSubject[];
}

export interface NamedSubject {
  readonly subject: string;
  readonly rules: readonly string[];
  readonly origin: Origin;
}

export const NO_CHECK_CONFIG: CheckConfig = {
  rules: new Map(),
  subjects: new Map(),
  waivers: [],
  named: [],
};

/** Reads the part; what is wrong with it goes to `say`. */
export function readCheckConfig(node: JsonNode | undefined, say: Say): CheckConfig {
  if (node === undefined) return NO_CHECK_CONFIG;
  const root = objectOf(node, 'check', say);
  onlyKeys(root, ['rules', 'subjects', 'waivers'], say);
  const given = root.entries.get('subjects');
  const subjects = given === undefined ? undefined : objectOf(given, 'check.subjects', say);
  const list = root.entries.get('waivers');
  if (list !== undefined && list.kind !== 'list') say(list.origin, '"waivers" must be a list.');
  const waivers = list?.kind === 'list' ? list.items.flatMap((item) => waiver(item, say)) : [];
  const bySubject = new Map(
    [...(subjects?.entries ?? [])].map(([name, rules]) => [name, severities(rules, say)]),
  );
  const keys = subjects && keysOf(subjects);
  const named = [...bySubject].map(([subject, rules]): NamedSubject => {
    const origin = keys?.get(subject) ?? node.origin;
    return { subject, rules: [...rules.keys()], origin };
  });
  return {
    rules: severities(root.entries.get('rules'), say),
    subjects: bySubject,
    waivers: waivers.map(({ waiver: one }) => one),
    named: [...named, ...waivers.map(({ names }) => names)],
  };
}

function severities(node: JsonNode | undefined, say: Say): ReadonlyMap<string, Severity> {
  const found = new Map<string, Severity>();
  if (node === undefined) return found;
  const root = objectOf(node, 'rules', say);
  const keys = keysOf(root);
  for (const [id, value] of root.entries) {
    knownRule(id, keys.get(id) ?? value.origin, say);
    const severity = SEVERITIES.find((known) => known === stringOf(value));
    if (severity === undefined)
      say(value.origin, `The severity of ${id} must be one of ${SEVERITIES.join(', ')}.`);
    else found.set(id, severity);
  }
  return found;
}

const WAIVER_KEYS = ['rule', 'subject', 'path', 'reason', 'expires'] as const;
/** Longest reason that is kept, in UTF-16 units: reports print it. */
const MAX_REASON = 1_000;

function waiver(node: JsonNode, say: Say): { waiver: Waiver; names: NamedSubject }[] {
  const root = objectOf(node, 'A waiver', say);
  onlyKeys(root, WAIVER_KEYS, say);
  const [rule, subject, path, reason, expires] = WAIVER_KEYS.map((key) =>
    stringOf(root.entries.get(key)),
  );
  if (
    rule === undefined ||
    subject === undefined ||
    path === undefined ||
    reason === undefined ||
    reason.trim() === '' ||
    expires === undefined
  ) {
    say(
      node.origin,
      `A waiver needs ${WAIVER_KEYS.map((key) => `"${key}"`).join(', ')}: which finding, why it is accepted, and until when.`,
    );
    return [];
  }
  knownRule(rule, root.entries.get('rule')?.origin ?? node.origin, say);
  if (!isDate(expires))
    say(
      root.entries.get('expires')?.origin ?? node.origin,
      `"expires" must be a date such as 2030-12-31, not ${JSON.stringify(expires)}.`,
    );
  const kept = reason.slice(0, MAX_REASON);
  const origin = root.entries.get('subject')?.origin ?? node.origin;
  return [
    {
      waiver: { rule, subject, path, reason: kept, expires, origin: node.origin },
      names: { subject, rules: [rule], origin },
    },
  ];
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Findings about waivers cannot be waived. */
const UNWAIVABLE: ReadonlySet<string> = new Set(['waiver-expired', 'waiver-unused']);

function knownRule(id: string, origin: Origin, say: Say): void {
  const known: readonly { readonly id: string; readonly category: Category }[] = allRules();
  if (known.some((rule) => rule.id === id) && !UNWAIVABLE.has(id)) return;
  const settable = known.filter((rule) => !UNWAIVABLE.has(rule.id)).map((rule) => rule.id);
  const meant = didYouMean(id, settable);
  say(origin, `"${id}" is no rule that can be set here.${meant} \`tavro rules\` lists them.`);
}
