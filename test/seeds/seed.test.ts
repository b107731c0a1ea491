import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currentSeed } from './current.js';
import { SEED, seedRange } from './seed.mjs';

const TESTS = fileURLToPath(new URL('..', import.meta.url));

it('is what fast-check draws from', () => {
  const drawn = fc.sample(fc.integer(), 20);
  expect(drawn).toEqual(fc.sample(fc.integer(), { numRuns: 20, seed: currentSeed() }));
  // Under `npm run test:seeds` it is the seed of the run.
  if (process.env.TAVRO_SEEDS === undefined) expect(currentSeed()).toBe(SEED);
});

it('has one home: no test says a seed of its own or draws from elsewhere', () => {
  const allowed = new Set([
    'seeds/seed.test.ts',
    // Part of a draw: its seeds are drawn themselves.
    'codegen/arbitrary-schema.ts',
    // A process of its own, told the seed.
    'runtime/child/fuzz.ts',
  ]);
  const own = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split('\\').join('/'))
    .filter((file) => file.endsWith('.ts') && !allowed.has(file))
    .filter((file) => /\bseed: [\d_]|Math\.random/.test(readFileSync(join(TESTS, file), 'utf8')));
  expect(own).toEqual([]);
});

it.each([
  ['7', [7]],
  ['3-5', [3, 4, 5]],
])('reads the range %s', (text, seeds) => {
  expect(seedRange(text)).toEqual(seeds);
});

it.each(['', '5-3', 'x', '1-2147483648', '-1'])('refuses the range %j', (text) => {
  expect(() => seedRange(text)).toThrow(/TAVRO_SEEDS/);
});
