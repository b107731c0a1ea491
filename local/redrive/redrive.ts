/** `tavro redrive`: dead letters are shown, and sent again once a person agrees. */
import { EXIT } from '../../codegen/context.js';
import { groupedOf } from '../../codegen/progress.js';
import { planText } from './plan.js';
import { type Chosen, type Filters, type Selection, select, sizeOf } from './select.js';
import type { LetterSource, NotTakenOut } from './source.js';
import type { LetterTarget } from './target.js';

export interface RedriveOptions extends Filters {
  /** Shows only. */
  readonly dryRun: boolean;
  /** Leaves what was sent where it was. */
  readonly keep: boolean;
}

export interface RedriveWorld {
  readonly source: LetterSource;
  /** What the plan calls the target. */
  readonly targetName: string;
  /** Opened when something is to be sent. @throws CodegenError */
  readonly target: () => Promise<LetterTarget>;
  /** Whether to go on. */
  readonly ask: (question: string) => Promise<boolean>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Told of every letter that was sent, or not. */
  readonly step?: (done: number, of: number) => void;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Sent at a time, and then taken out: in letters, and about in bytes. */
const CHUNK_LETTERS = 500;
const CHUNK_BYTES = 16_777_216;
/** Lines of one kind that are printed. */
const MAX_LINES = 20;

/** Answers an exit code. @throws CodegenError */
export async function redrive(options: RedriveOptions, world: RedriveWorld): Promise<number> {
  try {
    return await run(options, world);
  } finally {
    await world.source.close();
  }
}

async function run(options: RedriveOptions, world: RedriveWorld): Promise<number> {
  const { source, targetName, out, err, now, signal } = world;
  const selection = await select(source, options, signal);
  if (signal.aborted) {
    err('Interrupted: nothing was sent.');
    return EXIT.interrupted;
  }
  tellRest(selection, world);
  const whatIsLeft = selection.problems.length + selection.unsendable.length;
  const exit = whatIsLeft > 0 ? EXIT.failure : EXIT.clean;
  if (selection.count === 0) {
    err(`Nothing to send: ${source.name} has no dead letter that can be sent.`);
    return exit;
  }
  const nowMs = now().getTime();
  out(planText(selection, { source: source.name, target: targetName, nowMs }));
  if (options.dryRun) {
    err('Nothing was sent: this was a dry run.');
    return exit;
  }
  const target = await world.target();
  try {
    if (!(await world.ask(questionOf(selection, target, { options, world })))) {
      err('Nothing was sent.');
      return exit;
    }
    const report = await sendAll(selection, target, { options, world });
    return tell(report, { selection, world }) ?? exit;
  } finally {
    await target.close();
  }
}

interface Given {
  readonly options: RedriveOptions;
  readonly world: RedriveWorld;
}

function questionOf({ count }: Selection, target: LetterTarget, { options, world }: Given): string {
  const { source } = world;
  const takes = source.takeOut !== undefined && !options.keep;
  const after = takes ? `, and take what was sent out of ${source.name}` : '';
  return `Send ${groupedOf(count, 'dead letter')} to ${target.name}${after}?`;
}

interface Report {
  sent: number;
  readonly failures: string[];
  readonly notTakenOut: NotTakenOut[];
  takenOut: number;
}

/** In order. What was sent is taken out before more is sent. */
async function sendAll(
  { chosen, count }: Selection,
  target: LetterTarget,
  { options, world }: Given,
): Promise<Report> {
  const { source, signal, step } = world;
  const report: Report = { sent: 0, failures: [], notTakenOut: [], takenOut: 0 };
  for (const chunk of chunksOf(chosen)) {
    if (signal.aborted) break;
    const letters = chunk.flatMap((one) => one.letters);
    const outcomes = await target.send(letters);
    const failed = new Set(letters.filter((_, index) => outcomes[index] !== undefined));
    for (const [index, { id }] of letters.entries()) {
      const why = outcomes[index];
      if (why === undefined) report.sent++;
      else report.failures.push(`${id}: ${why}`);
    }
    step?.(report.sent + report.failures.length, count);
    if (options.keep || source.takeOut === undefined) continue;
    const whole = chunk.filter((one) => one.isWhole && !one.letters.some((it) => failed.has(it)));
    const kept = await source.takeOut(whole.map(({ document }) => document));
    report.notTakenOut.push(...kept);
    report.takenOut += whole.length - kept.length;
  }
  return report;
}

function* chunksOf(chosen: readonly Chosen[]): Generator<readonly Chosen[]> {
  let chunk: Chosen[] = [];
  let [letters, bytes] = [0, 0];
  for (const one of chosen) {
    chunk.push(one);
    letters += one.letters.length;
    bytes += one.letters.reduce((sum, letter) => sum + sizeOf(letter), 0);
    if (letters < CHUNK_LETTERS && bytes < CHUNK_BYTES) continue;
    yield chunk;
    chunk = [];
    [letters, bytes] = [0, 0];
  }
  if (chunk.length > 0) yield chunk;
}

/** What is not part of the plan. */
function tellRest(selection: Selection, { source, err }: RedriveWorld): void {
  const { problems, unsendable, passedOver, isCutShort } = selection;
  some(problems, err);
  some(
    unsendable.map((one) => `Cannot be sent: ${one}.`),
    err,
  );
  if (passedOver > 0)
    err(`${groupedOf(passedOver, 'dead letter')} passed over: not of --cause or --topic.`);
  if (isCutShort) err(`There may be more in ${source.name}: run it again afterwards.`);
}

/** Prints what became of all; answers the exit code where it is not that of the plan. */
function tell(
  { sent, failures, notTakenOut, takenOut }: Report,
  { selection, world }: { selection: Selection; world: RedriveWorld },
): number | undefined {
  const { source, out, err, signal } = world;
  some(
    failures.map((one) => `Not sent: ${one}`),
    err,
  );
  some(
    notTakenOut.map(
      ({ document, why }) => `Sent, and still in ${source.name}: ${document.name}: ${why}`,
    ),
    err,
  );
  const taken = takenOut > 0 ? `; taken out of ${source.name}` : '';
  out(`sent ${sent} of ${groupedOf(selection.count, 'dead letter')}${taken}`);
  if (signal.aborted && sent + failures.length < selection.count) {
    err('Interrupted: the rest was not sent.');
    return EXIT.interrupted;
  }
  return failures.length + notTakenOut.length > 0 ? EXIT.failure : undefined;
}

function some(lines: readonly string[], err: (text: string) => void): void {
  for (const line of lines.slice(0, MAX_LINES)) err(line);
  if (lines.length > MAX_LINES) err(`… and ${lines.length - MAX_LINES} more of that kind.`);
}
