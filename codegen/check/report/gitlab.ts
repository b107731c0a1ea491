/** GitLab's code quality report: JSON that merge requests show. */
import { visible } from '../../../runtime/printable.js';
import { fingerprintOf } from './finding-fingerprint.js';
import { oneLine, type Report } from './report.js';

export function gitlabReport({ findings }: Report): string {
  const entries = findings.map((finding) => ({
    description: `${oneLine(finding)} Fix: ${visible(finding.fix)}`,
    check_name: finding.rule,
    fingerprint: fingerprintOf(finding),
    severity: finding.severity === 'error' ? 'major' : 'minor',
    location: { path: visible(finding.at.file), lines: { begin: finding.at.line } },
  }));
  return JSON.stringify(entries, null, 2);
}
