/** Measures all sides on all shapes of events, in rounds: each round begins with another side. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createRegistry } from '../../runtime/index.js';
import { runChild } from '../peers/child.js';
import { median } from '../scale/accounted.js';
import { bundleChild, bundleSide, OPEN, outputOf, type SideBundle } from './bundles.js';
import type { Figures, Task } from './child.js';
import { eventText, expected, type Shape } from './events.js';
import { KNOWN_REGISTRY, SCHEMA_ID } from './side.js';
import type { Side } from './sides.js';

/** What one table is of. */
export interface Case extends Shape {
  readonly looksAtAll: boolean;
}

export interface Measured extends Figures {
  /** Bytes that one record allocates. */
  readonly allocated: number;
  /** Most bytes that the process had in memory at a time. */
  readonly memory: number;
  /** Bytes that a process has in memory after many events, one by one. */
  readonly resident: number;
}

export interface Result {
  readonly side: string;
  readonly figures: Measured;
}

export interface Plan {
  readonly sides: readonly Side[];
  readonly cases: readonly Case[];
  readonly rounds: number;
  readonly times: Pick<Task, 'warmMs' | 'measureMs'>;
  /** What Node is told of the processes that are measured. */
  readonly flags: readonly string[];
  readonly registryUrl: string;
  /** Is told of a side that failed in a case, of which it has no figures then. */
  failed(side: Side, why: string): void;
}

/** How many records are compared before anything is measured. */
const COMPARED = 100;
/** Nothing is collected while allocations are counted. */
const NO_COLLECTIONS = [
  '--expose-gc',
  '--max-semi-space-size=512',
  '--min-semi-space-size=512',
] as const;

/** Registers the schema that all events are of. @throws Error where it gets another id than they say */
export async function registerSchema(url: string, subject: string, schema: string): Promise<void> {
  const id = await createRegistry({ url }).register(subject, schema);
  if (id !== SCHEMA_ID) throw new Error(`The schema has id ${id}; the events say ${SCHEMA_ID}.`);
}

/** What a side's process has in its environment. */
export function environmentOf(
  { asksRegistry }: Side,
  { modules }: SideBundle,
  registryUrl: string,
): Record<string, string> {
  return {
    SCHEMA_REGISTRY_URL: asksRegistry ? registryUrl : KNOWN_REGISTRY,
    ...(modules !== undefined && { NODE_PATH: modules }),
  };
}

export async function measureCases(
  plan: Plan,
): Promise<readonly (readonly [Case, readonly Result[]])[]> {
  const folder = outputOf('consumer');
  await mkdir(folder, { recursive: true });
  try {
    const child = join(folder, 'child.mjs');
    await bundleChild('child.ts', child);
    const bundles = new Map<Side, SideBundle>();
    for (const side of plan.sides) bundles.set(side, await bundleSide(side, OPEN, folder));
    const bench = new Bench({ folder, child, bundles, plan });
    await bench.compare();
    const measured: (readonly [Case, readonly Result[]])[] = [];
    for (const one of plan.cases) measured.push([one, await bench.measure(one)]);
    return measured;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Made {
  readonly folder: string;
  readonly child: string;
  readonly bundles: ReadonlyMap<Side, SideBundle>;
  readonly plan: Plan;
}

class Bench {
  private readonly made: Made;

  constructor(made: Made) {
    this.made = made;
  }

  /** @throws Error where a side's function gets other values than were sent */
  async compare(): Promise<void> {
    const all = { records: COMPARED, hasAll: true, looksAtAll: true };
    for (const side of this.made.plan.sides) {
      const { figures } = await this.run<unknown>('see', side, all);
      if (!isDeepStrictEqual(figures, expected(COMPARED)))
        throw new Error(`${side.name} gives other values than were sent.`);
    }
  }

  async measure(one: Case): Promise<readonly Result[]> {
    const { sides, rounds } = this.made.plan;
    const runs = new Map<Side, Omit<Measured, 'allocated'>[]>(sides.map((side) => [side, []]));
    for (let round = 0; round < rounds; round++) {
      process.stderr.write(`${nameOf(one)}: round ${round + 1} of ${rounds}\n`);
      const order = [...runs.keys()];
      order.push(...order.splice(0, round % order.length));
      for (const side of order) {
        const told = await this.attempt<Figures>('time', side, one);
        const after = told && (await this.attempt<number>('memory', side, one));
        if (told === undefined || after === undefined) runs.delete(side);
        else
          runs.get(side)?.push({ ...told.figures, memory: told.memory, resident: after.figures });
      }
    }
    const results: Result[] = [];
    for (const [side, all] of runs) {
      const told = await this.attempt<number>('allocations', side, one);
      if (told !== undefined)
        results.push({ side: side.name, figures: { ...middleOf(all), allocated: told.figures } });
    }
    return results;
  }

  private async attempt<Told>(what: Task['what'], side: Side, one: Case) {
    try {
      return await this.run<Told>(what, side, one);
    } catch (error) {
      this.made.plan.failed(side, `${nameOf(one)}: ${Object(error).message}`);
      return undefined;
    }
  }

  private async run<Told>(what: Task['what'], side: Side, one: Case) {
    const { bundles, child, plan } = this.made;
    const bundle = bundles.get(side);
    if (bundle === undefined) throw new Error(`There is no bundle of ${side.name}.`);
    const { records, looksAtAll } = one;
    const event = await this.eventFile(one, side.takesNoFrames ?? false);
    const task: Task = { what, bundle: bundle.path, event, records, looksAtAll, ...plan.times };
    return runChild<Told>(child, task, {
      flags: what === 'allocations' ? [...plan.flags, ...NO_COLLECTIONS] : plan.flags,
      env: environmentOf(side, bundle, plan.registryUrl),
    });
  }

  private async eventFile(shape: Shape, takesNoFrames: boolean): Promise<string> {
    const name = `${shape.records}-${shape.hasAll ? 'all' : 'value'}-${takesNoFrames}.json`;
    const path = join(this.made.folder, name);
    await writeFile(path, eventText(shape, takesNoFrames));
    return path;
  }
}

/** Of several runs, the middle of each figure. */
export function middleOf(runs: readonly Omit<Measured, 'allocated'>[]) {
  const of = (figure: keyof (typeof runs)[number]) => median(runs.map((one) => one[figure]));
  return {
    wallMicros: of('wallMicros'),
    cpuMicros: of('cpuMicros'),
    memory: of('memory'),
    resident: of('resident'),
  };
}

export function nameOf({ records, hasAll, looksAtAll }: Case): string {
  const what = hasAll
    ? `key and three headers, ${looksAtAll ? 'looked at' : 'untouched'}`
    : 'values only';
  return `${records.toLocaleString('en')} records, ${what}`;
}
