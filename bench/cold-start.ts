/**
 * `npm run bench:cold-start`: what a function takes to load and to handle its first record, ours beside what
 * people use. `--short` for a first look; `--runs N` for others than 15; `--only tavro,avsc` (parts of the
 * names of sides); `--node=--enable-source-maps` for flags of the processes that are measured; `--write`
 * puts the tables into README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry } from '../local/registry/server.js';
import { userClicksAvro } from '../test/frozen/generated/topics.js';
import { measureStarts } from './cold-start/measure.js';
import { printAims, printStarts } from './cold-start/table.js';
import { registerSchema } from './consumer/measure.js';
import { sidesOf } from './consumer/sides.js';
import { namesOf, seekPackages, versionsOf, withPackages } from './peers/packages.js';
import { today } from './report/machine.js';
import { withMarked } from './report/marked.js';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    runs: { type: 'string' },
    only: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const PAGE = join(import.meta.dirname, 'README.md');
const runs = Number(options.runs ?? (options.short ? 3 : 15));

const asked = sidesOf('cold-start').filter(
  ({ name }) => options.only?.split(',').some((part) => name.includes(part)) ?? true,
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
  process.stdout.write(`${text}\n`);
  if (options.write)
    writeFileSync(PAGE, withMarked(readFileSync(PAGE, 'utf8'), 'cold-start', text));
} finally {
  await registry.stop();
}
