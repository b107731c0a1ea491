/** One subject: its history, its candidate, its level -> findings. */

import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import { identityOf } from '../model/identity.js';
import type { Schema } from '../model/schema.js';
import { comparePair, rulesOf } from './compare-pair.js';
import type { Finding } from './finding.js';
import { MODES, pairsOf } from './modes.js';
import { type Rollout, rolloutOf } from './rollout.js';
import type { Severities } from './severity.js';

/** A version as findings name it. */
export interface Version {
  /** Such as `v3` or `main`. */
  readonly name: string;
  readonly schema: Schema;
  /** Hash over all that decides how data is read. */
  readonly identity: string;
}

export function versionOf(name: string, schema: Schema): Version {
  return { name, schema, identity: identityOf(schema) };
}

export interface SubjectHistory {
  readonly subject: string;
  readonly level: CompatibilityLevel;
  /** Oldest first; a version may be worked out when first asked for. */
  readonly history: readonly (() => Version)[];
  readonly candidate: Version;
}

/** What is wrong with a subject's candidate after its history. */
export function checkSubject(
  { subject, level, history, candidate }: SubjectHistory,
  severities: Severities,
): Finding[] {
  const last = history.at(-1)?.();
  // The same as the last version is no change: it was accepted when it came.
  if (last === undefined || last.identity === candidate.identity) return [];
  const others = relevantOf(level, history).filter(
    ({ identity }) => identity !== candidate.identity,
  );
  const common = {
    subject,
    severityOf: (rule: Parameters<Severities['of']>[0]) => severities.of(rule, subject),
  };
  const pairs = pairsOf(level, others, candidate).flatMap(({ reader, writer }) =>
    comparePair(reader, writer, {
      ...common,
      rules: severities.rulesFor(subject, 'pairs'),
      editable: reader === candidate ? 'reader' : 'writer',
    }),
  );
  // Code is written for the last version, whatever the level.
  const source = comparePair(candidate, last, {
    ...common,
    rules: severities.rulesFor(subject, 'source'),
  });
  return [...pairs, ...source];
}

/** Whether data is read after a change as a level asks for: the gate's verdict in a word. */
export function isTaken(
  level: CompatibilityLevel,
  history: readonly Version[],
  candidate: Version,
): boolean {
  // Another doc is no change to the gate.
  if (history.some(({ identity }) => identity === candidate.identity)) return true;
  const rules = rulesOf(['WIRE']);
  return pairsOf(level, history, candidate).every(
    ({ reader, writer }) => comparePair(reader, writer, { rules }).length === 0,
  );
}

/** The versions that a level looks at; NONE looks at the last all the same, to tell its rollout. */
function relevantOf(
  level: CompatibilityLevel,
  history: SubjectHistory['history'],
): readonly Version[] {
  return (MODES[level].isTransitive ? history : history.slice(-1)).map((version) => version());
}

/** How a changed candidate gets to production; `undefined` where nothing changed. */
export function rolloutOfSubject({
  subject,
  level,
  history,
  candidate,
}: SubjectHistory): Rollout | undefined {
  const last = history.at(-1)?.();
  if (last === undefined || last.identity === candidate.identity) return undefined;
  const [first, ...rest] = relevantOf(level, history).filter(
    ({ identity }) => identity !== candidate.identity,
  );
  return first === undefined ? undefined : rolloutOf(subject, [first, ...rest], candidate);
}
