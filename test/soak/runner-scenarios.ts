/** What is done to members, brokers and the registry while records are handled. */
import { setTimeout as sleep } from 'node:timers/promises';
import { seconds } from '../chaos/scenarios/shapes.js';
import { until } from '../chaos/waiting.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { MEMBERS, type Scenario, SESSION_MS } from './runner-trial.js';

const topic = userClicksAvro.name;

/** No harm: how fast three members are on one machine with their brokers. */
const calm: Scenario = { name: 'calm' };

/** SIGKILL of members, each of which is there again after a while. */
const kill: Scenario = {
  name: 'kill',
  seconds: { short: 10, full: 60 },
  async harm(trial) {
    const { draws, short } = trial.setting;
    const kills = short ? 3 : 12;
    for (let n = 0; n < kills; n++) {
      await trial.untilHandled((0.9 * (n + 0.5)) / kills);
      await draws.pick(trial.active).kill();
      await sleep(draws.whole(0, 2_000));
      trial.join();
    }
    return [`${kills} kills`];
  },
};

const MOST_MEMBERS = 5;

/** Members come, and go by SIGTERM, every few seconds. */
const storm: Scenario = {
  name: 'storm',
  seconds: { short: 20, full: 120 },
  async harm(trial) {
    const { draws } = trial.setting;
    let joins = 0;
    const leaving: Promise<unknown>[] = [];
    await trial.untilHandled(0.05);
    while (trial.progress < 0.8) {
      const count = trial.active.length;
      if (count <= 1 || (count < MOST_MEMBERS && draws.next() < 0.5)) {
        trial.join();
        joins++;
      } else leaving.push(draws.pick(trial.active).stop());
      await sleep(draws.whole(1_000, 3_000));
    }
    await Promise.all(leaving);
    return [`${joins} joined, ${leaving.length} left`];
  },
};

/** All brokers are gone for a while, and every member's session with them. */
const outage: Scenario = {
  name: 'outage',
  seconds: { short: 10, full: 60 },
  async harm(trial) {
    const { cluster, short } = trial.setting;
    await trial.untilHandled(0.3);
    await Promise.all(cluster.ids.map((id) => cluster.killBroker(id)));
    for (const member of trial.active) member.faults++;
    const downMs = Date.now();
    await sleep(short ? 20_000 : 300_000);
    await cluster.heal(topic);
    const upMs = Date.now();
    const backMs = await trial.untilMore();
    return [`all brokers gone for ${seconds(upMs - downMs)}, handling ${seconds(backMs)} later`];
  },
};

/** Brokers are restarted one after the other, as for an upgrade. */
const rolling: Scenario = {
  name: 'rolling',
  onlyFull: true,
  seconds: { short: 60, full: 120 },
  async harm(trial) {
    const { cluster } = trial.setting;
    await trial.untilHandled(0.1);
    for (const id of cluster.ids) {
      await cluster.killBroker(id, 'SIGTERM');
      await cluster.startBroker(id);
      await cluster.heal(topic);
      await trial.untilMore();
    }
    return [`${cluster.ids.length} brokers restarted by ${Math.round(100 * trial.progress)} %`];
  },
};

const LONG_MS = SESSION_MS * 1.5;

/** Handlers that take longer than the session. */
const slow: Scenario = {
  name: 'slow',
  onlyFull: true,
  handler: { slowMs: 100, longMs: LONG_MS },
  harm: async () => [`handlers of 100 ms, and of ${seconds(LONG_MS)}`],
};

const HELD_MS = 5_000;

/** The second half of each partition is of a schema that nobody knows yet. */
const registry: Scenario = {
  name: 'registry',
  seconds: { short: 8, full: 30 },
  async harm(trial) {
    const all = () => trial.members.every(({ handled }) => handled > 0);
    await until('all members handled something', all);
    await trial.setting.registry.stop();
    try {
      await trial.untilHandled(0.5);
      await sleep(HELD_MS);
      if (trial.progress !== 0.5) throw new Error('records of an unknown schema were handled');
    } finally {
      await trial.setting.registry.start();
    }
    return [`held for ${seconds(HELD_MS)}, handling ${seconds(await trial.untilMore())} later`];
  },
};

/** SIGTERM of all members at once, under load. */
const sigterm: Scenario = {
  name: 'sigterm',
  seconds: { short: 10, full: 60 },
  async harm(trial) {
    await trial.untilHandled(0.4);
    const took = await Promise.all(trial.active.map((member) => member.stop()));
    const before = trial.progress;
    for (let n = 0; n < MEMBERS; n++) trial.join();
    const longest = seconds(Math.max(...took));
    return [`all ended at ${Math.round(100 * before)} %, within ${longest}`];
  },
};

export const SCENARIOS: readonly Scenario[] = [
  calm,
  kill,
  storm,
  sigterm,
  registry,
  slow,
  rolling,
  outage,
];
