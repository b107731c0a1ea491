/** Runs a bundled child process for one measurement. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { accountIn, type Cost, REPORT } from '../scale/accounted.js';

const run = promisify(execFile);

export interface ChildOptions {
  /** What Node is told before the child's name. */
  readonly flags?: readonly string[];
  /** Beside the command's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Told<Figures> extends Cost {
  readonly figures: Figures;
}

/** Longer than any measurement, in milliseconds: what hangs is a failure. */
const TIMEOUT_MS = 300_000;
const MAX_OUTPUT_BYTES = 2 ** 26;
/** Of last words, in UTF-16 units. */
const MAX_SHOWN = 500;

/**
 * Starts the child with its task as JSON, and waits for its end.
 * @returns what stands in the last line that it prints, which is JSON, with what the process cost
 * @throws Error with what the child said last
 */
export async function runChild<Figures>(
  child: string,
  task: object,
  { flags = [], env }: ChildOptions = {},
): Promise<Told<Figures>> {
  const args = [...flags, '--import', REPORT, child, JSON.stringify(task)];
  const start = performance.now();
  const ran = run(process.execPath, args, {
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { ...process.env, ...env },
  });
  const { stdout, stderr } = await ran.catch((error: unknown) => {
    throw new Error(lastWords(error));
  });
  const wall = performance.now() - start;
  const account = accountIn(stderr);
  if (account === undefined) throw new Error('it gave no account of itself');
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  // Safe: the child's own.
  return { wall, ...account, figures: JSON.parse(last) as Figures };
}

/** Not the code that Node shows, which may be one line of a bundle. */
function lastWords(error: unknown): string {
  const { stderr, killed }: { stderr?: unknown; killed?: unknown } = Object(error);
  if (killed === true) return `no figures after ${TIMEOUT_MS / 1000} s`;
  const said = String(stderr);
  return /^\w*Error\b.*$/m.exec(said)?.[0] ?? said.trim().slice(-MAX_SHOWN);
}
