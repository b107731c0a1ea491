import { setTimeout as sleep } from 'node:timers/promises';
import { CUTS } from '../../producer/kafka-proxy.js';
import { runOrdeal, type Scenario, type ScenarioContext } from '../run.js';
import { replicated, seconds, single } from './shapes.js';

/** Cuts of each kind, delays, and acknowledgements that get lost, at random. */
async function storm({ weather, draws, short }: ScenarioContext): Promise<readonly string[]> {
  weather.set({ swallow: 0.02, hangUp: 0.02, delay: 0.2, longestDelayMs: 200 });
  const endMs = Date.now() + (short ? 6_000 : 60_000);
  let cuts = 0;
  while (Date.now() < endMs) {
    await sleep(draws.whole(50, 1_500));
    weather.cutOne(draws.pick(CUTS));
    cuts++;
  }
  weather.set({});
  return [`${cuts} cuts`];
}

export const network: Scenario = {
  name: 'network',
  cluster: 'one',
  plain: true,
  run: (context) => runOrdeal(context, { topic: single(6), harm: () => storm(context) }),
};

export const networkOfThree: Scenario = {
  name: 'network-3',
  cluster: 'three',
  onlyFull: true,
  run: (context) => runOrdeal(context, { topic: replicated(6), harm: () => storm(context) }),
};

/** The same, with so little time that messages are given up while they are under way. */
export const impatient: Scenario = {
  name: 'impatient',
  cluster: 'one',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      deliveryTimeoutMs: 700,
      connection: { requestTimeoutMs: 500 },
      harm: () => storm(context),
    }),
};

/** Nothing gets through, and nobody is told. */
export const blackhole: Scenario = {
  name: 'blackhole',
  cluster: 'one',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      async harm(underway) {
        const { weather, draws, short } = context;
        const notes: string[] = [];
        for (let n = 0; n < (short ? 1 : 5); n++) {
          await sleep(1_000);
          const ms = draws.whole(1_000, 6_000);
          await weather.blackhole(ms);
          const backMs = Date.now();
          await underway.untilAcknowledged([0, 1, 2, 3, 4, 5]);
          notes.push(
            `${seconds(ms)} of nothing, all acknowledge ${seconds(Date.now() - backMs)} later`,
          );
        }
        return notes;
      },
    }),
};

/** A broker that cannot be reached for a moment, and leads on: as long as Kafka does not notice. */
export const bounce: Scenario = {
  name: 'bounce',
  cluster: 'three',
  onlyFull: true,
  run: (context) =>
    runOrdeal(context, {
      topic: { replicas: [[1], [2], [3], [1], [2], [3]] },
      // As a producer has it that says nothing.
      connection: { requestTimeoutMs: 10_000 },
      async harm({ ledger, untilAcknowledged }) {
        const { weather, draws, short } = context;
        const all = [0, 1, 2, 3, 4, 5];
        const notes: string[] = [];
        for (let n = 0; n < (short ? 2 : 10); n++) {
          await sleep(1_000);
          const fromMs = Date.now();
          const ms = draws.whole(500, 2_500);
          await weather.bounce(ms);
          await untilAcknowledged(all);
          const gapMs = ledger.longestGapMs(all, { fromMs, toMs: Date.now() });
          notes.push(`${seconds(ms)} away: longest gap ${seconds(gapMs)}`);
        }
        return notes;
      },
    }),
};
