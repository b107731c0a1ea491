/** One measurement, in a process of its own: warm-up, then the figures as JSON on standard output. */
import { MODES, type Mode } from './modes.js';
import type { Sender, Target } from './side.js';
import { sideOf } from './sides.js';

export interface Task {
  readonly side: string;
  readonly mode: string;
  readonly target: Target;
  /** How long it sends at least, in milliseconds, before and while it is measured. */
  readonly warmMs: number;
  readonly measureMs: number;
}

export interface Figures {
  /** In all, with those of the warm-up. */
  readonly sent: number;
  readonly perSecond: number;
  /** Microseconds of user and system time, of all threads. */
  readonly cpuMicros: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Safe: the command's own. */
const task = JSON.parse(process.argv[2] ?? '') as Task;
const mode = MODES.find(({ id }) => id === task.mode);
if (mode === undefined) throw new Error(`There is no mode "${task.mode}".`);

const sender = await sideOf(task.side).open(task.target);
const warm = await sendFor(task.warmMs, mode, sender);
const before = process.cpuUsage();
const start = performance.now();
const { messages, times } = await sendFor(task.measureMs, mode, sender);
const wallMs = performance.now() - start;
const { user, system } = process.cpuUsage(before);
times.sort((a, b) => a - b);
const figures: Figures = {
  sent: warm.messages + messages,
  perSecond: (messages / wallMs) * 1000,
  cpuMicros: (user + system) / messages,
  p50Ms: times[Math.floor(times.length * 0.5)] ?? Number.NaN,
  p99Ms: times[Math.floor(times.length * 0.99)] ?? Number.NaN,
};
await sender.close();
process.stdout.write(`\n${JSON.stringify(figures)}\n`);
// Whatever a client leaves open.
process.exit(0);

async function sendFor(ms: number, { run }: Mode, to: Sender) {
  const times: number[] = [];
  let messages = 0;
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    await run(to, (took, count) => {
      times.push(took);
      messages += count;
    });
  }
  return { messages, times };
}
