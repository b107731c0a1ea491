/**
 * Runs consumers while members, brokers and the registry are done harm, and accounts for each record:
 *
 *     npm run soak:runner -- [--short] [--seed N] [--only NAME[,NAME]] [--transport NAME] [--events N]
 *         [--rounds N] [--write]
 *
 * `--only throughput` measures one process beside plain kafkajs; `--write` puts that into bench/README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { today } from '../../bench/report/machine.js';
import { withMarked } from '../../bench/report/marked.js';
import { counted } from '../../runtime/words.js';
import type { ChaosCluster } from '../chaos/cluster.js';
import { startCluster, stopCluster } from '../chaos/clusters.js';
import { drawsFrom } from '../chaos/draws.js';
import { providePeer } from '../chaos/peers.js';
import { replicated } from '../chaos/scenarios/shapes.js';
import { userClicksAvro } from '../frozen/generated/topics.js';
import { SEED } from '../seeds/seed.mjs';
import { eventsOfPartition, PARTITIONS, writeEvents } from './runner-events.js';
import { Registry } from './runner-registry.js';
import { isWrong, printLine, printTable, printWrong, type Ran } from './runner-report.js';
import { SCENARIOS } from './runner-scenarios.js';
import { sourcesOf } from './runner-sources.js';
import { measureThroughput, PLAIN, printThroughput } from './runner-throughput.js';
import { runTrial, type Scenario } from './runner-trial.js';

const PAGE = fileURLToPath(new URL('../../bench/README.md', import.meta.url));
/** Beside the scenarios. */
const THROUGHPUT = 'throughput';
const EVENTS = { short: 60_000, full: 1_000_000 };

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(SEED) },
    only: { type: 'string' },
    transport: { type: 'string', default: 'kafkajs' },
    events: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
});

/** What is wrong with the command line ends it. */
function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

const { short, transport } = values;
const seed = Number(values.seed);
if (!Number.isInteger(seed)) refuse(`--seed is ${values.seed}: give a whole number.`);
const events = Number(values.events ?? (short ? EVENTS.short : EVENTS.full));
if (!Number.isInteger(events) || events < PARTITIONS)
  refuse(`--events is ${values.events}: give a whole number from ${PARTITIONS} on.`);
const all = SCENARIOS.filter(({ onlyFull }) => !(short && onlyFull)).map(({ name }) => name);
const known = [...SCENARIOS.map(({ name }) => name), THROUGHPUT];
const names = values.only?.split(',') ?? [...all, ...(short ? [] : [THROUGHPUT])];
const stranger = names.find((name) => !known.includes(name));
if (stranger !== undefined)
  refuse(`There is no scenario ${stranger}: give some of ${known.join(', ')}.`);
sourcesOf(transport);
await providePeer(transport);

async function load(cluster: ChaosCluster): Promise<void> {
  const startMs = Date.now();
  await cluster.createTopic(replicated(PARTITIONS), userClicksAvro.name);
  const kafka = new Kafka({ brokers: cluster.direct.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  await writeEvents(producer, userClicksAvro.name, events);
  await producer.disconnect();
  const written = eventsOfPartition(events) * PARTITIONS;
  console.log(`${counted(written, 'event')} written in ${Date.now() - startMs} ms`);
}

async function run(scenario: Scenario, cluster: ChaosCluster): Promise<Ran> {
  const startMs = Date.now();
  // Where the scenario before left it off.
  await registry.start();
  const setting = { cluster, registry, transport, events, short, draws: drawsFrom(seed) };
  const outcome = await runTrial(setting, scenario).catch((error: unknown) => {
    return { failed: error instanceof Error ? error.message : String(error) };
  });
  const seconds = Math.round((Date.now() - startMs) / 1000);
  return { scenario: scenario.name, transport, seconds, outcome };
}

async function compare(cluster: ChaosCluster): Promise<void> {
  const written = eventsOfPartition(events) * PARTITIONS;
  const measured = await measureThroughput([transport, PLAIN], Number(values.rounds), {
    brokers: cluster.direct.split(','),
    registryUrl: registry.url,
    events: written,
  });
  const head = `${today()}; ${counted(written, 'event')}, median of ${values.rounds} rounds:`;
  const text = `${head}\n\n${printThroughput(measured, written)}`;
  console.log(`\n${text}`);
  const name = `runner-${transport}`;
  if (values.write) writeFileSync(PAGE, withMarked(readFileSync(PAGE, 'utf8'), name, text));
}

console.log(`seed ${seed}, transport ${transport}`);
const startMs = Date.now();
const registry = await Registry.start();
const cluster = await startCluster('three');
const ran: Ran[] = [];
await load(cluster);
for (const scenario of SCENARIOS.filter(({ name }) => names.includes(name))) {
  const one = await run(scenario, cluster);
  ran.push(one);
  console.log(printLine(one));
  // Whatever state it was left in.
  if ('failed' in one.outcome) await cluster.heal(userClicksAvro.name);
}
if (names.includes(THROUGHPUT)) await compare(cluster);
await stopCluster(cluster);
await registry.stop();
if (ran.length > 0) console.log(`\n${printTable(ran)}\n`);
const wrong = ran.filter(isWrong);
for (const one of wrong) {
  const options = [`--seed ${seed}`, `--only ${one.scenario}`, `--events ${events}`];
  if (short) options.push('--short');
  if (transport !== 'kafkajs') options.push(`--transport ${transport}`);
  console.log(printWrong(one, `npm run soak:runner -- ${options.join(' ')}`));
}
const seconds = Math.round((Date.now() - startMs) / 1000);
console.log(`${counted(ran.length, 'run')}, ${wrong.length} wrong, ${counted(seconds, 'second')}`);
// What hangs after a scenario that failed is left behind.
process.exit(wrong.length > 0 ? 1 : 0);
