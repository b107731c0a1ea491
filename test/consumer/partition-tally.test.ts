/** Counts of what became of records. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PartitionTally } from '../../consumer/partition-tally.js';

const NOW = 1_700_000_000_000;

function tallyOf(timestamps: readonly number[]): PartitionTally {
  const records = timestamps.map((timestampMs, i) => ({
    topic: 'clicks',
    partition: 3,
    offset: 40 + i,
    timestampMs,
  }));
  return new PartitionTally(records, NOW);
}

it('says where its records lie, and how old the oldest was', () => {
  expect(tallyOf([NOW - 5, NOW - 70, NOW - 1])).toMatchObject({
    topic: 'clicks',
    partition: 3,
    firstOffset: 40,
    lastOffset: 42,
    received: 3,
    held: 3,
    oldestAgeMs: 70,
    decodeMs: 0,
    lag: undefined,
  });
});

it.each([
  ['without a timestamp', [-1], undefined],
  ['some without', [-1, NOW - 8], 8],
  ['of a clock that is ahead', [NOW + 9], 0],
  ['of the epoch', [0], NOW],
])('knows no age but that of a timestamp: %s', (_, timestamps, want) => {
  expect(tallyOf(timestamps).oldestAgeMs).toBe(want);
});

it('counts writers by schema, with the version of each', () => {
  const tally = tallyOf([1, 2, 3, 4]);
  tally.decoded(7, 1);
  tally.decoded(9, undefined);
  tally.decoded(7, 1, 2);
  expect(tally.writers).toEqual([
    { schemaId: 7, version: 1, records: 3 },
    { schemaId: 9, version: undefined, records: 1 },
  ]);
});

it('adds up, whatever became of the records', () => {
  const CODES = ['DECODE', 'HANDLER'] as const;
  const fate = fc.oneof(
    fc.constantFrom('handled' as const, 'skipped' as const, 'deadLettered' as const),
    fc.constant('held' as const),
  );
  const record = fc.record({
    fate,
    failures: fc.array(fc.constantFrom(...CODES), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 50 }), (records) => {
      const tally = tallyOf(records.map(() => NOW));
      for (const { fate, failures } of records) {
        for (const code of failures) tally.failure(code);
        if (fate !== 'held') tally[fate] += 1;
      }
      const count = (one: string) => records.filter(({ fate }) => fate === one).length;
      const { received, handled, skipped, deadLettered, held, failed } = tally;
      expect({ received, handled, skipped, deadLettered, held }).toEqual({
        received: records.length,
        handled: count('handled'),
        skipped: count('skipped'),
        deadLettered: count('deadLettered'),
        held: count('held'),
      });
      for (const code of CODES) {
        const times = records.flatMap(({ failures }) => failures.filter((one) => one === code));
        expect(failed[code] ?? 0).toBe(times.length);
      }
    }),
  );
});
