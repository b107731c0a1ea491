/** A folder in which commands are typed, and what they must answer. */
import { spawn } from 'node:child_process';

/** Of one command, installs included, in milliseconds. */
const TIMEOUT_MS = 120_000;

export interface Expected {
  /** @default 0 */
  readonly code?: number;
  /** Each must match what was printed, on both streams. */
  readonly shows?: readonly RegExp[];
}

export class Desk {
  readonly folder: string;
  private readonly env: NodeJS.ProcessEnv;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    // No setting of whoever runs this reaches the commands.
    const kept = Object.entries(process.env).filter(
      ([name]) => !/^npm_|^NODE_OPTIONS$|^TAVRO_/.test(name),
    );
    this.env = { ...Object.fromEntries(kept), ...env };
  }

  /** Types a command line. @throws Error with all that was printed, where it answers otherwise */
  async type(line: string, expected: Expected = {}, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { code = 0, shows = [] } = expected;
    const child = spawn('sh', ['-c', line], {
      cwd: this.folder,
      env: { ...this.env, ...env },
      timeout: TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
    const got = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const missing = shows.filter((pattern) => !pattern.test(text));
    if (got === code && missing.length === 0) return text;
    const wrong =
      got === code ? `does not show ${missing.join(', ')}` : `ended with ${got}, not ${code}`;
    throw new Error(`In ${this.folder}:\n$ ${line}\n${wrong}\n${text}`);
  }

  /** Starts what goes on until it is stopped, and waits for a line of it. */
  async start(
    line: string,
    ready: RegExp,
  ): Promise<{ readonly match: RegExpExecArray; readonly stop: () => Promise<void> }> {
    const child = spawn('sh', ['-c', `exec ${line}`], {
      cwd: this.folder,
      env: this.env,
      // A group of its own: package managers put processes between us and the command.
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const match = await new Promise<RegExpExecArray>((resolve, reject) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const found = ready.exec(text);
        if (found !== null) resolve(found);
      });
      child.once('close', () => reject(new Error(`${line} ended: ${text}`)));
    });
    const stop = (): Promise<void> => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      return ended;
    };
    return { match, stop };
  }
}
