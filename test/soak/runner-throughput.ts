/** How fast one process reads a topic with each side: ours on a transport, and what one writes by hand. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median } from '../../bench/scale/accounted.js';
import { uniqueName } from '../kafka-broker.js';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./child/runner-reader.ts', import.meta.url));
const FLAGS = ['--conditions=tavro-source', '--import', 'tsx'];

/** The side that is not ours. */
export const PLAIN = 'plain kafkajs';

/** What a process is told. */
export interface ReaderTask {
  /** A transport of ours, or {@link PLAIN}. */
  readonly side: string;
  readonly brokers: readonly string[];
  readonly group: string;
  readonly registryUrl: string;
  readonly events: number;
}

/** From the first record to the last one, in milliseconds. */
export interface Figures {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface Measured extends Figures {
  readonly side: string;
}

/** Longer than any measurement, in milliseconds: what hangs is a failure. */
const TIMEOUT_MS = 300_000;

/** The median of rounds, in which the sides take turns. */
export async function measureThroughput(
  sides: readonly string[],
  rounds: number,
  task: Omit<ReaderTask, 'side' | 'group'>,
): Promise<readonly Measured[]> {
  const runs = new Map<string, Figures[]>(sides.map((side) => [side, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [side, figures] of runs) {
      const group = uniqueName('reader');
      const args = [...FLAGS, CHILD, JSON.stringify({ ...task, side, group })];
      const { stdout } = await run(process.execPath, args, { timeout: TIMEOUT_MS });
      // The child's own.
      figures.push(JSON.parse(stdout) as Figures);
    }
  }
  return [...runs].map(([side, figures]) => {
    const middle = (of: keyof Figures) => median(figures.map((one) => one[of]));
    return { side, wallMs: middle('wallMs'), cpuMs: middle('cpuMs') };
  });
}

/** In Markdown, with ratios to {@link PLAIN}. */
export function printThroughput(measured: readonly Measured[], events: number): string {
  const plain = measured.find(({ side }) => side === PLAIN);
  const rows = measured.map(({ side, wallMs, cpuMs }) => {
    const ratio = (ours: number, theirs: number | undefined) =>
      theirs === undefined ? '' : `${(ours / theirs).toFixed(2)}×`;
    const cells = [
      side === PLAIN ? 'kafkajs `eachBatch` + avsc' : `tavro on ${side}`,
      Math.round((1_000 * events) / wallMs).toLocaleString('en'),
      ratio(wallMs, plain?.wallMs),
      ((1_000 * cpuMs) / events).toFixed(2),
      ratio(cpuMs, plain?.cpuMs),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| side | records a second | time | µs of processor a record | processor |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
