/**
 * `npm run mutate`: changes one thing in the code at a time and counts the changes that no test notices.
 * `npm run mutate -- wire` takes one target, `npm run mutate -- runtime/wire/frame.ts` one file of it.
 */
import { Stryker } from '@stryker-mutator/core';
import { TARGETS } from './targets.js';

const CACHE = '.cache/mutation';

interface Chosen {
  /** Of the target. */
  readonly name: string;
  /** A file or a folder. */
  readonly code: string;
}

/** Names of targets, or files of them; all targets when nothing is named. */
function chosen(words: readonly string[]): Chosen[] {
  const targets = Object.entries(TARGETS).map(([name, code]) => ({ name, code }));
  if (words.length === 0) return targets;
  return words.map((word) => {
    const found = targets.find(({ name, code }) => name === word || word.startsWith(code));
    if (found === undefined)
      throw new Error(`${word} is no target: ${Object.keys(TARGETS).join(', ')}`);
    return found.name === word ? found : { name: found.name, code: word };
  });
}

async function mutate({ name, code }: Chosen): Promise<void> {
  await new Stryker({
    mutate: [code.endsWith('/') ? `${code}*.ts` : code],
    testRunner: 'jest',
    plugins: [import.meta.resolve('@stryker-mutator/jest-runner'), './test/mutation/prose.mjs'],
    // Jest runs ES modules in Node's own loader.
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      enableFindRelatedTests: false,
      config: { testMatch: [`<rootDir>/test/mutation/${name}.suite.ts`] },
    },
    coverageAnalysis: 'perTest',
    // What runs once when a module loads is mostly tables; all tests of the target would run for each.
    ignoreStatic: true,
    ignorers: ['prose'],
    concurrency: 1,
    // A mutant that never ends is stopped; a busy machine is given time.
    timeoutMS: 20_000,
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: {
      allowColor: false,
      allowEmojis: false,
      logTests: false,
      reportTests: false,
    },
    jsonReporter: { fileName: `${CACHE}/${name}.json` },
    tempDirName: `${CACHE}/sandbox`,
    ignorePatterns: ['.cache', 'dist', 'cdk.out'],
    // swc takes the types away, and nothing in the copy compiles. TypeScript 7 has no API to read its settings with.
    disableTypeChecks: false,
    tsconfigFile: 'none',
    incremental: true,
    incrementalFile: `${CACHE}/${name}.incremental.json`,
    allowConsoleColors: false,
  }).runMutationTest();
}

for (const target of chosen(process.argv.slice(2))) {
  console.log(`\n${target.name}: ${target.code}`);
  await mutate(target);
}
