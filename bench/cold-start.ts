/**
 * `npm run bench:cold-start`: what a function takes to load and to handle its first record, ours beside what
 * people use. `--quick` for a first look; `--runs N` for others than 15; `--only tavro,avsc` (parts of the
 * names of sides); `--node=--enable-source-maps` for flags of the processes that are measured; `--write`
 * puts the tables into README.md.
 */
import { startRegistry } from '../local/registry/server.js';
import { userClicksAvro } from '../test/frozen/generated/topics.js';
import { measureStarts } from './cold-start/measure.js';
import { printAims, printStarts } from './cold-start/table.js';
import { registerSchema } from './consumer/measure.js';
import { sidesOf } from './consumer/sides.js';
import { namesOf, seekPackages, versionsOf, withPackages } from './peers/packages.js';
import { today } from './report/machine.js';
import { count, flag, names, readOptions, texts } from './report/options.js';
import { publish } from './report/publish.js';

const { quick, write, ...options } = readOptions({
  quick: flag,
  runs: count,
  only: names,
  node: texts,
  write: flag,
});
const runs = options.runs ?? (quick ? 3 : 15);

const asked = sidesOf('cold-start').filter(
  ({ name }) => options.only?.some((part) => name.includes(part)) ?? true,
);
const packages = await seekPackages(namesOf(asked));
const { sides, leftOut } = withPackages(asked, packages);

const registry = await startRegistry();
try {
  const { subjects, value } = userClicksAvro;
  await registerSchema(registry.url, subjects.value, value.schema);
  const measured = await measureStarts({
    sides,
    runs,
    flags: options.node,
    registryUrl: registry.url,
  });
  const text = [
    `${today()}; ${versionsOf(packages)}; median of ${runs} starts, and the middle half of them:`,
    printAims(measured),
    printStarts(measured),
    ...leftOut.map(([{ name }, why]) => `Left out: ${name}: ${why}.`),
  ]
    .filter(Boolean)
    .join('\n\n');
  publish('cold-start', text, { write });
} finally {
  await registry.stop();
}
