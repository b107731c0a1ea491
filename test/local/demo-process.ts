import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesNaming } from './processes.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DEMO = ['--conditions=tavro-source', '--import', 'tsx', 'local/demo/main.ts'];

export interface DemoProcess {
  /** Waits until standard output has this text. */
  says(text: string): Promise<void>;
  /** Command lines of what the demo started and has not ended yet. */
  started(): Promise<string[]>;
  interrupt(signal?: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Processes and files that the demo left behind. */
  readonly left: readonly string[];
}

/** Runs `npm run demo`'s command, with nothing of this process's Kafka settings but `env`. */
export function startDemo(env: Readonly<Record<string, string>>): DemoProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TAVRO_|KAFKA_|SCHEMA_REGISTRY_|NODE_ENV$|FORCE_COLOR$)/.test(name),
  );
  // All that the demo starts has this directory in its command line, or files in it.
  const directory = mkdtempSync(join(tmpdir(), 'tavro-demo-test-'));
  const child = spawn(process.execPath, DEMO, {
    cwd: ROOT,
    // CI alone turns colours on.
    env: { ...Object.fromEntries(inherited), TMPDIR: directory, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const closed = once(child, 'close');
  return {
    // Looks at each piece of output at once: what the test does next is part of the race.
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => out.includes(text) && resolve();
        child.stdout.on('data', look);
        closed.then(() => reject(new Error(`The demo ended: ${out}${err}`)));
        look();
      }),
    started: () => processesNaming(directory),
    interrupt: (signal = 'SIGINT') => void child.kill(signal),
    ended: closed.then(async () => {
      const left = [...(await processesNaming(directory)), ...readFiles(directory)];
      rmSync(directory, { recursive: true, force: true });
      return { code: child.exitCode, out, err, left };
    }),
  };
}

/** tsx keeps compiled code in its own directory there. */
function readFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => !name.startsWith('tsx-'));
}
