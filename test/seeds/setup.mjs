/** Runs before every test file: fast-check draws from the one seed, unless a test of its own says another. */
import fc from 'fast-check';
import { SEED } from './seed.mjs';

fc.configureGlobal({
  // A getter: under `npm run test:seeds` the environment says another seed for each run of a test.
  get seed() {
    return globalThis.TAVRO_SEED ?? SEED;
  },
});
