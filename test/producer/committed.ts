/** What a topic holds for readers of committed messages, as kafkajs itself reads it. */
import { sharedBroker } from '../kafka-broker.js';
import { readWhole } from '../kafka-reader.js';
import { withAdmin } from './broker.js';
import { userOf } from './clicks.js';

/** The users of all clicks by partition, when the transactions that are open have ended. */
export async function readCommitted(
  topic: string,
  {
    uncommitted = false,
    brokers = sharedBroker().plaintext,
  }: { readonly uncommitted?: boolean; readonly brokers?: string } = {},
): Promise<readonly (readonly (string | null)[])[]> {
  const users = new Map<number, (string | null)[]>();
  const partitions = await readWhole({ topic, brokers, uncommitted }, (partition, { value }) => {
    users.set(partition, [...(users.get(partition) ?? []), userOf(value)]);
  });
  return Array.from({ length: partitions }, (_, partition) => users.get(partition) ?? []);
}

/** Of one partition; -1n where the group committed nothing. */
export async function committedOffset(groupId: string, topic: string): Promise<bigint> {
  const [found] = await withAdmin(sharedBroker().plaintext, (admin) =>
    admin.fetchOffsets({ groupId, topics: [topic] }),
  );
  return BigInt(found?.partitions[0]?.offset ?? -1);
}
