/**
 * A test environment in which each test that draws from the seed runs once per seed, in one process:
 * what a file starts in `beforeAll` starts once. Others run once.
 */
import { TestEnvironment } from 'jest-environment-node';
import { seedRange } from './seed.mjs';

export default class SeedsEnvironment extends TestEnvironment {
  #seeds;
  /** Seed by copy of a test; an original runs with the first. */
  #copies = new Map();
  #seed;
  #drawn = false;

  constructor(config, context) {
    super(config, context);
    this.#seeds = seedRange(process.env.TAVRO_SEEDS ?? '');
    this.#seed = this.#seeds[0];
    Object.defineProperty(this.global, 'TAVRO_SEED', {
      get: () => {
        this.#drawn = true;
        return this.#seed;
      },
    });
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_start') {
      this.#seed = this.#copies.get(test) ?? this.#seeds[0];
      this.#drawn = false;
    }
    if (name === 'test_done' && this.#drawn && !this.#copies.has(test)) this.#repeat(test);
  }

  /** jest-circus walks the children of a block as it runs them, and so meets what is put behind. */
  #repeat(test) {
    const [first, ...others] = this.#seeds;
    const copies = others.map((seed) => {
      const copy = {
        ...test,
        name: `${test.name} (seed ${seed})`,
        duration: null,
        errors: [],
        invocations: 0,
        numPassingAsserts: 0,
        retryReasons: [],
        seenDone: false,
        startedAt: null,
        status: null,
        unhandledRejectionErrorByPromise: new Map(),
      };
      this.#copies.set(copy, seed);
      return copy;
    });
    test.name += ` (seed ${first})`;
    const { children } = test.parent;
    children.splice(children.indexOf(test) + 1, 0, ...copies);
  }
}
