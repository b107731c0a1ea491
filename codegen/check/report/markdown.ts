/** Markdown, for a comment on a pull request or a job's summary. */

import { visible } from '../../../runtime/printable.js';
import { counted } from '../../../runtime/words.js';
import { printPlace } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import { printRollouts } from '../rollout.js';
import { gather, leftOut, MAX_ALIKE, moreVersions, type Shown, withinReport } from './gather.js';
import { type Report, victimOf } from './report.js';

export function markdownReport({ findings, rollouts, subjects }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const counts = [
    counted(subjects.length, 'subject'),
    counted(errors, 'error'),
    counted(findings.length - errors, 'warning'),
  ];
  const { texts, left } = withinReport(gather(findings), rows);
  const table = ['| | rule | what and who | place | fix |', '|---|---|---|---|---|'];
  return [
    `**tavro**: ${counts.join(', ')}`,
    ...(findings.length === 0 ? [] : [[...table, ...texts].join('\n')]),
    ...leftOut(left).map(inert),
    ...printRollouts(rollouts).map(quoted),
  ].join('\n\n');
}

function quoted(rollout: string): string {
  const lines = rollout.split('\n');
  return lines.map((line) => `> ${inert(line.trim())}`).join('\n');
}

/** One for each pair of versions, as long as they are few. */
function rows({ alike, more }: Shown): string {
  const [first] = alike;
  const isMany = alike.length > MAX_ALIKE;
  const { severity, rule } = first;
  return [
    ...(isMany ? [first] : alike).map(row),
    ...[...(isMany ? [moreVersions(alike)] : []), ...more].map(
      (line) => `| ${[severity, rule, line].map(inert).join(' | ')} | | |`,
    ),
  ].join('\n');
}

function row(finding: Finding): string {
  const { severity, rule, subject, path, message, at, fix } = finding;
  const victim = victimOf(finding);
  const where = [subject, path].filter((part) => part !== undefined && part !== '').join(' ');
  const what = `${where === '' ? '' : `${where}: `}${message}${victim === undefined ? '' : ` So ${victim}.`}`;
  return `| ${[severity, rule, what, printPlace(at), fix].map(inert).join(' | ')} |`;
}

/** Text as a cell shows it: no markup, no HTML, and nobody is notified by an `@`. */
function inert(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]<>#|~&]/g, '\\$&')
    .replaceAll('@', '@<!-- -->');
}
