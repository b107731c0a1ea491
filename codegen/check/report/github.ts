/** For GitHub: annotations on the lines of the pull request. */
import { visible } from '../../../runtime/printable.js';
import type { Finding } from '../finding.js';
import { oneLine, type Report } from './report.js';

export function githubReport({ findings }: Report): string {
  return findings.map(annotation).join('\n');
}

function annotation(finding: Finding): string {
  const { at, severity, rule, fix } = finding;
  const properties = `file=${property(visible(at.file))},line=${at.line},col=${at.column},title=${property(`tavro ${rule}`)}`;
  return `::${severity === 'error' ? 'error' : 'warning'} ${properties}::${data(`${oneLine(finding)}\nFix: ${visible(fix)}`)}`;
}

// As actions/toolkit escapes commands.
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
