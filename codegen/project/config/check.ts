/** The `check` part of `tavro.json`: severities of rules, and waivers. */
import { type Category, SEVERITIES, type Severity } from '../../check/rule.js';
import { allRules } from '../../check/rules/index.js';
import type { Waiver } from '../../check/waivers.js';
import { type JsonNode, type JsonRecord, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';

/** What a project says of the gate. */
export interface CheckConfig {
  /** Rule id -> severity, for all subjects. */
  readonly rules: ReadonlyMap<string, Severity>;
  /** Subject -> rule id -> severity. */
  readonly subjects: ReadonlyMap<string, ReadonlyMap<string, Severity>>;
  readonly waivers: readonly Waiver[];
}

export const NO_CHECK_CONFIG: CheckConfig = {
  rules: new Map(),
  subjects: new Map(),
  waivers: [],
};

type Say = (origin: Origin, message: string) => void;

/** Reads the part; what is wrong with it goes to `say`. */
export function readCheckConfig(node: JsonNode | undefined, say: Say): CheckConfig {
  if (node === undefined) return NO_CHECK_CONFIG;
  const root = object(node, 'check', say);
  onlyKeys(root, ['rules', 'subjects', 'waivers'], say);
  const subjects = root.entries.get('subjects');
  const waivers = root.entries.get('waivers');
  if (waivers !== undefined && waivers.kind !== 'list')
    say(waivers.origin, '"waivers" must be a list.');
  return {
    rules: severities(root.entries.get('rules'), say),
    subjects: new Map(
      subjects === undefined
        ? []
        : [...object(subjects, 'check.subjects', say).entries].map(([name, rules]) => [
            name,
            severities(rules, say),
          ]),
    ),
    waivers: waivers?.kind === 'list' ? waivers.items.flatMap((item) => waiver(item, say)) : [],
  };
}

function severities(node: JsonNode | undefined, say: Say): ReadonlyMap<string, Severity> {
  const found = new Map<string, Severity>();
  if (node === undefined) return found;
  const root = object(node, 'rules', say);
  for (const [id, value] of root.entries) {
    knownRule(id, root.keys.get(id) ?? value.origin, say);
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

function waiver(node: JsonNode, say: Say): Waiver[] {
  const root = object(node, 'A waiver', say);
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
  return [
    { rule, subject, path, reason: reason.slice(0, MAX_REASON), expires, origin: node.origin },
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
  say(origin, `"${id}" is no rule that can be set here. \`tavro rules\` lists them.`);
}

function object(node: JsonNode, what: string, say: Say): JsonRecord {
  if (node.kind === 'object') return node;
  say(node.origin, `${what} must be an object.`);
  return { kind: 'object', origin: node.origin, entries: new Map(), keys: new Map() };
}

function onlyKeys(node: JsonRecord, known: readonly string[], say: Say): void {
  for (const [key, origin] of node.keys)
    if (!known.includes(key))
      say(origin, `"${key}" is not known here. Known: ${known.join(', ')}.`);
}
