/**
 * `npm run mutate`: changes one thing in the code at a time and counts the changes that no test notices.
 * `npm run mutate -- wire` takes one target, `npm run mutate -- runtime/wire/frame.ts` one file of it.
 */
import { Stryker } from '@stryker-mutator/core';
import { TARGETS, type Target } from './targets.js';

const CACHE = '.cache/mutation';

/** Names of targets and files to targets; all of them when nothing is named. */
function chosen(words: readonly string[]): (readonly [string, Target])[] {
  if (words.length === 0) return Object.entries(TARGETS);
  return words.map((word) => {
    const found = Object.entries(TARGETS).find(
      ([name, { code }]) => name === word || word.startsWith(code),
    );
    if (found === undefined)
      throw new Error(`${word} is no target: ${Object.keys(TARGETS).join(', ')}`);
    const [name, { code, tests }] = found;
    return [name, { code: name === word ? code : word, tests }];
  });
}

async function mutate(name: string, { code, tests }: Target): Promise<void> {
  await new Stryker({
    mutate: [code.endsWith('/') ? `${code}*.ts` : code],
    testRunner: 'jest',
    plugins: [import.meta.resolve('@stryker-mutator/jest-runner'), './test/mutation/prose.mjs'],
    // Jest runs ES modules in Node's own loader.
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      enableFindRelatedTests: false,
      config: { testMatch: tests.map((test) => `<rootDir>/${test}`), testPathIgnorePatterns: [] },
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
    incremental: true,
    incrementalFile: `${CACHE}/${name}.incremental.json`,
    // TypeScript 7 has no API to read it with, and nothing in the copy compiles.
    tsconfigFile: 'none',
    checkers: [],
    allowConsoleColors: false,
  }).runMutationTest();
}

for (const [name, target] of chosen(process.argv.slice(2))) {
  console.log(`\n${name}: ${target.code}`);
  await mutate(name, target);
}
