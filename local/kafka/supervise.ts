import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Command, CommandExit, Kept, Plan } from './watchdog.js';

const STOP_TIMEOUT_MS = 30_000;
const LOG_TAIL_LINES = 20;
const LOG_TAIL_CHARACTERS = 4_000;

export interface Supervised {
  readonly logFile: string;
  /** Resolves when the commands, or the watchdog itself, end without being asked to. */
  readonly ended: Promise<CommandExit>;
  /** The last lines of the log. */
  logTail(): string;
  /** Kills the commands and removes the directory. A second call waits for the first. */
  stop(): Promise<void>;
}

export interface SupervisedPlan {
  readonly commands: readonly Command[];
  readonly afterwards?: Command;
  /** What the last command leaves when it is asked to end, in place of being killed. */
  readonly kept?: Kept;
  /** What the commands inherit. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs commands under a watchdog, so that they die and `directory` is removed however this
 * process ends. It does not keep this process alive.
 */
export function supervise(directory: string, plan: SupervisedPlan): Supervised {
  const logFile = join(directory, 'broker.log');
  const { env = process.env, ...commands } = plan;
  const watchdog = startWatchdog({ ...commands, logFile, directory }, env);
  let stopped: Promise<void> | undefined;
  return {
    logFile,
    ended: firstEnd(watchdog),
    logTail: () => logTail(logFile),
    stop() {
      stopped ??= stopWatchdog(watchdog, directory);
      return stopped;
    },
  };
}

function startWatchdog(plan: Plan, env: NodeJS.ProcessEnv): ChildProcess {
  const planFile = join(plan.directory, 'plan.json');
  writeFileSync(planFile, JSON.stringify(plan), { mode: 0o600 });
  const log = openSync(plan.logFile, 'a', 0o600);
  try {
    const watchdog = spawn(process.execPath, [...watchdogProgram(), planFile], {
      // In a group of its own, Ctrl-C reaches us alone: we stop what uses the broker first.
      detached: true,
      env,
      stdio: ['pipe', 'pipe', log],
      windowsHide: true,
    });
    setReferenced(watchdog, false);
    return watchdog;
  } finally {
    closeSync(log);
  }
}

/**
 * Node's arguments that run the watchdog: as it is when compiled, and from source where Node reads types;
 * through tsx where it does not, which takes a third of a second.
 */
function watchdogProgram(): string[] {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return [fileURLToPath(new URL('./watchdog.js', here))];
  if ('typescript' in process.features && process.features.typescript)
    return [fileURLToPath(new URL('./watchdog.ts', here))];
  const tsx = pathToFileURL(createRequire(here).resolve('tsx')).href;
  return ['--import', tsx, fileURLToPath(new URL('./watchdog.ts', here))];
}

function firstEnd(watchdog: ChildProcess): Promise<CommandExit> {
  return new Promise((resolve) => {
    let text = '';
    watchdog.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const line = text.indexOf('\n');
      // Written by our own watchdog.
      if (line >= 0) resolve(JSON.parse(text.slice(0, line)) as CommandExit);
    });
    watchdog.on('exit', (code, signal) => resolve({ command: 'watchdog', code, signal }));
    watchdog.on('error', ({ message }) =>
      resolve({ command: 'watchdog', code: null, signal: null, error: message }),
    );
    // Writing to a watchdog that is gone is no error of ours: its exit tells.
    watchdog.stdin?.on('error', () => undefined);
  });
}

async function stopWatchdog(watchdog: ChildProcess, directory: string): Promise<void> {
  if (watchdog.pid !== undefined && watchdog.exitCode === null && watchdog.signalCode === null) {
    setReferenced(watchdog, true);
    const exit = new Promise<void>((resolve) => watchdog.once('exit', () => resolve()));
    const late = setTimeout(() => killGroup(watchdog), STOP_TIMEOUT_MS);
    watchdog.stdin?.end();
    await exit;
    clearTimeout(late);
  }
  // A watchdog that was killed from outside left its broker behind.
  if (watchdog.exitCode !== 0) killGroup(watchdog);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
}

function killGroup(watchdog: ChildProcess): void {
  if (watchdog.pid === undefined) return;
  try {
    if (process.platform === 'win32') watchdog.kill('SIGKILL');
    else process.kill(-watchdog.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group, as it should be.
  }
}

function setReferenced(watchdog: ChildProcess, referenced: boolean): void {
  for (const held of [watchdog, watchdog.stdin, watchdog.stdout]) {
    if (held === null || !(held === watchdog || held instanceof Socket)) continue;
    if (referenced) held.ref();
    else held.unref();
  }
}

function logTail(logFile: string): string {
  let text: string;
  try {
    text = readFileSync(logFile, 'utf8');
  } catch {
    return '(no log)';
  }
  const lines = text.trimEnd().split('\n').slice(-LOG_TAIL_LINES);
  return lines.join('\n').slice(-LOG_TAIL_CHARACTERS) || '(the log is empty)';
}
