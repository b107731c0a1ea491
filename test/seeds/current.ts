import fc from 'fast-check';

/** The seed of this run, for what draws without fast-check: call it within the test. */
export function currentSeed(): number {
  const seed = fc.readConfigureGlobal()?.seed;
  if (seed === undefined) throw new Error('test/seeds/setup.mjs did not run');
  return seed;
}
