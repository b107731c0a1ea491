/** One measurement of one side, in a process of its own: warm-up, then the figures as JSON, last on standard output. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { InvocationContext, KafkaEvent } from '../../consumer/index.js';
import type { Seen } from './events.js';
import type { Handler, Open, Take } from './side.js';

export interface Task {
  readonly what: 'time' | 'allocations' | 'memory' | 'see';
  /** Files: of the side's bundle, and of the event's text. */
  readonly bundle: string;
  readonly event: string;
  readonly records: number;
  readonly looksAtAll: boolean;
  /** How long the side runs at least, in milliseconds of the processor, with the parsing of its events. */
  readonly warmMs: number;
  readonly measureMs: number;
}

/** Of one record, on average. */
export interface Figures {
  readonly wallMicros: number;
  /** User and system time, of all threads. */
  readonly cpuMicros: number;
}

/** Events of so many records together are parsed before, and handled in one go. */
const RECORDS_AT_ONCE = 5_000;
/** Enough that what is kept, and what is collected late, shows; of slow sides what they get done in a few measurements' time. */
const RECORDS_FOR_MEMORY = 250_000;
const MOST_TIMES_MEASURED = 3;
const LAMBDA_TIMEOUT_MS = 30_000;

/** Safe: the command's own. */
const task = JSON.parse(process.argv[2] ?? '') as Task;
const text = readFileSync(task.event, 'utf8');
// Safe: `bundles.ts` makes it of a side's module.
const { open } = (await import(pathToFileURL(task.bundle).href)) as { open: Open };

/** Used, so that no engine leaves out what makes it. */
let characters = 0;
let taken = 0;
const count: Take = ({ url }, key, traceparent) => {
  taken += 1;
  characters += url.length + (key?.length ?? 0) + (traceparent?.length ?? 0);
};

const line = `\n${JSON.stringify(await figures(task.what))}\n`;
// Ended once the line is out, behind all that was logged, and whatever a client leaves open.
process.stdout.write(line, () => process.exit(characters < 0 ? 1 : 0));

async function figures(what: Task['what']): Promise<unknown> {
  if (what === 'see') return see();
  const handler = open(count, task.looksAtAll);
  if (what === 'memory') return residentAfter(handler);
  await runFor(task.warmMs, handler);
  return what === 'time' ? runFor(task.measureMs, handler) : allocated(handler);
}

async function see(): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const take: Take = ({ user_id, url, timestamp }, key, traceparent) => {
    const click = { user_id, url, timestamp: Number(timestamp) };
    seen.push({ ...click, ...(key !== undefined && { key }), ...(traceparent && { traceparent }) });
  };
  await open(take, task.looksAtAll)(parsed(), context());
  return seen;
}

/** Anew each time: strings that were looked at once are cheaper to look at again. */
function parsed(): KafkaEvent {
  // Safe: `events.ts` wrote it.
  return JSON.parse(text) as KafkaEvent;
}

function context(): InvocationContext {
  const deadlineMs = Date.now() + LAMBDA_TIMEOUT_MS;
  return { awsRequestId: 'bench', getRemainingTimeInMillis: () => deadlineMs - Date.now() };
}

function block() {
  const events = Math.ceil(RECORDS_AT_ONCE / task.records);
  return Array.from({ length: events }, () => ({ event: parsed(), context: context() }));
}

async function handle(handler: Handler, calls: ReturnType<typeof block>): Promise<void> {
  for (const { event, context } of calls) await handler(event, context);
}

async function runFor(ms: number, handler: Handler): Promise<Figures> {
  let [wallMs, cpuMicros] = [0, 0];
  const before = taken;
  // Not of the clock: where others keep the machine busy, that would be fewer records.
  const endMicros = cpuUsed() + ms * 1_000;
  while (cpuUsed() < endMicros) {
    const calls = block();
    const cpu = cpuUsed();
    const start = performance.now();
    await handle(handler, calls);
    wallMs += performance.now() - start;
    cpuMicros += cpuUsed() - cpu;
  }
  const records = taken - before;
  return { wallMicros: (wallMs * 1_000) / records, cpuMicros: cpuMicros / records };
}

/** Microseconds since the process began. */
function cpuUsed(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Bytes of one record, on the heap and beside it. Needs `--expose-gc`, and a young generation that holds all. */
async function allocated(handler: Handler): Promise<number> {
  const calls = block();
  globalThis.gc?.();
  globalThis.gc?.();
  const before = used();
  const start = taken;
  await handle(handler, calls);
  return (used() - before) / (taken - start);
}

/** Bytes of the process after events that came one by one, as in Lambda. */
async function residentAfter(handler: Handler): Promise<number> {
  const endMicros = cpuUsed() + task.measureMs * MOST_TIMES_MEASURED * 1_000;
  while (taken < RECORDS_FOR_MEMORY && cpuUsed() < endMicros) await handler(parsed(), context());
  return process.memoryUsage.rss();
}

function used(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
