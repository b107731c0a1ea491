/** Reads a topic as it is, by addresses that no fault touches and without what is tested. */
import { Kafka, logLevel } from 'kafkajs';
import { uniqueName } from '../kafka-broker.js';
import { withAdmin } from '../producer/broker.js';
import { FOREIGN, type Stored } from './accounting.js';

/** Each value ends with the number of its message. */
const NUMBER = /page\/(\d+)$/;

/** The number in each message, by partition and offset. */
export async function readRaw(direct: string, topic: string): Promise<Stored> {
  const ends = await withAdmin(direct, (admin) => admin.fetchTopicOffsets(topic));
  const stored: number[][] = [];
  const open = new Map<number, number>();
  for (const { partition, low, high } of ends) {
    stored[partition] = [];
    if (low !== '0') throw new Error(`partition ${partition} begins at ${low}`);
    if (Number(high) > 0) open.set(partition, Number(high));
  }
  if (open.size === 0) return stored;
  const kafka = new Kafka({ brokers: direct.split(','), logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: uniqueName('chaos'), maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages } }) => {
        const end = open.get(partition) ?? 0;
        for (const { offset, value } of messages) {
          if (Number(offset) < end) put(stored[partition], Number(offset), numberOf(value));
        }
        if (Number(messages.at(-1)?.offset ?? -1) >= end - 1) open.delete(partition);
        if (open.size === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return stored;
}

function put(messages: number[] | undefined, offset: number, message: number): void {
  if (messages === undefined) return;
  while (messages.length < offset) messages.push(FOREIGN);
  messages[offset] = message;
}

function numberOf(value: Buffer | null): number {
  const [, digits] = NUMBER.exec(value?.toString('latin1') ?? '') ?? [];
  return digits === undefined ? FOREIGN : Number(digits);
}
