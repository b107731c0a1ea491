/** What a topic holds for readers of committed messages, as kafkajs itself reads it. */
import { Kafka, logLevel } from 'kafkajs';
import { sharedBroker, uniqueName } from '../kafka-broker.js';
import { withAdmin } from './broker.js';
import { userOf } from './clicks.js';

const BARRIER = 'barrier';

/**
 * The users of all clicks by partition. A message outside of any transaction marks the end of each
 * partition: it is read when all transactions before it have ended.
 */
export async function readCommitted(
  topic: string,
  {
    uncommitted = false,
    brokers = sharedBroker().plaintext,
  }: { readonly uncommitted?: boolean; readonly brokers?: string } = {},
): Promise<readonly (readonly (string | null)[])[]> {
  const kafka = new Kafka({
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
  });
  const users = await withAdmin(brokers, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return (topics[0]?.partitions ?? []).map((): (string | null)[] => []);
  });
  const run = uniqueName(BARRIER);
  const producer = kafka.producer();
  await producer.connect();
  const messages = users.map((_, partition) => ({ key: run, value: null, partition }));
  await producer.send({ topic, messages });
  await producer.disconnect();
  const consumer = kafka.consumer({
    groupId: uniqueName('committed'),
    maxWaitTimeInMs: 100,
    readUncommitted: uncommitted,
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let missing = users.length;
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        const key = String(message.key);
        if (!key.startsWith(BARRIER)) users[partition]?.push(userOf(message.value));
        if (key === run && --missing === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return users;
}

/** Of one partition; -1n where the group committed nothing. */
export async function committedOffset(groupId: string, topic: string): Promise<bigint> {
  const [found] = await withAdmin(sharedBroker().plaintext, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return BigInt(found?.partitions[0]?.offset ?? -1);
}
