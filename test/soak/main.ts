/**
 * Reads a topic of good events and every kind of poison through the poller and a Lambda handler, under each failure policy and
 * kills, and accounts for each event:
 *
 *     npm run soak:lambda -- [--short] [--events N] [--kills N] [--seed N] [--only NAME[,NAME]] [--markdown]
 */
import { parseArgs } from 'node:util';
import { concurrently } from '../../consumer/concurrently.js';
import { ChaosCluster } from '../chaos/cluster.js';
import { drawsFrom } from '../chaos/draws.js';
import { SEED } from '../seeds/seed.mjs';
import { fill, plan, readEvents } from './events.js';
import { POLICIES, policyNamed } from './policies.js';
import { isWrong, printLine, printTable } from './report.js';
import { type Ran, runPolicy } from './run.js';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    events: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string', default: String(SEED) },
    only: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
});

const { short } = values;
const count = whole('--events', values.events ?? (short ? '5000' : '100000'));
const kills = whole('--kills', values.kills ?? (short ? '1' : '5'));
const seed = whole('--seed', values.seed);
const names = values.only?.split(',') ?? POLICIES.map(({ name }) => name);
const policies = names.map(policyNamed);

/** What is wrong with the command line ends it. */
function whole(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  console.error(`${option} is ${text}: give a whole number.`);
  process.exit(2);
}

console.log(`seed ${seed}, ${count} events`);
const cluster = await ChaosCluster.start({ brokers: 1 });
const ran: Ran[] = [];
try {
  const topic = await cluster.createTopic({ replicas: [[1], [1], [1]] });
  await fill(cluster.direct, topic, plan(count, drawsFrom(seed)));
  const events = await readEvents(cluster.direct, topic);
  if (events.length !== count) throw new Error(`the topic has ${events.length} events`);
  // Each waits for the group most of a short run.
  await concurrently(policies, short ? policies.length : 1, async (policy) => {
    // Of the policy's own, so that it draws the same with `--only`.
    const draws = drawsFrom(seed + POLICIES.indexOf(policy));
    const one = await runPolicy(policy, { cluster, topic, events, draws, kills });
    ran.push(one);
    console.log(printLine(one));
  });
} finally {
  await cluster.stop();
}
ran.sort((a, b) => names.indexOf(a.policy) - names.indexOf(b.policy));
console.log(`\n${printTable(ran, values.markdown)}`);
for (const { policy } of ran.filter(isWrong)) {
  const size = `--events ${count} --kills ${kills} --seed ${seed}`;
  console.log(`again: npm run soak:lambda -- ${size} --only ${policy}`);
}
process.exitCode = ran.some(isWrong) ? 1 : 0;
