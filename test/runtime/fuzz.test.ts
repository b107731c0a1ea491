import { expect, it } from '@jest/globals';
import { currentSeed } from '../seeds/current.js';
import { fuzz, timeoutMs } from './fuzzing.js';

/** Mutated messages: ten seconds' worth in CI, and as many by hand as wanted. */
const MESSAGES = Number(process.env.TAVRO_TEST_FUZZ ?? (process.env.CI ? 200_000 : 40_000));
/** Round trips take ten times as long; `npm run fuzz` makes three million. */
const ROUND_TRIPS = Math.ceil(MESSAGES / 10);

it(
  'answers damaged messages of all sample schemas with a value or a code, in little memory',
  async () => {
    const { codecs, counts } = await fuzz({
      mode: 'damaged',
      messages: MESSAGES,
      seed: currentSeed(),
      heapMib: 64,
    });
    expect(codecs).toBeGreaterThan(20);
    // The mutations do reach the checks, and do not always trip them.
    const reached = [
      'read',
      'TRUNCATED',
      'TRAILING_BYTES',
      'VARINT',
      'BOOLEAN',
      'INDEX',
      'UTF8',
      'LENGTH',
    ];
    for (const outcome of reached) {
      expect(counts[outcome === 'read' ? outcome : `AVRO_${outcome}`]).toBeGreaterThan(10);
    }
  },
  timeoutMs(MESSAGES),
);

it(
  'encodes again what it decoded, of at least half of the messages',
  async () => {
    const { counts } = await fuzz({
      mode: 'round-trips',
      messages: ROUND_TRIPS,
      seed: currentSeed(),
      heapMib: 256,
    });
    expect(counts.again).toBeGreaterThanOrEqual(ROUND_TRIPS / 2);
    expect(counts.AVRO_TRUNCATED).toBeGreaterThan(10);
  },
  timeoutMs(ROUND_TRIPS),
);
