/** Node as a process of its own, with what the operating system counted for it. */
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';

export interface Cost {
  /** Milliseconds from start to end. */
  readonly wall: number;
  /** Milliseconds of user and system time, of all threads: what a busy machine does not lengthen much. */
  readonly cpu: number;
  /** Most bytes that were in memory at a time. */
  readonly memory: number;
}

export interface Accounted extends Cost {
  readonly out: string;
  readonly err: string;
}

/** Bytes of output that are read. */
const MAX_OUTPUT = 2 ** 28;
/** Of a process that failed, so much of its last words is shown, in UTF-16 units. */
const MAX_SHOWN = 2_000;

/**
 * For `--import`: prints the account at exit, behind a mark. Linux counts in `maxRSS` what the parent had in memory
 * when it started the child, so that there the kernel's mark of the process itself is read.
 */
export const REPORT = moduleOf(`
  import { readFileSync } from 'node:fs';
  const peak = () => {
    if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
    return Number(/^VmHWM:\\s*(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  };
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    process._rawDebug('ACCOUNT ' + (user + system) + ' ' + peak());
  });
`);
const ACCOUNT = /^ACCOUNT (\d+) (\d+)\n?/m;

/** A module as text, for `--import`. */
export function moduleOf(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** Runs Node to its end. @throws Error if that is not with exit code 0 */
export function accounted(
  args: readonly string[],
  options: Pick<SpawnSyncOptions, 'cwd'> = {},
): Accounted {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', REPORT, ...args], {
    ...options,
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT,
  });
  const wall = performance.now() - start;
  const account = accountIn(stderr);
  if (status !== 0 || account === undefined)
    throw new Error(`node ${args.join(' ')} failed: ${`${stdout}${stderr}`.slice(-MAX_SHOWN)}`);
  return { wall, ...account, out: stdout, err: stderr.replace(ACCOUNT, '') };
}

/** What a process that imported {@link REPORT} printed of itself on standard error. */
export function accountIn(stderr: string): Omit<Cost, 'wall'> | undefined {
  const [, micros, kibibytes] = ACCOUNT.exec(stderr) ?? [];
  if (micros === undefined) return undefined;
  return { cpu: Number(micros) / 1000, memory: Number(kibibytes) * 1024 };
}

/** Runs each so many times; every round begins with another. The median of each. */
export async function takeTurns(
  sides: Readonly<Record<string, () => Cost | Promise<Cost>>>,
  rounds: number,
): Promise<ReadonlyMap<string, Cost>> {
  const names = Object.keys(sides);
  const runs = new Map<string, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = [...names];
    order.push(...order.splice(0, round % order.length));
    for (const name of order) {
      const cost = await sides[name]?.();
      if (cost !== undefined) runs.get(name)?.push(cost);
    }
  }
  return new Map([...runs].map(([name, costs]) => [name, medianOf(costs)]));
}

/** Of several runs of one thing, the middle of each figure. */
export function medianOf(runs: readonly Cost[]): Cost {
  return {
    wall: median(runs.map(({ wall }) => wall)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    memory: median(runs.map(({ memory }) => memory)),
  };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
