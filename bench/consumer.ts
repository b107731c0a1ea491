/**
 * `npm run bench:consumer`: what a record of a Lambda event costs, ours beside what people use.
 * `--quick` for a first look; for less, `--records 100,5000`, `--cases values,untouched,looked-at`
 * and `--only tavro,avsc` (parts of the names of sides); `--rounds N` for the median of others than 15;
 * `--node=--cpu-prof` for flags of the processes that are measured; `--write` puts the tables into README.md.
 */
import { startRegistry } from '../local/registry/server.js';
import { userClicksAvro } from '../test/frozen/generated/topics.js';
import { type Case, measureCases, registerSchema } from './consumer/measure.js';
import { sidesOf } from './consumer/sides.js';
import { printAims, printCase } from './consumer/table.js';
import { namesOf, seekPackages, versionsOf, withPackages } from './peers/packages.js';
import { today } from './report/machine.js';
import { count, counts, flag, names, namesIn, readOptions, texts } from './report/options.js';
import { publish } from './report/publish.js';

const CASES = {
  values: { hasAll: false, looksAtAll: false },
  untouched: { hasAll: true, looksAtAll: false },
  'looked-at': { hasAll: true, looksAtAll: true },
} as const satisfies Readonly<Record<string, Omit<Case, 'records'>>>;

const { quick, write, ...options } = readOptions({
  quick: flag,
  records: counts,
  cases: namesIn(['values', 'untouched', 'looked-at']),
  only: names,
  rounds: count,
  node: texts,
  write: flag,
});
const rounds = options.rounds ?? (quick ? 1 : 15);
const times = quick ? { warmMs: 200, measureMs: 300 } : { warmMs: 500, measureMs: 1_000 };
const named = options.cases ?? (quick ? ['untouched'] : ['values', 'untouched', 'looked-at']);
const cases = named.flatMap((name) =>
  (options.records ?? [100, 5_000]).map((records) => ({ ...CASES[name], records })),
);

const asked = sidesOf('consumer').filter(
  ({ name }) => options.only?.some((part) => name.includes(part)) ?? true,
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
  publish('consumer', text, { write });
} finally {
  await registry.stop();
}
