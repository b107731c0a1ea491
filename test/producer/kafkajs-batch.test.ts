/** What we encode in place of kafkajs, held to what kafkajs itself makes of the same messages. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
// @ts-expect-error Not in kafkajs's types.
import groupMessagesPerPartition from 'kafkajs/src/producer/groupMessagesPerPartition.js';
// @ts-expect-error Not in kafkajs's types.
import produce from 'kafkajs/src/protocol/requests/produce/index.js';
// @ts-expect-error Not in kafkajs's types.
import original from 'kafkajs/src/protocol/requests/produce/v7/request.js';
import { kafkajsBatch, type ProduceRequest } from '../../producer/kafkajs/batch.js';
import { importKafkajs } from '../../producer/kafkajs/client.js';
import { watchWriting } from '../../producer/kafkajs/messages.js';
import type { OutgoingMessage } from '../../producer/transport.js';

beforeAll(() => importKafkajs());

const bytes = fc.uint8Array({ maxLength: 300 });
const names = fc.constantFrom('a', 'naïve', '', 'trace');
const message: fc.Arbitrary<OutgoingMessage> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.uniqueArray(fc.tuple(names, bytes), { selector: ([name]) => name }),
  timestampMs: fc.integer({ min: 1e12, max: 1e13 - 1 }),
});
/** The first is the earliest: kafkajs counts from the earliest, and we from the first. */
const messages = fc
  .array(message, { minLength: 1, maxLength: 70 })
  .map((some) => some.toSorted((a, b) => a.timestampMs - b.timestampMs));

const MESSAGE: OutgoingMessage = { key: null, value: null, headers: [], timestampMs: 1e12 };

async function encoded(request: { encode(): Promise<{ buffer: Buffer }> }): Promise<Buffer> {
  return (await request.encode()).buffer;
}

/** A batch says the epoch of its leader, which brokers fill in: kafkajs has 0 there, and we have none. */
const LEADER_EPOCH = 12;

function withoutLeaderEpochs(body: Buffer, topic: string): string {
  const copy = Buffer.from(body);
  const partitions = 14 + Buffer.byteLength(topic);
  let at = partitions + 4;
  for (let left = copy.readInt32BE(partitions); left > 0; left--) {
    copy.fill(0, at + 8 + LEADER_EPOCH, at + 8 + LEADER_EPOCH + 4);
    at += 8 + copy.readInt32BE(at + 4);
  }
  expect(at).toBe(copy.length);
  return copy.toString('hex');
}

function requestOf(lists: readonly (readonly Message[])[], more: Partial<ProduceRequest> = {}) {
  return {
    acks: -1,
    timeout: 10_000,
    producerId: '1099511627776',
    producerEpoch: 7,
    compression: 0,
    topicData: [
      {
        topic: 'clicks-ü',
        partitions: lists.map((list, partition) => ({
          partition,
          firstSequence: partition * 1_000,
          messages: list,
        })),
      },
    ],
    ...more,
  };
}

describe('a list of one partition', () => {
  it('is written as kafkajs writes it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages, { minLength: 1, maxLength: 3 }),
        fc.constantFrom<Partial<ProduceRequest>>({}, { producerId: -1, producerEpoch: 0 }),
        async (some, id) => {
          const lists = some.map((one, partition) => kafkajsBatch(one, partition));
          const asked = requestOf(lists, id);
          const ours = await encoded(produce.protocol({ version: 7 })(asked).request);
          const theirs = await encoded(original(asked));
          expect(withoutLeaderEpochs(ours, 'clicks-ü')).toBe(
            withoutLeaderEpochs(theirs, 'clicks-ü'),
          );
          // They differ in nothing else, and do differ: both ways were gone.
          expect(ours.equals(theirs)).toBe(false);
        },
      ),
      { numRuns: 30 },
    );
  });

  it.each([
    ['compressed', { compression: 1 }],
    ['in a transaction', { transactionalId: 'orders-0' }],
  ])('is left to kafkajs where it is sent %s', async (_, more) => {
    const asked = requestOf([kafkajsBatch([MESSAGE], 0)], more);
    const made = await encoded(produce.protocol({ version: 7 })(asked).request);
    expect(made.equals(await encoded(original(asked)))).toBe(true);
  });

  it('is left to kafkajs where it is not ours, or the broker is older than record batches', async () => {
    const given = requestOf([[{ value: 'v', partition: 0, timestamp: '1000000000000' }]]);
    const made = await encoded(produce.protocol({ version: 7 })(given).request);
    expect(made.equals(await encoded(original(given)))).toBe(true);

    const asked = requestOf([kafkajsBatch([MESSAGE], 0)]);
    const { request } = produce.protocol({ version: 2 })(asked);
    expect((await encoded(request)).equals(await encoded(original(asked)))).toBe(false);
  });

  it('is seen to be written', async () => {
    const list = kafkajsBatch([MESSAGE], 0);
    const isWritten = watchWriting(list[0]);
    const { request } = produce.protocol({ version: 7 })(requestOf([list]));
    expect(isWritten()).toBe(false);
    await request.encode();
    expect(isWritten()).toBe(true);
  });

  it('is grouped by its first message', () => {
    const list = kafkajsBatch([MESSAGE, MESSAGE, MESSAGE], 2);
    const asked: unknown[] = [];
    const partitioner = ({ message: one }: { message: Message }) => {
      asked.push(one);
      return one.partition;
    };
    const grouped = groupMessagesPerPartition({
      topic: 'clicks',
      partitionMetadata: [{ partitionId: 2 }],
      messages: list,
      partitioner,
    });
    expect(Object.keys(grouped)).toEqual(['2']);
    expect(grouped[2]).toBe(list);
    expect(asked).toEqual([list[0]]);
  });
});
