/** One cold start: loads a handler, has it handle one event, and prints what both took as JSON. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Handler } from '../consumer/side.js';

export interface Task {
  /** Files: of the handler's bundle, and of the event's text. Without a bundle nothing is loaded. */
  readonly bundle?: string;
  readonly event: string;
}

/** Milliseconds; those of the processor are of all threads. */
export interface Figures {
  readonly loadWall: number;
  readonly loadCpu: number;
  readonly firstWall: number;
  readonly firstCpu: number;
}

const LAMBDA_TIMEOUT_MS = 30_000;

/** Safe: the command's own. */
const { bundle, event: file } = JSON.parse(process.argv[2] ?? '') as Task;
const event = JSON.parse(readFileSync(file, 'utf8'));
const deadlineMs = Date.now() + LAMBDA_TIMEOUT_MS;
const context = { getRemainingTimeInMillis: () => deadlineMs - Date.now() };
const none = async () => {};

const start = now();
const handler: Handler =
  bundle === undefined ? none : (await import(pathToFileURL(bundle).href)).handler;
const loaded = now();
await handler(event, context);
const done = now();

const figures: Figures = {
  loadWall: loaded.wall - start.wall,
  loadCpu: loaded.cpu - start.cpu,
  firstWall: done.wall - loaded.wall,
  firstCpu: done.cpu - loaded.cpu,
};
process.stdout.write(`\n${JSON.stringify(figures)}\n`);
// Whatever a client leaves open.
process.exit(0);

function now() {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1_000 };
}
