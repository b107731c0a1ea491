/** The `check` part of `tavro.json`: severities of rules, and waivers. */

import { didYouMean } from '../../../runtime/nearest-name.js';
import { SEVERITIES, type Severity } from '../../check/rule.js';
import { allRules } from '../../check/rules/index.js';
import type { Waiver } from '../../check/waivers.js';
import { type JsonNode, keysOf, stringOf } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import {
  choice,
  listOf,
  mapOf,
  part,
  type Setting,
  type Shared,
  TEXT,
  type Text,
} from './setting.js';
import { neededObjectOf, objectOf, PartReader, type Say } from './shape.js';

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

/** Findings about waivers cannot be waived. */
const UNWAIVABLE: ReadonlySet<string> = new Set(['waiver-expired', 'waiver-unused']);
const SETTABLE = allRules().filter(({ id }) => !UNWAIVABLE.has(id));
const SEVERITY = choice(SEVERITIES);

const RULES: Shared = {
  form: 'shared',
  name: 'severities',
  title: 'Severities',
  doc: 'By the id of a rule.',
  is: {
    ...part(
      Object.fromEntries(
        SETTABLE.map(({ id, severity, why }): [string, Setting] => [
          id,
          { is: SEVERITY, default: severity, doc: why },
        ]),
      ),
    ),
    names: 'rule',
    listed:
      'Each of [the rules](rules.md) by its id, but for those on waivers, with `error`, `warning` or `off`; the rules say what holds without it.',
  },
};

const BLANKLESS: Text = { form: 'text', like: { pattern: /\S/, must: 'say why' } };
const DATE: Text = {
  form: 'text',
  like: { pattern: /^\d{4}-\d{2}-\d{2}$/, must: 'be a date such as 2030-12-31' },
  called: 'date',
};

const WAIVER = part({
  rule: {
    is: {
      ...choice(SETTABLE.map(({ id }) => id)),
      called: 'id of [a rule](rules.md)',
      names: 'rule',
    },
    isRequired: true,
    doc: 'The rule of the finding.',
    example: 'type-mismatch',
  },
  subject: {
    is: { ...TEXT, names: 'subject' },
    isRequired: true,
    doc: 'The subject of the finding; of a type that no topic carries its full name.',
    example: 'orders-value',
  },
  path: {
    is: TEXT,
    isRequired: true,
    doc: 'Where in the schema, as the finding shows it; empty for the whole.',
    example: 'acme.Order.note',
  },
  reason: {
    is: BLANKLESS,
    isRequired: true,
    doc: 'Why it is accepted.',
    example: 'nobody reads it',
  },
  expires: {
    is: DATE,
    isRequired: true,
    doc: 'The last day on which it is accepted.',
    example: '2030-12-31',
  },
});

export const CHECK = part({
  rules: {
    is: RULES,
    doc: 'Severity of [rules](rules.md), for all subjects: `error` fails the check, `warning` is shown, `off` is not looked for.',
    example: { 'doc-missing': 'warning' },
  },
  subjects: {
    is: mapOf({ key: '<subject>', names: 'subject', value: RULES, doc: 'A subject.' }),
    doc: 'The same for one subject, by its name; of a type that no topic carries by its full name.',
    example: { 'orders-value': { 'default-changed': 'off' } },
  },
  waivers: {
    is: listOf(WAIVER),
    doc: 'Single findings that are accepted for a time.',
  },
});

/** Reads the part; what is wrong with it goes to `say`. */
export function readCheckConfig(node: JsonNode | undefined, say: Say): CheckConfig {
  if (node === undefined) return NO_CHECK_CONFIG;
  const read = new PartReader(objectOf(node, 'check', say), CHECK, say);
  const given = read.at('subjects');
  const subjects = given === undefined ? undefined : objectOf(given, 'check.subjects', say);
  const list = read.at('waivers');
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
    rules: severities(read.at('rules'), say),
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
    const severity = SEVERITY.choices.find((known) => known === stringOf(value));
    if (severity === undefined)
      say(
        value.origin,
        `The severity of ${id} must be one of ${SEVERITY.choices.join(', ')}.${didYouMean(stringOf(value) ?? '', SEVERITY.choices)}`,
      );
    else found.set(id, severity);
  }
  return found;
}

/** Longest reason that is kept, in UTF-16 units: reports print it. */
const MAX_REASON = 1_000;

function waiver(node: JsonNode, say: Say): { waiver: Waiver; names: NamedSubject }[] {
  const object = neededObjectOf(node, 'A waiver', say);
  if (object === undefined) return [];
  const read = new PartReader(object, WAIVER, say);
  const said = (key: keyof typeof WAIVER.settings): string | undefined => stringOf(read.at(key));
  const [rule, subject, path] = [said('rule'), said('subject'), said('path')];
  const [reason, expires] = [said('reason'), said('expires')];
  if (
    rule === undefined ||
    subject === undefined ||
    path === undefined ||
    reason === undefined ||
    !BLANKLESS.like?.pattern.test(reason) ||
    expires === undefined
  ) {
    say(
      node.origin,
      `A waiver needs ${Object.keys(WAIVER.settings)
        .map((key) => `"${key}"`)
        .join(', ')}: which finding, why it is accepted, and until when.`,
    );
    return [];
  }
  knownRule(rule, read.origin('rule'), say);
  if (!isDate(expires))
    say(
      read.origin('expires'),
      `"expires" must be a date such as 2030-12-31, not ${JSON.stringify(expires)}.`,
    );
  const kept = reason.slice(0, MAX_REASON);
  const origin = read.origin('subject');
  return [
    {
      waiver: { rule, subject, path, reason: kept, expires, origin: node.origin },
      names: { subject, rules: [rule], origin },
    },
  ];
}

function isDate(text: string): boolean {
  const time = DATE.like?.pattern.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function knownRule(id: string, origin: Origin, say: Say): void {
  const settable = SETTABLE.map((rule) => rule.id);
  if (settable.includes(id)) return;
  const meant = didYouMean(id, settable);
  say(origin, `"${id}" is no rule that can be set here.${meant} \`tavro rules\` lists them.`);
}
