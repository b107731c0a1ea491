import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';
import { murmur2, partitionForKey } from '../../producer/index.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('murmur2', () => {
  // Source: Apache Kafka, UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %p', (text, want) => {
    expect(murmur2(bytes(text))).toBe(want);
  });

  it('reads a view, not what lies around it', () => {
    expect(murmur2(bytes('xxfoobarxx').subarray(2, 8))).toBe(-790332482);
  });
});

describe('partitionForKey', () => {
  it('is the positive hash modulo the count', () => {
    expect(partitionForKey(bytes('foobar'), 1000)).toBe((-790332482 & 0x7fffffff) % 1000);
    expect(partitionForKey(bytes('abc'), 3)).toBe(479470107 % 3);
  });

  it('chooses as kafkajs does, for any bytes', () => {
    const theirs = Partitioners.DefaultPartitioner();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        (key, count) => {
          const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
            partitionErrorCode: 0,
            partitionId,
            leader: 0,
            replicas: [],
            isr: [],
          }));
          const message = { key: Buffer.from(key), value: null };
          const want = theirs({ topic: 't', partitionMetadata, message });
          expect(partitionForKey(key, count)).toBe(want);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
