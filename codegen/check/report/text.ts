/** For people: what, where, who, proof, fix. */

import { createColors } from 'picocolors';
import { printJson } from '../../../runtime/json.js';
import { visible } from '../../../runtime/printable.js';
import { counted } from '../../../runtime/words.js';
import { type Place, printPlace } from '../../model/source-text.js';
import { printRollouts } from '../rollout.js';
import { codeFrame } from './code-frame.js';
import {
  type Alike,
  gather,
  leftOut,
  MAX_ALIKE,
  moreVersions,
  type Shown,
  withinReport,
} from './gather.js';
import { type Report, victimOf } from './report.js';

/** Longest datum of a witness that is shown, in UTF-16 units. */
const MAX_DATUM = 400;

export function textReport(report: Report): string {
  const paint = createColors(report.color);
  const { texts, left } = withinReport(gather(report.findings), (one) => block(one, report, paint));
  return [...texts, ...leftOut(left), ...printRollouts(report.rollouts), summary(report)].join(
    '\n\n',
  );
}

type Paint = ReturnType<typeof createColors>;

function block({ alike, more }: Shown, report: Report, paint: Paint): string {
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
    ...victims(alike).map((victim) => `  ${paint.bold(visible(victim))}`),
    ...places(alike, report, paint),
    ...(witness === undefined
      ? []
      : [
          `  witness: ${shorten(visible(printJson(witness.datum)))}${witness.part === undefined ? '' : ` (as ${visible(witness.part) || 'the datum'})`}`,
          `  bytes:   ${shorten(witness.bytes) || '(none)'}`,
          `  decoder: ${visible(witness.error)}`,
        ]),
    `  ${paint.green('fix:')} ${visible(finding.fix)}`,
    ...more.map((line) => `  ${line}`),
  ];
  return lines.join('\n');
}

/** Who is hurt: of many versions a few. */
function victims(alike: Alike): readonly string[] {
  const all = alike.flatMap((one) => victimOf(one) ?? []);
  return all.length > MAX_ALIKE
    ? [...all.slice(0, MAX_ALIKE), moreVersions(alike, MAX_ALIKE)]
    : all;
}

function places(alike: Alike, report: Report, paint: Paint): readonly string[] {
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
