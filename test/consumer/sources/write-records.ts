/** Records as they are, with headers of null, which kafkajs cannot write. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SourcePartition } from '../../../consumer/index.js';
import { Cluster } from '../../../consumer/sources/cluster.js';
import { kafkajsDialer } from '../../../consumer/sources/kafkajs/dialer.js';
import { expectNone, Refused } from '../../../consumer/sources/protocol/refused.js';
import type { Request } from '../../../consumer/sources/protocol/request.js';
import type { SourceSubject } from '../../../local/index.js';
import type { OutgoingMessage } from '../../../producer/index.js';
import { encodeBatch, stampBatch } from '../../../producer/record-batch.js';

export type WrittenRecord = Parameters<SourceSubject['write']>[1][number];

const TIMEOUT_MS = 10_000;

/** As long as it takes a broker that was started again to lead what it led. */
export async function writeRecords(
  broker: string,
  at: SourcePartition,
  records: readonly WrittenRecord[],
): Promise<void> {
  while (true) {
    try {
      return await writeOnce(broker, at, records);
    } catch (error) {
      const isEarly = error instanceof Refused && error.is(...NOT_YET);
      if (!isEarly) throw error;
    }
    await sleep(RETRY_MS);
  }
}

const NOT_YET = ['NOT_LEADER_OR_FOLLOWER', 'UNKNOWN_TOPIC_OR_PARTITION'] as const;
const RETRY_MS = 200;

async function writeOnce(
  broker: string,
  at: SourcePartition,
  records: readonly WrittenRecord[],
): Promise<void> {
  const brokers = [broker];
  const cluster = new Cluster(kafkajsDialer({ brokers }), {
    brokers,
    requestTimeoutMs: TIMEOUT_MS,
  });
  try {
    await cluster.refresh([at.topic]);
    const leader = cluster.leader(at) ?? broker;
    // Safe: a header's null is written as null, as its type does not say.
    const batch = encodeBatch(records as readonly OutgoingMessage[]);
    const { crc32c } = await importCrc();
    stampBatch(batch, { producerId: -1n, epoch: -1, sequence: -1 }, crc32c);
    await cluster.call({ broker: leader, purpose: 'ask' }, produce(at, batch));
  } finally {
    cluster.close();
  }
}

async function importCrc(): Promise<{ crc32c(bytes: Uint8Array): number }> {
  // @ts-expect-error Not in kafkajs's types.
  const { default: crc } = await import('kafkajs/src/protocol/recordBatch/crc32C/index.js');
  return { crc32c: crc };
}

/** https://kafka.apache.org/protocol.html#The_Messages_Produce (version 8) */
function produce({ topic, partition }: SourcePartition, batch: Uint8Array): Request<void> {
  return {
    apiKey: 0,
    apiVersion: 8,
    apiName: 'Produce',
    write: (to) =>
      to
        .string(null)
        .int16(-1)
        .int32(TIMEOUT_MS)
        .array([topic], (name) =>
          to.string(name).array([partition], (index) => to.int32(index).bytes(batch)),
        ),
    read: (answer) => {
      answer.array(() => {
        answer.string();
        return answer.array(() => {
          answer.int32();
          expectNone(answer.int16());
          answer.int64();
          answer.int64();
          answer.int64();
          answer.array(() => [answer.int32(), answer.nullableString()]);
          answer.nullableString();
        });
      });
    },
  };
}
