/** How results are told: a line for each scenario, a table at the end. */
import { counted } from '../../runtime/words.js';
import { WRONGS } from './runner-accounting.js';
import type { Outcome } from './runner-trial.js';

/** A scenario as it went. */
export interface Ran {
  readonly scenario: string;
  readonly transport: string;
  readonly seconds: number;
  /** What came of it, or why nothing did. */
  readonly outcome: Outcome | { readonly failed: string };
}

export function isWrong({ outcome }: Ran): boolean {
  return 'failed' in outcome || WRONGS.some((wrong) => outcome.wrongs[wrong] > 0);
}

export function printLine(ran: Ran): string {
  const { scenario, transport, seconds, outcome } = ran;
  const name = `${scenario} (${transport}, ${seconds} s)`;
  if ('failed' in outcome) return `FAIL  ${name}: ${outcome.failed}`;
  const wrongs = WRONGS.filter((wrong) => outcome.wrongs[wrong] > 0);
  const parts = [
    counted(outcome.events, 'event'),
    wrongs.map((wrong) => `${outcome.wrongs[wrong]} ${wrong}`).join(', ') || 'none wrong',
    repeatsOf(outcome),
    `${rate(outcome)} a second`,
    ...outcome.notes,
  ];
  return `${(wrongs.length > 0 ? 'FAIL' : 'ok').padEnd(6)}${name}: ${parts.join('; ')}`;
}

function repeatsOf({ repeats, faults, maxRecords, worst }: Outcome): string {
  if (repeats === 0 || faults === 0) return counted(repeats, 'repeat');
  const batches = (repeats / faults / maxRecords).toFixed(2);
  const most = `${worst} of one partition at most`;
  return `${counted(repeats, 'repeat')} by ${counted(faults, 'fault')}, ${batches} batches each, ${most}`;
}

/** What was wrong, with the first example of each, or why it failed; and how to see it again. */
export function printWrong({ scenario, transport, outcome }: Ran, again: string): string {
  const told =
    'failed' in outcome
      ? [`  failed: ${outcome.failed}`]
      : WRONGS.flatMap((wrong) => {
          const example = outcome.examples[wrong];
          return example === undefined ? [] : [`  ${wrong}: ${example}`];
        });
  return [`${scenario} (${transport})`, ...told, `  again: ${again}`].join('\n');
}

const COLUMNS = [
  'scenario',
  'transport',
  'events',
  ...WRONGS,
  'repeats',
  'faults',
  'batches a fault',
  'most of a partition',
  'longest gap',
  'a second',
];

/** In Markdown. */
export function printTable(all: readonly Ran[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(COLUMNS),
    line(COLUMNS.map(() => '---')),
    ...all.map((ran) => line(cells(ran))),
  ].join('\n');
}

function cells({ scenario, transport, outcome }: Ran): readonly string[] {
  if ('failed' in outcome) return [scenario, transport, 'failed'];
  const { events, wrongs, repeats, faults, worst, maxRecords, gapMs } = outcome;
  const counts = [events, ...WRONGS.map((wrong) => wrongs[wrong]), repeats, faults];
  return [
    scenario,
    transport,
    ...counts.map((count) => count.toLocaleString('en')),
    faults === 0 ? '' : (repeats / faults / maxRecords).toFixed(2),
    String(worst),
    `${(gapMs / 1000).toFixed(1)} s`,
    rate(outcome),
  ];
}

/** First handlings a second. */
function rate({ events, tookMs }: Outcome): string {
  return Math.round((1_000 * events) / Math.max(1, tookMs)).toLocaleString('en');
}
