/** For people: what, where, who, proof, fix. */

import { createColors } from 'picocolors';
import { printJson } from '../../../runtime/json.js';
import { visible } from '../../../runtime/printable.js';
import { counted } from '../../../runtime/words.js';
import { type Place, printPlace } from '../../model/source-text.js';
import type { Finding } from '../finding.js';
import { printRollout } from '../rollout.js';
import { codeFrame } from './code-frame.js';
import { type Report, victimOf } from './report.js';

/** Longest datum of a witness that is shown, in UTF-16 units. */
const MAX_DATUM = 400;

export function textReport(report: Report): string {
  const paint = createColors(report.color);
  const blocks = group(report.findings).map((alike) => block(alike, report, paint));
  const rollouts = report.rollouts.map(printRollout);
  return [...blocks, ...rollouts, summary(report)].join('\n\n');
}

/** Findings that differ in the versions only are one thing to read about. */
function group(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { rule, subject, path, at, message } = finding;
    const key = JSON.stringify([rule, subject, path, at, message]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()];
}

type Paint = ReturnType<typeof createColors>;

function block(alike: readonly [Finding, ...Finding[]], report: Report, paint: Paint): string {
  const [finding] = alike;
  const { rule, category, severity, subject, path, witness } = finding;
  const color = severity === 'error' ? paint.red : paint.yellow;
  const where = [
    ...(subject === undefined ? [] : [visible(subject)]),
    ...(path === '' ? [] : [paint.bold(visible(path))]),
  ];
  const lines = [
    `${color(severity)} ${paint.bold(rule)} ${paint.dim(category)}${where.length === 0 ? '' : `  ${where.join('  ')}`}`,
    `  ${visible(finding.message)}`,
    ...alike
      .flatMap((one) => victimOf(one) ?? [])
      .map((victim) => `  ${paint.bold(visible(victim))}`),
    ...places(alike, report, paint),
    ...(witness === undefined
      ? []
      : [
          `  witness: ${shorten(visible(printJson(witness.datum)))}${witness.part === undefined ? '' : ` (as ${visible(witness.part) || 'the datum'})`}`,
          `  bytes:   ${shorten(witness.bytes) || '(none)'}`,
          `  decoder: ${visible(witness.error)}`,
        ]),
    `  ${paint.green('fix:')} ${visible(finding.fix)}`,
  ];
  return lines.join('\n');
}

function places(
  alike: readonly [Finding, ...Finding[]],
  report: Report,
  paint: Paint,
): readonly string[] {
  const [{ at, readerAt, writerAt, reader, writer }] = alike;
  if (readerAt === undefined || writerAt === undefined) return frame(at, undefined, report, paint);
  return [
    ...frame(readerAt, `reader ${reader ?? ''}`.trim(), report, paint),
    ...frame(writerAt, `writer ${writer ?? ''}`.trim(), report, paint),
  ];
}

function frame(
  at: Place,
  who: string | undefined,
  { sourceOf }: Report,
  paint: Paint,
): readonly string[] {
  const source = sourceOf(at.file);
  return [
    `  ${paint.cyan(printPlace(at))}${who === undefined ? '' : ` (${visible(who)})`}`,
    ...(source === undefined ? [] : codeFrame(source, at).map((line) => `  ${paint.dim(line)}`)),
  ];
}

function shorten(text: string): string {
  return text.length <= MAX_DATUM ? text : `${text.slice(0, MAX_DATUM)}… (${text.length} in all)`;
}

function summary({ findings, waived, subjects }: Report): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const parts = [
    `${counted(subjects.length, 'subject')} checked`,
    counted(errors, 'error'),
    counted(findings.length - errors, 'warning'),
    ...(waived.length === 0 ? [] : [`${waived.length} waived`]),
  ];
  return `${parts.join(', ')}.`;
}
