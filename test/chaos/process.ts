/** A sender in a process of its own, which can be stopped and continued. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Place } from './ledger.js';
import { type Sender, SendFailure } from './senders.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = ['--conditions=tavro-source', '--import', 'tsx', 'test/chaos/child/sender.ts'];

export interface SendingProcess {
  readonly transport: string;
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** One outcome, as the process writes it: a line of JSON. */
export interface Told {
  readonly message: number;
  readonly place?: Place;
  readonly failure?: { readonly delivered: 'no' | 'unknown'; readonly code: string };
}

interface Waiting {
  resolve(place: Place): void;
  reject(error: Error): void;
}

export function startSendingProcess(options: SendingProcess) {
  const child = spawn(process.execPath, [...PROGRAM, JSON.stringify(options)], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, Waiting>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    // Written by child/sender.ts.
    const { message, place, failure } = JSON.parse(line) as Told;
    const one = waiting.get(message);
    waiting.delete(message);
    if (place !== undefined) one?.resolve(place);
    if (failure !== undefined) one?.reject(new SendFailure(failure.delivered, failure.code));
  });
  const closed = once(child, 'close');
  const sender: Sender = {
    send(key, message) {
      child.stdin.write(`${key} ${message}\n`);
      return new Promise((resolve, reject) => waiting.set(message, { resolve, reject }));
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
  return { sender, signal: (name: NodeJS.Signals) => void child.kill(name) };
}
