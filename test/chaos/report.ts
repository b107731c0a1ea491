/** How results are told: a line for each scenario, a table at the end. */
import { counted } from '../../runtime/words.js';
import { WRONGS } from './accounting.js';
import type { Result } from './run.js';
import { printRows } from './table.js';

/** A scenario as it went. */
export interface Ran {
  readonly scenario: string;
  /** `kafkajs`, or `plain kafkajs` beside it. */
  readonly sender: string;
  /** How long it took, the start of its brokers included. */
  readonly seconds: number;
  /** What came of it, or why nothing did. */
  readonly outcome: Result | { readonly failed: string } | { readonly impossible: string };
}

/** Whether the command fails by it; what is run beside ours only shows. */
export function isWrong({ outcome, sender }: Ran): boolean {
  if (sender.startsWith('plain')) return false;
  if ('impossible' in outcome) return false;
  return 'failed' in outcome || WRONGS.some((wrong) => outcome.wrongs[wrong] > 0);
}

export function printLine(ran: Ran): string {
  const { outcome, scenario, sender, seconds } = ran;
  const name = `${scenario} (${sender}, ${seconds} s)`;
  if ('impossible' in outcome) return `-     ${name}: not run: ${outcome.impossible}`;
  if ('failed' in outcome) return `FAIL  ${name}: ${outcome.failed}`;
  const wrongs = WRONGS.flatMap((wrong) =>
    outcome.wrongs[wrong] === 0 ? [] : [`${outcome.wrongs[wrong]} ${wrong}`],
  );
  const word = isWrong(ran) ? 'FAIL' : wrongs.length > 0 ? 'wrong' : 'ok';
  const failures = [...outcome.failures].map(([code, count]) => `${count} ${code}`);
  const parts = [
    `${counted(outcome.sent, 'message')}, ${outcome.acknowledged} acknowledged`,
    wrongs.length > 0 ? wrongs.join(', ') : 'none wrong',
    ...(failures.length > 0 ? [`failed: ${failures.join(', ')}`] : []),
    ...(outcome.unknown > 0
      ? [
          `${outcome.unknownStored} of ${outcome.unknown} unknown stored, ${outcome.unknownLate} late`,
        ]
      : []),
    `${Math.round(outcome.rate)} a second`,
    ...outcome.notes,
  ];
  return `${word.padEnd(6)}${name}: ${parts.join('; ')}`;
}

/** What was wrong, with the first example of each, or why it failed; and how to see it again. */
export function printWrong(ran: Ran, again: string): string {
  const { outcome, scenario, sender } = ran;
  const failed = 'failed' in outcome ? [`  failed: ${outcome.failed}`] : [];
  const examples =
    'examples' in outcome
      ? WRONGS.flatMap((wrong) => {
          const example = outcome.examples[wrong];
          return example === undefined ? [] : [`  ${wrong}: ${example}`];
        })
      : [];
  return [`${scenario} (${sender})`, ...failed, ...examples, `  again: ${again}`].join('\n');
}

const COLUMNS = [
  'scenario',
  'sender',
  'sent',
  'acknowledged',
  'no',
  'unknown',
  ...WRONGS,
  'longest gap',
  'a second',
];

export function printTable(all: readonly Ran[], markdown: boolean): string {
  return printRows(COLUMNS, all.map(cells), markdown);
}

function cells({ scenario, sender, outcome }: Ran): string[] {
  if ('impossible' in outcome) return [scenario, sender, 'not run'];
  if ('failed' in outcome) return [scenario, sender, 'failed'];
  const { sent, acknowledged, no, unknown, wrongs, gapMs, rate } = outcome;
  const numbers = [sent, acknowledged, no, unknown, ...WRONGS.map((wrong) => wrongs[wrong])];
  return [
    scenario,
    sender,
    ...numbers.map(String),
    `${(gapMs / 1000).toFixed(1)} s`,
    String(Math.round(rate)),
  ];
}
