/**
 * `npm run bench:producer`: sending to a real Kafka, ours on each transport beside the clients that
 * people use. `--quick` for a first look; for less, `--listeners plaintext,saslSsl`,
 * `--partitions 1,6`, `--modes await,concurrent,many,many-together` and `--only tavro,encoded` (parts
 * of the names of sides); `--rounds N` for the median of others than 3; `--node=--cpu-prof` for flags
 * of the processes that are measured; `--write` puts the tables into README.md.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchKafka } from '../local/kafka/launch.js';
import { startRegistry } from '../local/registry/server.js';
import { CLIENT } from './peers/names.js';
import { namesOf, seekPackages, versionsOf, withPackages } from './peers/packages.js';
import { measurePlace } from './producer/measure.js';
import { MODES } from './producer/modes.js';
import { bundleChild } from './producer/run.js';
import { SIDES, type Side } from './producer/sides.js';
import { type Place, printAims, printPlace, type Result } from './producer/table.js';
import { today } from './report/machine.js';
import { count, counts, flag, names, namesIn, readOptions, texts } from './report/options.js';
import { publish } from './report/publish.js';

const { quick, write, ...options } = readOptions({
  quick: flag,
  listeners: namesIn(['plaintext', 'saslSsl']),
  partitions: counts,
  modes: namesIn(MODES.map(({ id }) => id)),
  only: names,
  rounds: count,
  node: texts,
  write: flag,
});
/** Makes Confluent's package known by its name. */
const PEER = join(import.meta.dirname, '../test/confluent/peer.mjs');
const rounds = options.rounds ?? (quick ? 1 : 3);
const times = quick ? { warmMs: 700, measureMs: 1_200 } : { warmMs: 1_500, measureMs: 3_000 };
const modes = MODES.filter(({ id }) => options.modes?.includes(id) ?? true);
const listeners = options.listeners ?? (quick ? ['plaintext'] : ['plaintext', 'saslSsl']);
const PLACES = listeners.flatMap((listener) =>
  (options.partitions ?? (quick ? [1] : [1, 6])).map(
    (partitions): Place => ({ listener, partitions }),
  ),
);

/** Why sides have no figures, or fewer. */
const leftOut: string[] = [];
const leave = ({ name }: Side, why: string): void => {
  leftOut.push(`Left out: ${name}: ${why.replace(/\.$/, '')}.`);
  process.stderr.write(`${leftOut.at(-1)}\n`);
};

const packages = await seekPackages(namesOf(SIDES));
const asked = SIDES.filter(({ name }) => options.only?.some((part) => name.includes(part)) ?? true);
const { sides, leftOut: withoutPackage } = withPackages(asked, packages);
for (const [side, why] of withoutPackage) leave(side, why);

const urls = Object.fromEntries(
  [...packages].flatMap(([name, sought]) =>
    'url' in sought && sought.url !== undefined ? [[name, sought.url]] : [],
  ),
);

// Ours loads it by its name, which is known to nobody here.
const peer = urls[CLIENT];
if (peer !== undefined) process.env.TAVRO_CONFLUENT_PEER = fileURLToPath(peer);
const flags = peer === undefined ? options.node : [...options.node, `--import=${PEER}`];

const child = await bundleChild(urls);
const kafka = await launchKafka({
  log: (line) => process.stderr.write(`${line}\n`),
  measured: true,
});
const registry = await startRegistry();
try {
  if (kafka.kind === 'memory') throw new Error(`There is no Kafka to send to: ${kafka.reason}.`);
  const plan = { sides, modes, rounds, times, child, flags, urls, failed: leave };
  const measured: (readonly [Place, readonly Result[]])[] = [];
  for (const place of PLACES)
    measured.push([place, await measurePlace({ kafka, registry }, place, plan)]);
  const text = [
    `${today()}; ${versionsOf(packages)}; median of ${rounds} rounds:`,
    printAims(measured),
    ...measured.map(([place, results]) => printPlace(place, results)),
    ...leftOut,
  ].join('\n\n');
  publish('producer', text, { write });
} finally {
  await Promise.all([registry.stop(), kafka.stop(), rm(child)]);
}
