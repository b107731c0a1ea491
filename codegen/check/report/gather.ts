/**
 * Reports for people show a few findings of a kind and name the others: one edit may bring about
 * thousands. What tools read holds them all.
 */
import { visible } from '../../../runtime/printable.js';
import { counted } from '../../../runtime/words.js';
import { printPlace } from '../../model/source-text.js';
import type { Finding } from '../finding.js';

/** Most findings of one rule in one file that are shown whole. */
const MAX_IN_FILE = 3;
/** Most findings of one rule that are. */
const MAX_OF_RULE = 10;
/** Most of the others that are named. */
const MAX_NAMED = 10;
/** Most text of findings in a report, in UTF-16 units: GitHub takes 65,536 in a comment. */
const MAX_REPORT = 50_000;

/** Findings that differ in the versions only: one thing to read about. */
export type Alike = readonly [Finding, ...Finding[]];

/** What is shown whole, and what is behind it in a line each. */
export interface Shown {
  readonly alike: Alike;
  /** Such as `and 37 more fields: a, b, c, …`. */
  readonly more: readonly string[];
}

/** What of findings is to be shown, in their order. */
export function gather(findings: readonly Finding[]): readonly Shown[] {
  const all = alikeOf(findings);
  const groups = new Map<string, Group>();
  const groupOf = (...parts: readonly string[]): Group => {
    const key = JSON.stringify(parts);
    const group = groups.get(key) ?? { shown: [], rest: [] };
    groups.set(key, group);
    return group;
  };
  for (const alike of all) {
    const [{ rule, severity, at }] = alike;
    const ofRule = groupOf(rule, severity);
    const inFile = groupOf(rule, severity, at.file);
    if (inFile.shown.length < MAX_IN_FILE && ofRule.shown.length < MAX_OF_RULE) {
      inFile.shown.push(alike);
      ofRule.shown.push(alike);
    } else (inFile.shown.length > 0 ? inFile : ofRule).rest.push(alike);
  }
  return inOrder(all, [...groups.values()]);
}

interface Group {
  readonly shown: Alike[];
  readonly rest: Alike[];
}

function inOrder(all: readonly Alike[], groups: readonly Group[]): readonly Shown[] {
  const shown = new Map<Alike, string[]>();
  // One is shown as quickly as it is named.
  for (const { shown: whole, rest } of groups)
    for (const alike of rest.length === 1 ? [...whole, ...rest] : whole) shown.set(alike, []);
  for (const { shown: whole, rest } of groups) {
    const last = whole.at(-1);
    if (last !== undefined && rest.length > 1) shown.get(last)?.push(named(rest, last[0]));
  }
  return all.flatMap((alike) => {
    const more = shown.get(alike);
    return more === undefined ? [] : [{ alike, more }];
  });
}

function alikeOf(findings: readonly Finding[]): readonly Alike[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { rule, subject, path, at, message } = finding;
    const key = JSON.stringify([rule, subject, path, at, message]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()];
}

/** @param last the last one that is shown */
function named(rest: readonly Alike[], last: Finding): string {
  const all = rest.map(([finding]) => finding);
  const isOne = (part: (finding: Finding) => string | undefined): boolean =>
    all.every((finding) => part(finding) === part(last));
  const isOneSubject = isOne(({ subject }) => subject);
  const isOnePath = isOne(({ path }) => path);
  const [noun, nameOf] =
    isOneSubject && !isOnePath
      ? (['field', ({ path, at }: Finding) => path || printPlace(at)] as const)
      : isOnePath && !isOneSubject
        ? (['subject', ({ subject, at }: Finding) => subject ?? printPlace(at)] as const)
        : (['place', placeName] as const);
  const names = [...new Set(all.map(nameOf))];
  const end = names.length > MAX_NAMED ? ', …' : '';
  return `and ${counted(names.length, `more ${noun}`)}: ${names.slice(0, MAX_NAMED).map(visible).join(', ')}${end}`;
}

function placeName({ subject, path, at }: Finding): string {
  return (
    [subject, path].filter((part) => part !== undefined && part !== '').join(' ') || printPlace(at)
  );
}

/** The text of something shown, as long as there is room: errors come before warnings. */
export function withinReport(
  shown: readonly Shown[],
  print: (one: Shown) => string,
): { readonly texts: readonly string[]; readonly left: number } {
  const isError = ({ alike: [{ severity }] }: Shown): boolean => severity === 'error';
  const texts = new Map<Shown, string>();
  let room = MAX_REPORT;
  for (const one of [...shown.filter(isError), ...shown.filter((other) => !isError(other))]) {
    if (room <= 0) break;
    const text = print(one);
    room -= text.length;
    if (room > 0 || texts.size === 0) texts.set(one, text);
  }
  return {
    texts: shown.flatMap((one) => texts.get(one) ?? []),
    left: shown.length - texts.size,
  };
}

/** What to say where findings were left out: nothing where none were. */
export function leftOut(left: number): readonly string[] {
  return left === 0
    ? []
    : [`and ${counted(left, 'more finding')}: tavro check --format json tells them all.`];
}

/** Most pairs of versions that are told one by one for one finding. */
export const MAX_ALIKE = 5;

/** The others in a few words. */
export function moreVersions(alike: Alike, told = 1): string {
  return `and ${counted(alike.length - told, 'more pair')} of versions`;
}
