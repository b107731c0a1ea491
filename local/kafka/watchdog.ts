/**
 * The program between us and a broker. It runs the commands of a plan and ends when its standard
 * input does, which the operating system brings about however our process ends, SIGKILL included.
 * Then it kills the broker and removes the broker's directory.
 *
 * Usage: watchdog <plan.json>. When the commands ended by themselves it writes one line of JSON,
 * a CommandExit, and waits on, so that the log can be read before it is removed.
 *
 * It imports nothing but built-ins: it has to start fast and alone.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A file that a command writes when it is asked to end: by SIGTERM, and killed if that takes too long. */
export interface Kept {
  readonly from: string;
  /** Where it belongs: this, its length in bytes, and the suffix. */
  readonly to: string;
  readonly suffix: string;
}

export interface Plan {
  /** Run one after the other; the next needs the one before to succeed. */
  readonly commands: readonly Command[];
  /** Run when all is over, whatever happened. */
  readonly afterwards?: Command;
  readonly kept?: Kept;
  /** Gets what the commands print. */
  readonly logFile: string;
  /** Removed at the end. */
  readonly directory: string;
}

/** How the last command that ran ended. */
export interface CommandExit {
  readonly command: string;
  readonly code: number | null;
  readonly signal: string | null;
  /** Set when it could not be started at all. */
  readonly error?: string;
}

const AFTERWARDS_TIMEOUT_MS = 20_000;
/** Below what who stops us waits: supervise.ts. */
const KEEPING_TIMEOUT_MS = 25_000;
const REMOVE_RETRIES = 5;

// The plan was written by supervise.ts of this same version.
const plan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Plan;
let running: ChildProcess | undefined;
let ending = false;

function runNext(position: number): void {
  const next = plan.commands[position];
  if (next === undefined || ending) return;
  const log = openSync(plan.logFile, 'a');
  const child = spawn(next.command, next.args, {
    env: { ...process.env, ...next.env },
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  running = child;
  const last = position === plan.commands.length - 1;
  const ended = (exit: CommandExit) => {
    running = undefined;
    if (ending) finish();
    else if (exit.code === 0 && !last) runNext(position + 1);
    else process.stdout.write(`${JSON.stringify(exit)}\n`);
  };
  const { command } = next;
  child.on('exit', (code, signal) => ended({ command, code, signal }));
  child.on('error', (error) => {
    // An error after the start, such as a failed kill, is followed by an exit.
    if (child.pid === undefined) ended({ command, code: null, signal: null, error: error.message });
  });
}

function end(): void {
  if (ending) return;
  ending = true;
  // The data is thrown away, so there is nothing that an orderly shutdown would save.
  if (running === undefined) finish();
  else if (plan.kept === undefined) running.kill('SIGKILL');
  else askToEnd(running);
}

function askToEnd(command: ChildProcess): void {
  command.kill('SIGTERM');
  setTimeout(() => command.kill('SIGKILL'), KEEPING_TIMEOUT_MS);
}

/** By one rename, so that others never see half of it. */
function keep({ from, to, suffix }: Kept): void {
  try {
    renameSync(from, `${to}${statSync(from).size}${suffix}`);
  } catch {
    // It was not written: the next one may.
    rmSync(from, { force: true });
  }
}

function finish(): void {
  if (plan.kept !== undefined) keep(plan.kept);
  if (plan.afterwards !== undefined) {
    spawnSync(plan.afterwards.command, plan.afterwards.args, {
      env: { ...process.env, ...plan.afterwards.env },
      stdio: 'ignore',
      timeout: AFTERWARDS_TIMEOUT_MS,
      windowsHide: true,
    });
  }
  rmSync(plan.directory, { recursive: true, force: true, maxRetries: REMOVE_RETRIES });
  process.exit(0);
}

process.stdin.on('end', end).on('error', end).resume();
// The reader of our output may be gone already.
process.stdout.on('error', end);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
runNext(0);
