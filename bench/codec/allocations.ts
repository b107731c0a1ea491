import type { Operation } from './measure.js';

/** Bytes that are allocated while counting: few enough that no collection runs, many beside what else moves. */
const COUNTED_BYTES = 96 * 1024 * 1024;
const MOST_CALLS = 100_000;

/** Bytes that one call allocates, on the heap and beside it. Needs `--expose-gc`. */
export function allocatedBytes(run: Operation): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run with --expose-gc.');
  // Optimized code allocates less: let it come first.
  const until = performance.now() + 150;
  let calls = 0;
  while (performance.now() < until || calls < 2_000) run(calls++);
  const roughly = count(run, 500, gc);
  const enough = Math.ceil(COUNTED_BYTES / Math.max(roughly, 64));
  return count(run, Math.min(enough, MOST_CALLS), gc);
}

function count(run: Operation, calls: number, gc: () => void): number {
  // Twice: the first leaves work for later, which would be counted.
  gc();
  gc();
  const used = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  for (let i = 0; i < calls; i++) run(i);
  return Math.max(0, used() - before) / calls;
}
