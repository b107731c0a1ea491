/** Findings that a team accepts, with a reason and for a time. */
import { type Origin, placeOf } from '../model/source-text.js';
import type { FactOf } from './facts.js';
import type { Finding } from './finding.js';
import { judge } from './judge.js';
import type { Severities } from './severity.js';

export interface Waiver {
  readonly rule: string;
  readonly subject: string;
  /** The finding's path; empty for the root. */
  readonly path: string;
  readonly reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`, in UTC. */
  readonly expires: string;
  readonly origin: Origin;
}

export interface WaivedFindings {
  readonly findings: readonly Finding[];
  readonly waived: readonly Finding[];
}

/**
 * Takes out what is waived; what the rules about waivers say of them is added.
 * @param today `YYYY-MM-DD`, in UTC
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  {
    today,
    severities,
    isLookedFor,
  }: {
    today: string;
    severities: Severities;
    /** Whether this run would have found what a waiver hides: else it may be in use elsewhere. */
    isLookedFor: (waiver: Waiver) => boolean;
  },
): WaivedFindings {
  const valid = waivers.filter(({ expires }) => expires >= today);
  const isWaived = (finding: Finding): boolean => valid.some((waiver) => hides(waiver, finding));
  const uses = waivers.map((waiver): FactOf<'waiver'> => {
    const { subject, rule, path, reason, expires, origin } = waiver;
    const isUsed = findings.some((finding) => hides(waiver, finding));
    const run = { today, isLookedFor: isLookedFor(waiver), isUsed };
    const facts = { subject, rule, reason, expires, ...run };
    return { kind: 'waiver', facts, path, at: () => placeOf(origin) };
  });
  return {
    findings: [...findings.filter((finding) => !isWaived(finding)), ...judge(uses, severities)],
    waived: findings.filter(isWaived),
  };
}

function hides(waiver: Waiver, { rule, subject, path }: Finding): boolean {
  return waiver.rule === rule && waiver.subject === subject && waiver.path === path;
}
