import { setTimeout as sleep } from 'node:timers/promises';
import { SESSION_MS } from '../cluster.js';
import {
  type Ordeal,
  type Result,
  runOrdeal,
  type Scenario,
  type ScenarioContext,
} from '../run.js';
import { replicated, seconds } from './shapes.js';

const ALL = [0, 1, 2, 3, 4, 5];

/** A leader that stands still, is replaced, and goes on as if it still led. */
export const leaderLoss: Scenario = {
  name: 'leader-loss',
  cluster: 'three',
  run: (context) => loseLeaders(context, {}),
};

/**
 * The same, with so little time that messages are given up while the old leader has them, which finds
 * them when it goes on.
 */
export const impatientLeaderLoss: Scenario = {
  name: 'impatient-3',
  cluster: 'three',
  onlyFull: true,
  run: (context) =>
    loseLeaders(context, { deliveryTimeoutMs: 700, connection: { requestTimeoutMs: 500 } }),
};

function loseLeaders(
  context: ScenarioContext,
  patience: Pick<Ordeal, 'deliveryTimeoutMs' | 'connection'>,
): Promise<Result> {
  return runOrdeal(context, {
    topic: replicated(6, { minInSync: 2 }),
    via: 'direct',
    ...patience,
    async harm({ topic, ledger, untilAcknowledged }) {
      const { cluster, draws, short } = context;
      const notes: string[] = [];
      // A gap is between two acknowledgements.
      await untilAcknowledged(ALL);
      for (let n = 0; n < (short ? 1 : 5); n++) {
        await sleep(1_000);
        const victim = draws.pick(cluster.ids);
        const fromMs = Date.now();
        cluster.signal(victim, 'SIGSTOP');
        await sleep(SESSION_MS + draws.whole(1_000, 3_000));
        cluster.signal(victim, 'SIGCONT');
        const forMs = Date.now() - fromMs;
        await untilAcknowledged(ALL);
        const gapMs = ledger.longestGapMs(ALL, { fromMs, toMs: Date.now() });
        notes.push(
          `broker ${victim} stood still for ${seconds(forMs)}: longest gap ${seconds(gapMs)}`,
        );
        await cluster.heal(topic);
      }
      return notes;
    },
  });
}

/** Each broker in turn is stopped gently and started again, as in an upgrade. */
export const rollingRestart: Scenario = {
  name: 'rolling-restart',
  cluster: 'three',
  onlyFull: true,
  run: (context) =>
    runOrdeal(context, {
      topic: replicated(6, { minInSync: 2 }),
      via: 'direct',
      async harm({ topic, ledger, untilAcknowledged }) {
        const { cluster, short } = context;
        const notes: string[] = [];
        await untilAcknowledged(ALL);
        for (const id of short ? cluster.ids.slice(0, 1) : cluster.ids) {
          await sleep(1_000);
          const fromMs = Date.now();
          await cluster.killBroker(id, 'SIGTERM');
          await untilAcknowledged(ALL);
          await cluster.heal(topic);
          const gapMs = ledger.longestGapMs(ALL, { fromMs, toMs: Date.now() });
          notes.push(`broker ${id} restarted: longest gap ${seconds(gapMs)}`);
        }
        return notes;
      },
    }),
};

/** Partitions with fewer replicas in sync than they must have, beside others that have enough. */
export const minIsr: Scenario = {
  name: 'min-isr',
  cluster: 'three',
  run: (context) =>
    runOrdeal(context, {
      topic: {
        replicas: [
          [1, 2],
          [2, 3],
          [2, 1],
          [3, 1],
          [1, 2],
          [1, 3],
        ],
        minInSync: 2,
      },
      via: 'direct',
      async harm({ topic, ledger, untilAcknowledged }) {
        const { cluster, draws, short } = context;
        const [whole, short3] = [
          [0, 2, 4],
          [1, 3, 5],
        ];
        await untilAcknowledged(ALL);
        await sleep(1_000);
        const fromMs = Date.now();
        await cluster.killBroker(3);
        await sleep(draws.whole(5_000, short ? 6_000 : 20_000));
        const toMs = Date.now();
        const gapMs = ledger.longestGapMs(whole, { fromMs, toMs });
        const stored = ledger.acknowledgedIn(short3, { fromMs: fromMs + 500, toMs });
        await cluster.heal(topic);
        const backMs = Date.now();
        await untilAcknowledged(ALL);
        return [
          `${seconds(toMs - fromMs)} without broker 3: longest gap of partitions with enough replicas ` +
            `${seconds(gapMs)}; the others acknowledged ${stored}, and again ` +
            `${seconds(Date.now() - backMs)} after it was in sync`,
        ];
      },
    }),
};

/** Two of six partitions have no leader: what becomes of the other four. */
export const sickPartition: Scenario = {
  name: 'sick-partition',
  cluster: 'three',
  run: (context) =>
    runOrdeal(context, {
      topic: { replicas: [[1], [2], [1], [3], [2], [3]] },
      via: 'direct',
      async harm({ topic, ledger, untilAcknowledged }) {
        const { cluster, short } = context;
        const healthy = [0, 2, 3, 5];
        const lookMs = short ? 2_000 : 20_000;
        await untilAcknowledged(ALL);
        // Rates before that are of code that is not warm.
        await sleep(2_000);
        const beforeMs = Date.now();
        await sleep(lookMs);
        const killedMs = Date.now();
        await cluster.killBroker(2);
        await sleep(lookMs);
        const rate = (fromMs: number) =>
          (1000 * ledger.acknowledgedIn(healthy, { fromMs, toMs: fromMs + lookMs })) / lookMs;
        const [before, during] = [rate(beforeMs), rate(killedMs)];
        const gapMs = ledger.longestGapMs(healthy, { fromMs: killedMs, toMs: killedMs + lookMs });
        await cluster.heal(topic);
        const backMs = Date.now();
        await untilAcknowledged(ALL);
        return [
          `healthy partitions: ${Math.round(before)} a second before, ${Math.round(during)} ` +
            `(${Math.round((100 * during) / before)} %) during, longest gap ${seconds(gapMs)}; ` +
            `sick ones acknowledged ${seconds(Date.now() - backMs)} after their leader was back`,
        ];
      },
    }),
};
