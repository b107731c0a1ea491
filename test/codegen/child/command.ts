/**
 * A tavro command in a process of its own, to be killed: it says `ready`, waits for a line of
 * JSON with the arguments and, if given, the operation on the disk at which it kills itself.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createInterface } from 'node:readline';
import { run } from '../../../codegen/program.js';

interface Order {
  readonly argv: readonly string[];
  /** Counting from 1; absent: it ends by itself, or somebody else kills it. */
  readonly killAt?: number;
}

let operations = 0;
let killAt = 0;
/** Which of the operations were renames: the moments at which something changes. */
let renames: number[] = [];

/** Dies before an operation, or in the midst of it. */
function count(half?: () => void): void {
  operations += 1;
  if (operations !== killAt) return;
  half?.();
  process.kill(process.pid, 'SIGKILL');
}

const { openSync, writeFileSync, renameSync, rmSync, mkdirSync, fsyncSync } = fs;
Object.assign(fs, {
  openSync: (...args: Parameters<typeof openSync>) => {
    count();
    return openSync(...args);
  },
  writeFileSync: (file: number, text: string) => {
    count(() => writeFileSync(file, text.slice(0, text.length / 2)));
    writeFileSync(file, text);
  },
  renameSync: (...args: Parameters<typeof renameSync>) => {
    count();
    renames.push(operations);
    renameSync(...args);
  },
  rmSync: (...args: Parameters<typeof rmSync>) => {
    count();
    rmSync(...args);
  },
  mkdirSync: (...args: Parameters<typeof mkdirSync>) => {
    count();
    return mkdirSync(...args);
  },
  fsyncSync: (file: number) => {
    count();
    fsyncSync(file);
  },
});
syncBuiltinESMExports();

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  // Safe: the test that started this process wrote it.
  const order = JSON.parse(line) as Order;
  operations = 0;
  renames = [];
  killAt = order.killAt ?? 0;
  const code = await run(order.argv, {
    out: () => undefined,
    err: (text) => process.stderr.write(`${text}\n`),
    env: {},
    signal: new AbortController().signal,
  });
  process.stdout.write(`${JSON.stringify({ code, operations, renames })}\n`);
}
