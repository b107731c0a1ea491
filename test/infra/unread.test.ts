import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unread } from '../../infra/contract.js';
import type { SchemaContract } from '../../infra/index.js';

const NAMES = ['v1', 'v2', 'v3', 'v4'];
const version = fc.constantFrom(...NAMES);
const verdicts = fc.dictionary(version, fc.dictionary(version, fc.constantFrom('no', 'ok')));
/** As contracts are now, and as they were with a verdict for each pair. */
const side: fc.Arbitrary<SchemaContract> = fc.oneof(
  fc.record(
    { version, retained: fc.subarray(NAMES), older: fc.subarray(NAMES), refused: verdicts },
    { requiredKeys: [] },
  ),
  fc.record({ version, retained: fc.subarray(NAMES), reads: verdicts }),
);
const typeName = fc.constantFrom('a.A', 'a.B', 'string', 'constructor', '__proto__', 'toString');

it('judges each type as if the topic had no other', () => {
  const all = fc.uniqueArray(fc.tuple(typeName, side, fc.option(version, { nil: undefined })), {
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(all, (types) => {
      const contract = {
        partitions: 1,
        types: Object.fromEntries(types.map(([name, one]) => [name, one])),
      };
      const reads = Object.fromEntries(types.map(([name, , reader]) => [name, reader]));
      const alone = types.flatMap(([name, value, reader]) =>
        unread({ partitions: 1, value }, { reads: reader }).map((reason) => `${name}: ${reason}`),
      );
      expect(unread(contract, { reads })).toEqual(alone);
    }),
  );
});
