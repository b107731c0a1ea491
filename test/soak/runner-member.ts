/** Members of the group, each a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberWork } from './runner-accounting.js';
import { countEntries, readEntries } from './runner-journal.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = [
  '--conditions=tavro-source',
  '--import',
  'tsx',
  'test/soak/child/runner-member.ts',
];
/** What is shown of the log of a process that failed, in characters. */
const TAIL = 2_000;

/** What a process is told. */
export interface MemberTask {
  readonly transport: string;
  readonly brokers: string;
  readonly group: string;
  readonly registryUrl: string;
  readonly journal: string;
  readonly maxRecords: number;
  readonly sessionTimeoutMs: number;
  readonly stopTimeoutMs: number;
  readonly handler: HandlerTask;
}

/** How long handlers take, in milliseconds. */
export interface HandlerTask {
  /** Of each hundredth record of a partition. */
  readonly pauseMs: number;
  /** Of each five-hundredth. */
  readonly slowMs: number;
  /** Of one record of each partition, a quarter of the way. */
  readonly longMs: number;
  readonly longAt: number;
}

export class Member {
  /** How often it was done harm to: see accounting. */
  faults = 0;
  private readonly child: ChildProcess;
  private readonly exit: Promise<unknown>;
  private readonly journal: string;
  private readonly log: string;
  private isAsked = false;

  /** @param number of the process, within the directory of its run */
  constructor(task: Omit<MemberTask, 'journal'>, directory: string, number: number) {
    this.journal = join(directory, `${number}.journal`);
    this.log = join(directory, `${number}.log`);
    const log = openSync(this.log, 'a');
    const argument = JSON.stringify({ ...task, journal: this.journal });
    this.child = spawn(process.execPath, [...PROGRAM, argument], {
      cwd: ROOT,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.exit = once(this.child, 'exit');
  }

  /** Whether it runs, and nobody asked it to end. */
  get isActive(): boolean {
    return !this.isAsked && this.hasNotEnded;
  }

  /** How many records it handled. */
  get handled(): number {
    return countEntries(this.journal);
  }

  /** How often the group went on without it, and it found out. */
  get losses(): number {
    return readFileSync(this.log, 'utf8').split('"Has lost ').length - 1;
  }

  get work(): MemberWork {
    return { entries: readEntries(this.journal), faults: this.faults };
  }

  /** @throws Error when it has ended by itself */
  check(): void {
    if (this.isAsked || this.hasNotEnded) return;
    throw new Error(`a member ended (${this.howItEnded}):\n${this.logTail()}`);
  }

  async kill(): Promise<void> {
    this.faults++;
    await this.end('SIGKILL');
  }

  /** Answers how long it took, in milliseconds. @throws Error when it does not end by the signal */
  async stop(): Promise<number> {
    const startMs = Date.now();
    await this.end('SIGTERM');
    if (this.child.signalCode === 'SIGTERM') return Date.now() - startMs;
    throw new Error(`a member did not end by SIGTERM (${this.howItEnded}):\n${this.logTail()}`);
  }

  /** Whatever it was asked before. */
  async destroy(): Promise<void> {
    if (!this.hasNotEnded) return;
    this.isAsked = true;
    this.child.kill('SIGKILL');
    await this.exit;
  }

  private get hasNotEnded(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private get howItEnded(): string | number | null {
    return this.child.signalCode ?? this.child.exitCode;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    this.check();
    this.isAsked = true;
    this.child.kill(signal);
    await this.exit;
  }

  private logTail(): string {
    return readFileSync(this.log, 'utf8').slice(-TAIL);
  }
}
