/** Consuming processes: started, killed, started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = ['--conditions=tavro-source', '--import', 'tsx', 'test/soak/child/consumer.ts'];

/** Of the mapping. */
export const BATCH_SIZE = 100;
/** After how long a killed member's partitions go to the next, in milliseconds: the least that brokers take. */
export const SESSION_MS = 6_000;
/** What is kept of what a process printed, in characters. */
const MAX_PRINTED = 4_000;

/** What a process is told. */
export interface ConsumingProcess {
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  readonly policy: string;
  /** Topic of its dead letters. */
  readonly letters: string;
  /** File of its journal. */
  readonly journal: string;
}

/** A process that is there again after each kill. */
export class Consuming {
  private readonly options: ConsumingProcess;
  private child: ChildProcess;
  private printed = '';

  constructor(options: ConsumingProcess) {
    this.options = options;
    this.child = this.start();
  }

  /** @throws Error when it has ended by itself */
  check(): void {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null) return;
    throw new Error(`the consumer ended (${exitCode ?? signalCode}):\n${this.printed}`);
  }

  async killAndStart(): Promise<void> {
    await this.end('SIGKILL');
    this.child = this.start();
  }

  /** @throws Error when it does not end well */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.child.exitCode !== 0) this.check();
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private start(): ChildProcess {
    const child = spawn(process.execPath, [...PROGRAM, JSON.stringify(this.options)], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.printed = `${this.printed}${text}`.slice(-MAX_PRINTED);
    });
    return child;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}
