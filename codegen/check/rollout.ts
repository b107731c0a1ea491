/** In which order a change gets to production without anyone meeting data they cannot read. */
import { visible } from '../../runtime/printable.js';
import { counted } from '../../runtime/words.js';
import { comparePair, rulesOf, type Side } from './compare-pair.js';
import type { Finding } from './finding.js';

/**
 * `any`: both read each other. `consumers-first`: only the candidate reads both. `producers-first`:
 * the last version's readers already read what the candidate writes, but not the other way round.
 * `two-step`: neither reads the other.
 */
export type RolloutOrder = 'any' | 'consumers-first' | 'producers-first' | 'two-step';

export interface Rollout {
  readonly subject: string;
  readonly order: RolloutOrder;
  readonly from: string;
  readonly to: string;
  /** What to do, in order. */
  readonly steps: readonly string[];
}

/**
 * How to get from the versions that are in use to the candidate.
 * @param versions oldest first
 */
export function rolloutOf(
  subject: string,
  versions: readonly [Side, ...Side[]],
  candidate: Side,
): Rollout {
  const rules = rulesOf(['WIRE']);
  const consuming = versions.flatMap((version) => comparePair(candidate, version, { rules }));
  const producing = versions.flatMap((version) =>
    comparePair(version, candidate, { rules, editable: 'writer' }),
  );
  const order: RolloutOrder =
    consuming.length === 0
      ? producing.length === 0
        ? 'any'
        : 'consumers-first'
      : producing.length === 0
        ? 'producers-first'
        : 'two-step';
  const from = versions.map(({ name }) => name ?? 'the last version').join(', ');
  const to = candidate.name ?? 'the candidate';
  return { subject, order, from, to, steps: steps(order, { from, to, consuming, producing }) };
}

function steps(
  order: RolloutOrder,
  {
    from,
    to,
    consuming,
    producing,
  }: {
    from: string;
    to: string;
    consuming: readonly Finding[];
    producing: readonly Finding[];
  },
): readonly string[] {
  switch (order) {
    case 'any':
      return [`Deploy consumers and producers of ${to} in any order.`];
    case 'consumers-first':
      return [
        `Deploy all consumers with ${to}: they read ${from} too.`,
        `Then deploy the producers: consumers still on ${names(producing, 'reader')} could not read ${to} (${causes(producing)}).`,
      ];
    case 'producers-first':
      return [
        `Deploy all producers with ${to}: consumers on ${from} read it.`,
        `Wait until no data of ${names(consuming, 'writer')} is left in the topic (its retention), then deploy the consumers: ${to} cannot read it (${causes(consuming)}).`,
      ];
    case 'two-step':
      return [
        `Release a version between the two that reads ${from} and is read by it: ${fixes([...consuming, ...producing])}`,
        'Deploy its consumers, then its producers.',
        `Wait until no data of ${names(consuming, 'writer')} is left in the topic (its retention).`,
        `Then release ${to} against that version; this command tells its order.`,
      ];
  }
}

/** The versions that findings are about. */
function names(findings: readonly Finding[], side: 'reader' | 'writer'): string {
  return list(
    findings.map((finding) => finding[side] ?? 'the last version'),
    ', ',
  );
}

function causes(findings: readonly Finding[]): string {
  return list(
    findings.map(({ path, rule }) => (path === '' ? rule : `${path}: ${rule}`)),
    ', ',
  );
}

function fixes(findings: readonly Finding[]): string {
  return list(
    findings.map(({ path, fix }) => (path === '' ? fix : `${path}: ${fix}`)),
    ' ',
  );
}

/** Most causes that are spelled out. */
const MAX_LISTED = 5;

function list(items: readonly string[], separator: string): string {
  const once = [...new Set(items)];
  const more = once.length - MAX_LISTED;
  return `${once.slice(0, MAX_LISTED).join(separator)}${more > 0 ? `${separator}and ${more} more` : ''}`;
}

/** A rollout for people. */
export function printRollout({ subject, order, from, to, steps }: Rollout): string {
  const title = `rollout of ${subject} from ${from} to ${to}: ${order.replaceAll('-', ' ')}`;
  const lines = [title, ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
  return lines.map(visible).join('\n');
}

/** Most rollouts, and most subjects of one, that a report shows. */
const MAX_SHOWN = 10;

/** Rollouts for people, those of subjects that get there alike as one: a type may be in hundreds. */
export function printRollouts(rollouts: readonly Rollout[]): readonly string[] {
  const groups = new Map<string, [Rollout, ...Rollout[]]>();
  for (const rollout of rollouts) {
    const { subject: _, ...way } = rollout;
    const known = groups.get(JSON.stringify(way));
    if (known === undefined) groups.set(JSON.stringify(way), [rollout]);
    else known.push(rollout);
  }
  const all = [...groups.values()];
  const rest = all.length - MAX_SHOWN;
  return [
    ...all.slice(0, MAX_SHOWN).map((alike) => printRollout({ ...alike[0], subject: those(alike) })),
    ...(rest > 0 ? [`and ${counted(rest, 'more rollout')}: tavro plan tells them all.`] : []),
  ];
}

function those(rollouts: readonly Rollout[]): string {
  const names = rollouts.map(({ subject }) => subject);
  const rest = names.length - MAX_SHOWN;
  return `${names.slice(0, MAX_SHOWN).join(', ')}${rest > 0 ? ` and ${counted(rest, 'more subject')}` : ''}`;
}
