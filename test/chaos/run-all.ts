/** All scenarios one after the other, on as few clusters as do. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosCluster } from './cluster.js';
import { Impossible, startCluster, stopCluster } from './clusters.js';
import { drawsFrom } from './draws.js';
import { printLine, type Ran } from './report.js';
import type { ClusterKind, Scenario } from './run.js';
import { plainKafkajs, type SenderMaker } from './senders.js';
import { forgetWaits, tellWaits } from './waiting.js';

/** Stops what hangs: one scenario may take so long, in milliseconds. */
const TIMEOUT_MS = { short: 120_000, full: 900_000 };

/** How many messages go out at least where much is sent; plain kafkajs takes long for them. */
const MESSAGES = { short: 20_000, full: 1_000_000, plain: 100_000 };

export interface RunOptions {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly transport: string;
  readonly makeSender: SenderMaker;
  readonly short: boolean;
  /** Whether plain kafkajs runs beside ours. */
  readonly plain: boolean;
}

export async function runAll(options: RunOptions): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  const held = new Held();
  for (const scenario of options.scenarios) {
    const senders = [{ sender: options.transport, makeSender: options.makeSender }];
    if (options.plain && scenario.plain === true)
      senders.push({ sender: 'plain kafkajs', makeSender: plainKafkajs });
    for (const { sender, makeSender } of senders) {
      const startMs = Date.now();
      const outcome = await runOne(scenario, { ...options, makeSender }, held);
      const seconds = Math.round((Date.now() - startMs) / 1000);
      const one = { scenario: scenario.name, sender, seconds, outcome };
      ran.push(one);
      console.log(printLine(one));
    }
  }
  await held.drop();
  return ran;
}

async function runOne(
  scenario: Scenario,
  { seed, short, transport, makeSender }: RunOptions,
  held: Held,
): Promise<Ran['outcome']> {
  // Of the scenario's own, so that it draws the same with `--only`.
  const draws = drawsFrom(seedOf(scenario.name, seed));
  const limitMs = short ? TIMEOUT_MS.short : TIMEOUT_MS.full;
  const late = new AbortController();
  const timeout = sleep(limitMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`took longer than ${limitMs / 1000} s; waited for: ${tellWaits()}`);
  });
  timeout.catch(() => undefined);
  forgetWaits();
  try {
    const cluster = await Promise.race([held.get(scenario.cluster), timeout]);
    cluster.weather.begin(draws);
    const log = (line: string) => console.error(`  ${line}`);
    const full = makeSender === plainKafkajs ? MESSAGES.plain : MESSAGES.full;
    const context = {
      ...{ cluster, weather: cluster.weather, draws, short, transport, makeSender, log },
      messages: short ? MESSAGES.short : full,
    };
    return await Promise.race([scenario.run(context), timeout]);
  } catch (error) {
    if (error instanceof Impossible) return { impossible: error.message };
    // Nobody knows what state it is in.
    await held.drop();
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    late.abort();
  }
}

function seedOf(name: string, seed: number): number {
  return [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, seed);
}

/** The cluster that the last scenario ran on. */
class Held {
  private kind: ClusterKind | undefined;
  private cluster: ChaosCluster | undefined;

  async get(kind: ClusterKind): Promise<ChaosCluster> {
    if (this.cluster !== undefined && this.kind === kind) return this.cluster;
    await this.drop();
    this.kind = kind;
    this.cluster = await startCluster(kind);
    return this.cluster;
  }

  async drop(): Promise<void> {
    const cluster = this.cluster;
    this.cluster = undefined;
    if (cluster !== undefined) await stopCluster(cluster);
  }
}
