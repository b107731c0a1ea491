/** The figures of `npm run bench:cold-start` as a table of Markdown, and how they stand to the aims. */
import { printTable } from '../codec/report.js';
import { AVSC, OURS } from '../consumer/sides.js';
import { median } from '../scale/accounted.js';
import type { Measured, Result, Start } from './measure.js';

/** The median, and the quarters beside it: a few starts are always late. */
export function middleAndSpread(figures: readonly number[]): string {
  const sorted = [...figures].sort((a, b) => a - b);
  const quarter = (of: number) => (sorted[Math.floor(sorted.length * of)] ?? Number.NaN).toFixed(1);
  return `${median(sorted).toFixed(1)} (${quarter(0.25)} to ${quarter(0.75)})`;
}

const HEAD = [
  'side',
  'minified KiB',
  'gzip KiB',
  'load, wall ms',
  'load, CPU ms',
  'first, wall ms',
  'first, CPU ms',
  'process, wall ms',
  'process, CPU ms',
  'CPU × avsc',
];

/** Milliseconds of the process are those above one that loads nothing. */
export function printStarts({ empty, results }: Measured): string {
  const idle = { wall: middle(empty, 'wall'), cpu: middle(empty, 'cpu') };
  const above = ({ starts }: Result) => middle(starts, 'cpu') - idle.cpu;
  const avsc = results.find(({ side }) => side === AVSC);
  const rows = results.map((result) => {
    const { side, size, starts } = result;
    const of = (figure: keyof Start, base = 0) =>
      middleAndSpread(starts.map((one) => one[figure] - base));
    return [
      side,
      kib(size.minified),
      kib(size.packed),
      of('loadWall'),
      of('loadCpu'),
      of('firstWall'),
      of('firstCpu'),
      of('wall', idle.wall),
      of('cpu', idle.cpu),
      avsc === undefined ? '' : (above(result) / above(avsc)).toFixed(2),
    ];
  });
  const process = `A process that loads nothing: ${idle.wall.toFixed(1)} ms, ${idle.cpu.toFixed(1)} ms of the processor.`;
  return `${printTable([HEAD, ...rows], 1).join('\n')}\n\n${process}`;
}

/** What is aimed at: reached up to `most`. */
const AIMS = [
  {
    what: 'a handler of tavro in a bundle, minified KiB',
    most: 31,
    of: ({ size }: Result) => size.minified / 1024,
  },
  {
    what: 'its load, CPU ms',
    most: 3,
    of: ({ starts }: Result) => middle(starts, 'loadCpu'),
  },
] as const;

export function printAims({ results }: Measured): string {
  const ours = results.find(({ side }) => side === OURS);
  if (ours === undefined) return '';
  const rows = AIMS.map(({ what, most, of }) => {
    const value = of(ours);
    return [what, `≤ ${most}`, `${value.toFixed(1)}${value <= most ? '' : ', not reached'}`];
  });
  return printTable([['aim', '', OURS], ...rows], 1).join('\n');
}

function middle(starts: readonly Start[], figure: keyof Start): number {
  return median(starts.map((one) => one[figure]));
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
