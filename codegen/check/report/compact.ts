/** A line for each finding, as compilers write them: editors find the place in it. */
import { visible } from '../../../runtime/printable.js';
import { printPlace } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import { oneLine, type Report } from './report.js';

export function compactReport({ findings }: Report): string {
  return findings.map(line).join('\n');
}

function line(finding: Finding): string {
  const { at, severity, rule, fix } = finding;
  const level = severity === 'error' ? 'error' : 'warning';
  return `${printPlace(at)}: ${level} ${rule}: ${oneLine(finding)} Fix: ${visible(fix)}`;
}
