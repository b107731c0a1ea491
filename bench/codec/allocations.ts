import type { Operation } from './measure.js';

/** Calls that are counted: few enough that no collection runs in between. */
const CALLS = 400;

/** Bytes that one call allocates, on the heap and beside it. Needs `--expose-gc`. */
export function allocatedBytes(run: Operation): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('Run with --expose-gc.');
  // Optimized code allocates less: let it come first.
  const until = performance.now() + 150;
  let calls = 0;
  while (performance.now() < until || calls < 2_000) run(calls++);
  gc();
  const before = process.memoryUsage();
  for (let i = 0; i < CALLS; i++) run(i);
  const after = process.memoryUsage();
  const used = (memory: NodeJS.MemoryUsage) => memory.heapUsed + memory.arrayBuffers;
  return Math.max(0, used(after) - used(before)) / CALLS;
}
