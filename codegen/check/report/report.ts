/** What all reports are made of. */
import { visible } from '../../../runtime/printable.js';
import type { SourceText } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import type { Rollout } from '../rollout.js';

export interface Report {
  readonly findings: readonly Finding[];
  /** Findings that a waiver hides. */
  readonly waived: readonly Finding[];
  /** Subjects that were looked at. */
  readonly subjects: readonly string[];
  /** How the changes get to production; only changed subjects have one. */
  readonly rollouts: readonly Rollout[];
  /** A file's text, for code frames. */
  readonly sourceOf: (file: string) => SourceText | undefined;
  readonly color: boolean;
}

/** Who is hurt, in a sentence; `undefined` for what concerns the schema alone. */
export function victimOf({ category, reader, writer }: Finding): string | undefined {
  if (reader === undefined || writer === undefined) return undefined;
  if (category === 'WIRE') return `consumers on ${reader} cannot read ${writer}`;
  if (category === 'SEMANTIC') return `consumers on ${reader} misread ${writer}`;
  return category === 'SOURCE' ? `code written for ${writer} meets ${reader}` : undefined;
}

/** One line that says it all, of visible text: for reports without room. */
export function oneLine(finding: Finding): string {
  const victim = victimOf(finding);
  const where = [finding.subject, finding.path].filter((part) => part !== undefined && part !== '');
  const line = `${where.length === 0 ? '' : `${where.join(' ')}: `}${finding.message}${victim === undefined ? '' : ` So ${victim}.`}`;
  return visible(line);
}
