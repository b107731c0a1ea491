/** Findings that a team accepts, with a reason and for a time. */
import { type Origin, placeOf } from '../model/source-text.js';
import type { Finding } from './finding.js';
import type { RuleFacts, Severity } from './rule.js';
import { waiverExpired } from './rules/waiver-expired.js';
import { waiverUnused } from './rules/waiver-unused.js';

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
 * Takes out what is waived; a waiver that is past its date, or that hides nothing, is a finding.
 * @param today `YYYY-MM-DD`, in UTC
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  {
    today,
    severityOf,
    isLookedFor,
  }: {
    today: string;
    severityOf: (rule: RuleFacts) => Severity;
    /** Whether this run would have found what a waiver hides: else it may be in use elsewhere. */
    isLookedFor: (waiver: Waiver) => boolean;
  },
): WaivedFindings {
  const valid = waivers.filter(({ expires }) => expires >= today);
  const isWaived = (finding: Finding): boolean => valid.some((waiver) => hides(waiver, finding));
  const about = (
    rule: RuleFacts,
    { rule: id, subject, path, origin }: Waiver,
    message: string,
  ) => ({
    rule: rule.id,
    category: rule.category,
    severity: severityOf(rule),
    subject,
    path,
    at: placeOf(origin),
    message: `The waiver of ${id} ${message}.`,
    fix: rule.fix,
  });
  const ofWaivers: Finding[] = waivers.flatMap((waiver) => {
    if (waiver.expires < today)
      return [about(waiverExpired, waiver, `ended on ${waiver.expires} (${waiver.reason})`)];
    if (!isLookedFor(waiver) || findings.some((finding) => hides(waiver, finding))) return [];
    return [about(waiverUnused, waiver, 'hides nothing')];
  });
  return {
    findings: [
      ...findings.filter((finding) => !isWaived(finding)),
      ...ofWaivers.filter(({ severity }) => severity !== 'off'),
    ],
    waived: findings.filter(isWaived),
  };
}

function hides(waiver: Waiver, { rule, subject, path }: Finding): boolean {
  return waiver.rule === rule && waiver.subject === subject && waiver.path === path;
}
