/**
 * Sends while brokers, networks and processes are done harm, and accounts for each message:
 *
 *     npm run chaos -- [--short] [--seed N] [--only NAME[,NAME]] [--transport NAME] [--plain] [--markdown]
 */
import { parseArgs } from 'node:util';
import { counted } from '../../runtime/words.js';
import { SEED } from '../seeds/seed.mjs';
import { providePeer } from './peers.js';
import { isWrong, printTable, printWrong } from './report.js';
import { runAll } from './run-all.js';
import { SCENARIOS } from './scenarios/index.js';
import { ours } from './senders.js';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(SEED) },
    only: { type: 'string' },
    transport: { type: 'string', default: 'kafkajs' },
    plain: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
  },
});

/** What is wrong with the command line ends it. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const seed = Number(values.seed);
if (!Number.isInteger(seed)) refuse(`--seed is ${values.seed}: give a whole number.`);
const known = SCENARIOS.map(({ name }) => name);
const names =
  values.only?.split(',') ??
  SCENARIOS.filter(({ onlyFull }) => !(values.short && onlyFull)).map(({ name }) => name);
const stranger = names.find((name) => !known.includes(name));
if (stranger !== undefined)
  refuse(`There is no scenario ${stranger}: give some of ${known.join(', ')}.`);

const { short, transport, plain, markdown } = values;
console.log(`seed ${seed}, transport ${transport}`);
await providePeer(transport);
const startMs = Date.now();
const ran = await runAll({
  scenarios: SCENARIOS.filter(({ name }) => names.includes(name)),
  makeSender: ours(transport),
  ...{ seed, transport, short, plain },
});
console.log(`\n${printTable(ran, markdown)}\n`);
const wrong = ran.filter(isWrong);
for (const one of wrong) {
  const options = [`--seed ${seed}`, `--only ${one.scenario}`];
  if (short) options.push('--short');
  if (transport !== 'kafkajs') options.push(`--transport ${transport}`);
  console.log(printWrong(one, `npm run chaos -- ${options.join(' ')}`));
}
const seconds = Math.round((Date.now() - startMs) / 1000);
console.log(`${counted(ran.length, 'run')}, ${wrong.length} wrong, ${counted(seconds, 'second')}`);
// What hangs after a scenario that failed is left behind.
process.exit(wrong.length > 0 ? 1 : 0);
