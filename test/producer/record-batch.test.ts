import { expect, it } from '@jest/globals';
import fc from 'fast-check';
// @ts-expect-error Not in kafkajs's types.
import Decoder from 'kafkajs/src/protocol/decoder.js';
// @ts-expect-error Not in kafkajs's types.
import crc32c from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
// @ts-expect-error Not in kafkajs's types.
import decodeMessages from 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js';
import type { Header, OutgoingMessage } from '../../producer/index.js';
import { encodeBatch, stampBatch } from '../../producer/record-batch.js';

const bytes = fc.uint8Array({ maxLength: 300 });
const messages: fc.Arbitrary<readonly OutgoingMessage[]> = fc.array(
  fc.record({
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.array(fc.tuple(fc.constantFrom('a', 'naïve', ''), bytes), { maxLength: 3 }),
    timestampMs: fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 43 })),
  }),
  { minLength: 1, maxLength: 70 },
);

interface Read {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[]>>;
  readonly batchContext: Readonly<Record<string, string | number>>;
}

const hex = (value: Uint8Array | null) => value && Buffer.from(value).toString('hex');

function headersOf(headers: readonly Header[]): Record<string, (string | null)[]> {
  const found: Record<string, (string | null)[]> = {};
  for (const [name, value] of headers) found[name] = [...(found[name] ?? []), hex(value)];
  return found;
}

it('is read by kafkajs as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(messages, fc.nat(), async (written, sequence) => {
      const batch = encodeBatch(written);
      stampBatch(batch, { producerId: 2n ** 40n, epoch: 7, sequence }, crc32c);
      const size = Buffer.alloc(4);
      size.writeInt32BE(batch.length);
      const read: readonly Read[] = await decodeMessages(new Decoder(Buffer.concat([size, batch])));
      expect(
        read.map(({ key, value, headers, timestamp, offset }) => ({
          key: hex(key),
          value: hex(value),
          headers: Object.fromEntries(
            Object.entries(headers).map(([name, some]) => [name, [some].flat().map(hex)]),
          ),
          timestamp,
          offset,
        })),
      ).toEqual(
        written.map(({ key, value, headers, timestampMs }, n) => ({
          key: hex(key),
          value: hex(value),
          headers: headersOf(headers),
          timestamp: String(timestampMs),
          offset: String(n),
        })),
      );
      const times = written.map(({ timestampMs }) => timestampMs);
      expect(read[0]?.batchContext).toMatchObject({
        firstTimestamp: String(times[0]),
        maxTimestamp: String(Math.max(...times)),
        producerId: String(2n ** 40n),
        producerEpoch: 7,
        firstSequence: sequence,
        magicByte: 2,
        lastOffsetDelta: written.length - 1,
      });
      expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)));
    }),
  );
});
