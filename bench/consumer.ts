/**
 * `npm run bench:consumer`: what a record of a Lambda event costs, ours beside what people use.
 * `--short` for a first look; for less, `--records 100,5000`, `--cases values,untouched,looked-at`
 * and `--only tavro,avsc` (parts of the names of sides); `--rounds N` for the median of others than 5;
 * `--node=--cpu-prof` for flags of the processes that are measured; `--write` puts the tables into README.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRegistry } from '../local/registry/server.js';
import { userClicksAvro } from '../test/frozen/generated/topics.js';
import { type Case, measureCases, registerSchema } from './consumer/measure.js';
import { sidesOf } from './consumer/sides.js';
import { printAims, printCase } from './consumer/table.js';
import { namesOf, seekPackages, versionsOf, withPackages } from './peers/packages.js';
import { today } from './report/machine.js';
import { withMarked } from './report/marked.js';

const { values: options } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    records: { type: 'string' },
    cases: { type: 'string' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const PAGE = join(import.meta.dirname, 'README.md');
const CASES: Readonly<Record<string, Omit<Case, 'records'>>> = {
  values: { hasAll: false, looksAtAll: false },
  untouched: { hasAll: true, looksAtAll: false },
  'looked-at': { hasAll: true, looksAtAll: true },
};

const { short } = options;
const rounds = Number(options.rounds ?? (short ? 1 : 5));
const times = short ? { warmMs: 200, measureMs: 300 } : { warmMs: 500, measureMs: 1_000 };
const cases = (options.cases ?? (short ? 'untouched' : 'values,untouched,looked-at'))
  .split(',')
  .flatMap((name) => {
    const one = CASES[name];
    if (one === undefined)
      throw new Error(`--cases takes ${Object.keys(CASES).join(', ')}, not ${name}.`);
    return (options.records ?? '100,5000')
      .split(',')
      .map((records) => ({ ...one, records: Number(records) }));
  });

const asked = sidesOf('consumer').filter(
  ({ name }) => options.only?.split(',').some((part) => name.includes(part)) ?? true,
);
const packages = await seekPackages(namesOf(asked));
const { sides, leftOut: withoutPackage } = withPackages(asked, packages);
/** Why sides have no figures, or fewer. */
const leftOut: string[] = [];
const leave = ({ name }: { readonly name: string }, why: string): void => {
  leftOut.push(`Left out: ${name}: ${why.replace(/\.$/, '')}.`);
  process.stderr.write(`${leftOut.at(-1)}\n`);
};
for (const [side, why] of withoutPackage) leave(side, why);

const registry = await startRegistry();
try {
  await registerSchema(registry.url, userClicksAvro.subjects.value, userClicksAvro.value.schema);
  const registryUrl = registry.url;
  const plan = { sides, cases, rounds, times, flags: options.node, registryUrl, failed: leave };
  const measured = await measureCases(plan);
  const text = [
    `${today()}; ${versionsOf(packages)}; median of ${rounds} rounds:`,
    printAims(measured),
    ...measured.map(printCase),
    ...leftOut,
  ].join('\n\n');
  process.stdout.write(`${text}\n`);
  if (options.write) writeFileSync(PAGE, withMarked(readFileSync(PAGE, 'utf8'), 'consumer', text));
} finally {
  await registry.stop();
}
