/** Starts each side's handler in fresh processes, in rounds: each round begins with another side. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleChild,
  bundleSide,
  HANDLER,
  outputOf,
  type SideBundle,
} from '../consumer/bundles.js';
import { eventText } from '../consumer/events.js';
import { environmentOf } from '../consumer/measure.js';
import type { Side } from '../consumer/sides.js';
import { runChild } from '../peers/child.js';
import type { Size } from '../size/bundle.js';
import type { Figures, Task } from './child.js';

/** One start, in milliseconds. */
export interface Start extends Figures {
  /** Of the process, from start to end. */
  readonly wall: number;
  readonly cpu: number;
}

export interface Result {
  readonly side: string;
  readonly size: Size;
  readonly starts: readonly Start[];
}

export interface Measured {
  /** Of a process that loads nothing. */
  readonly empty: readonly Start[];
  readonly results: readonly Result[];
}

export interface Plan {
  readonly sides: readonly Side[];
  readonly runs: number;
  /** What Node is told of the processes that are measured. */
  readonly flags: readonly string[];
  readonly registryUrl: string;
}

const RECORD = { records: 1, hasAll: true } as const;

export async function measureStarts(plan: Plan): Promise<Measured> {
  const folder = outputOf('cold-start');
  await mkdir(folder, { recursive: true });
  try {
    const child = join(folder, 'child.mjs');
    await bundleChild('../cold-start/child.ts', child);
    const started: Started[] = [];
    for (const side of plan.sides)
      started.push({ side, bundle: await bundleSide(side, HANDLER, folder), starts: [] });
    return await startAll({ folder, child, started, plan });
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Started {
  readonly side: Side;
  readonly bundle: SideBundle;
  readonly starts: Start[];
}

interface Made {
  readonly folder: string;
  readonly child: string;
  readonly started: readonly Started[];
  readonly plan: Plan;
}

async function startAll({ folder, child, started, plan }: Made): Promise<Measured> {
  const eventFile = async (takesNoFrames: boolean): Promise<string> => {
    const path = join(folder, `${takesNoFrames}.json`);
    await writeFile(path, eventText(RECORD, takesNoFrames));
    return path;
  };
  const framed = await eventFile(false);
  const unframed = await eventFile(true);
  const startOnce = async (one?: Started): Promise<Start> => {
    const event = one?.side.takesNoFrames ? unframed : framed;
    const task: Task = { event, ...(one && { bundle: one.bundle.path }) };
    const env = one && environmentOf(one.side, one.bundle, plan.registryUrl);
    const options = { flags: plan.flags, ...(env && { env }) };
    const { figures, wall, cpu } = await runChild<Figures>(child, task, options);
    return { ...figures, wall, cpu };
  };
  const empty: Start[] = [];
  const order: (Started | undefined)[] = [undefined, ...started];
  // The first round of all is for the disk's cache.
  for (let round = 0; round <= plan.runs; round++) {
    process.stderr.write(`round ${round} of ${plan.runs}\n`);
    for (const one of order) {
      const start = await startOnce(one);
      if (round > 0) (one?.starts ?? empty).push(start);
    }
    order.push(...order.splice(0, 1));
  }
  const results = started.map(({ side, bundle, starts }) => ({
    side: side.name,
    size: bundle.size,
    starts,
  }));
  return { empty, results };
}
