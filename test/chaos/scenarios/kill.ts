import { setTimeout as sleep } from 'node:timers/promises';
import { runOrdeal, type Scenario, type ScenarioContext, type Underway } from '../run.js';
import { replicated, seconds, single } from './shapes.js';

const kills = ({ short }: ScenarioContext) => (short ? 1 : 3);
/** How many messages go out before a kill. */
const sentBefore = (kill: number, context: ScenarioContext) =>
  (context.messages * (kill + 0.2)) / kills(context);

/** SIGKILL of a broker of three, while the others take over. */
export const kill: Scenario = {
  name: 'kill',
  cluster: 'three',
  plain: true,
  run: (context) =>
    runOrdeal(context, {
      topic: replicated(6, { minInSync: 2 }),
      via: 'direct',
      async harm(underway) {
        const notes: string[] = [];
        for (let n = 0; n < kills(context); n++) {
          await underway.untilSent(sentBefore(n, context));
          notes.push(await killOne(context, underway));
        }
        await underway.untilSent(context.messages);
        return notes;
      },
    }),
};

async function killOne(context: ScenarioContext, { topic, ledger, ...wait }: Underway) {
  const { cluster, draws, log } = context;
  const before = await cluster.partitions(topic);
  // One that was killed before leads nothing for a while.
  const victim = draws.pick([...new Set(before.map(({ leader }) => leader))]);
  const ids = before.map(({ id }) => id);
  const led = before.filter(({ leader }) => leader === victim).map(({ id }) => id);
  const others = ids.filter((id) => !led.includes(id));
  const fromMs = Date.now();
  await cluster.killBroker(victim);
  await cluster.untilPartitions(topic, ({ leader, inSync }) => {
    return leader >= 0 && leader !== victim && !inSync.includes(victim);
  });
  const electedMs = Date.now();
  await wait.untilAcknowledged(ids);
  const span = { fromMs, toMs: Date.now() };
  const note =
    `broker ${victim} killed: others took over after ${seconds(electedMs - fromMs)}, longest gap of ` +
    `its partitions ${seconds(ledger.longestGapMs(led, span))}, ` +
    `of others ${seconds(ledger.longestGapMs(others, span))}`;
  log(note);
  await cluster.heal(topic);
  return note;
}

/** SIGKILL of the only broker, which comes back with what it has on disk. */
export const killOnly: Scenario = {
  name: 'kill-only',
  cluster: 'one',
  run: (context) =>
    runOrdeal(context, {
      topic: single(6),
      via: 'direct',
      async harm({ topic, ledger, ...wait }) {
        const { cluster, draws, log } = context;
        const notes: string[] = [];
        for (let n = 0; n < kills(context); n++) {
          await wait.untilSent(sentBefore(n, context));
          const fromMs = Date.now();
          await cluster.killBroker(1);
          await sleep(draws.whole(100, 1_500));
          await cluster.startBroker(1);
          await cluster.untilPartitions(topic, ({ leader }) => leader >= 0);
          const backMs = Date.now();
          await wait.untilAcknowledged([0, 1, 2, 3, 4, 5]);
          const gapMs = ledger.longestGapMs(undefined, { fromMs, toMs: Date.now() });
          const note =
            `killed and back after ${seconds(backMs - fromMs)}, all partitions acknowledge ` +
            `${seconds(Date.now() - backMs)} later, longest gap ${seconds(gapMs)}`;
          log(note);
          notes.push(note);
        }
        await wait.untilSent(context.messages);
        return notes;
      },
    }),
};
