import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { arbitrarySchema } from '../arbitrary-schema.js';
import { attempts, baseOf, refuted } from './mutations/claim.js';
import { MUTATIONS } from './mutations/index.js';
import { schemaPairs } from './schema-pairs.js';

it('is seen by a rule, or silent on purpose, whatever is changed in a schema', () => {
  let tried = 0;
  const schemas = fc.oneof(
    { arbitrary: arbitrarySchema, weight: 1 },
    { arbitrary: schemaPairs().map(({ writer }) => writer), weight: 5 },
  );
  fc.assert(
    fc.property(schemas, (json) => {
      const base = baseOf(json);
      fc.pre(base !== undefined);
      if (base === undefined) return;
      for (const mutation of MUTATIONS) {
        for (const { changed, after } of attempts(mutation, base)) {
          tried++;
          const wrong = refuted(mutation, base, after);
          expect(wrong && [mutation.what, wrong, changed]).toBeUndefined();
        }
      }
    }),
    { numRuns: 40 },
  );
  expect(tried).toBeGreaterThan(500);
});
