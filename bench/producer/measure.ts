/** Measures all sides in all modes, in rounds: each round begins with another side. */
import type { Task } from './child.js';
import type { Mode } from './modes.js';
import { type Measured, measureOnce } from './run.js';
import type { Side } from './sides.js';
import { middleOf, type Place, placeName, type Result } from './table.js';
import { type BenchTopic, type Servers, withTopic } from './topic.js';

export interface Plan {
  readonly sides: readonly Side[];
  readonly modes: readonly Mode[];
  readonly rounds: number;
  readonly times: Pick<Task, 'warmMs' | 'measureMs'>;
  /** The bundled child, and what Node is told besides. */
  readonly child: string;
  readonly flags: readonly string[];
  readonly urls: Task['target']['urls'];
  /** Is told of a side that failed, which has no figures then. */
  failed(side: Side, why: string): void;
}

export async function measurePlace(
  servers: Servers,
  place: Place,
  plan: Plan,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const mode of plan.modes) {
    process.stderr.write(`${placeName(place)}: ${mode.title}\n`);
    results.push(
      ...(await withTopic(servers, place.partitions, (topic) =>
        measureMode({ servers, place, mode, topic }, plan),
      )),
    );
  }
  return results;
}

interface Where {
  readonly servers: Servers;
  readonly place: Place;
  readonly mode: Mode;
  readonly topic: BenchTopic;
}

async function measureMode(where: Where, plan: Plan): Promise<readonly Result[]> {
  const runs = new Map<Side, Measured[]>(plan.sides.map((side) => [side, []]));
  const failed = new Set<Side>();
  for (let round = 0; round < plan.rounds; round++) {
    const order = [...plan.sides];
    order.push(...order.splice(0, round % order.length));
    for (const side of order.filter((one) => !failed.has(one))) {
      try {
        runs.get(side)?.push(await measureSide(where, side, plan));
      } catch (error) {
        failed.add(side);
        const why = error instanceof Error ? error.message : String(error);
        plan.failed(side, `${placeName(where.place)}, ${where.mode.title}: ${why}`);
      }
    }
  }
  return [...runs].flatMap(([side, all]) =>
    failed.has(side)
      ? []
      : [{ mode: where.mode.id, side: side.name, figures: middleOf(all) } satisfies Result],
  );
}

/** @throws Error also where the broker has another number of messages than were acknowledged */
async function measureSide(where: Where, side: Side, plan: Plan): Promise<Measured> {
  const { servers, place, mode, topic } = where;
  const before = await topic.stored();
  const task: Task = {
    side: side.name,
    mode: mode.id,
    ...plan.times,
    target: {
      addresses: servers.kafka,
      listener: place.listener,
      topic: topic.name,
      registryUrl: servers.registry.url,
      isAwaited: mode.isAwaited,
      urls: plan.urls,
    },
  };
  const measured = await measureOnce(plan.child, task, plan.flags);
  const stored = (await topic.stored()) - before;
  if (stored !== measured.sent)
    throw new Error(`${measured.sent} messages were acknowledged, ${stored} are stored`);
  return measured;
}
