/** For GitHub: annotations on the lines of the pull request. */
import { visible } from '../../../runtime/printable.js';
import type { Finding } from '../finding.js';
import { gather, leftOut, MAX_ALIKE, moreVersions, type Shown, withinReport } from './gather.js';
import { oneLine, type Report } from './report.js';

export function githubReport({ findings }: Report): string {
  const { texts, left } = withinReport(gather(findings), annotations);
  return [...texts, ...leftOut(left).map((line) => `::warning title=tavro::${data(line)}`)].join(
    '\n',
  );
}

/** One for each pair of versions, as long as they are few. */
function annotations({ alike, more }: Shown): string {
  const [first] = alike;
  const few = alike.length > MAX_ALIKE ? [first] : alike;
  return few
    .map((finding, index) => {
      const isLast = index === few.length - 1;
      const rest = few.length < alike.length ? [moreVersions(alike)] : [];
      return annotation(finding, isLast ? [...rest, ...more] : []);
    })
    .join('\n');
}

function annotation(finding: Finding, more: readonly string[]): string {
  const { at, severity, rule, fix } = finding;
  const properties = `file=${property(visible(at.file))},line=${at.line},col=${at.column},title=${property(`tavro ${rule}`)}`;
  const text = [oneLine(finding), `Fix: ${visible(fix)}`, ...more].join('\n');
  return `::${severity === 'error' ? 'error' : 'warning'} ${properties}::${data(text)}`;
}

// As actions/toolkit escapes commands.
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
