import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { base } from './jest-base.mjs';
import { seedRange } from './seeds/seed.mjs';

process.env.TAVRO_SEEDS ||= '1-200';
const seeds = seedRange(process.env.TAVRO_SEEDS);

/** Whether a source leads to fast-check, by itself or through what it imports of test/. */
function draws(file, seen = new Set()) {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (/from 'fast-check'/.test(text)) return true;
  const imports = [...text.matchAll(/ from '(\.[^']+)\.js';$/gm)];
  return imports
    .map(([, module]) => resolve(dirname(file), `${module}.ts`))
    .filter((module) => module.startsWith(join(base.rootDir, 'test')) && existsSync(module))
    .some((module) => draws(module, seen));
}

const suites = readdirSync(join(base.rootDir, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.kafka.test.ts'))
  .filter((file) => draws(join(base.rootDir, 'test', file)));

/**
 * Every property suite with many seeds: `TAVRO_SEEDS=1-200 npm run test:seeds`, a file's name after
 * `--` for one alone. Another range goes on where one stopped. Java 17 and Maven for the referee.
 */
export default {
  ...base,
  displayName: `seeds ${seeds[0]}-${seeds.at(-1)}`,
  testEnvironment: '<rootDir>/test/seeds/environment.mjs',
  testMatch: suites.map((file) => `<rootDir>/test/${file}`),
  reporters: ['<rootDir>/test/seeds/reporter.mjs'],
};
