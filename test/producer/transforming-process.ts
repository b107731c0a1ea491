/**
 * Reads one topic and writes each message to another, in transactions with the offsets it read, in a
 * process of its own that can be killed (crashes.kafka.test.ts):
 *
 *     node --conditions=tavro-source --import tsx test/producer/transforming-process.ts BROKER FROM TO GROUP ID
 *
 * It prints a line `sent N` in each transaction, when all but the commit is done, and then waits for a
 * line of its input; `done N` when it is committed, and `failed CODE`.
 */
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import {
  createProducer,
  type GroupMember,
  kafkajsTransport,
  ProducerError,
} from '../../producer/index.js';
import { ClickCodec, clicks, scriptedRegistry, userOf } from './clicks.js';

const [broker = '', from = '', to = '', groupId = '', transactionalId = ''] = process.argv.slice(2);
const { registry } = scriptedRegistry(() => [404, {}]);
const transport = kafkajsTransport({ brokers: [broker] });
const producer = createProducer({ transport, registry, transactionalId });
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (text: string) => process.stdout.write(`${text}\n`);

// Before it reads: what a predecessor has open is aborted, and its offsets are known.
await producer.connect();
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({
  groupId,
  sessionTimeout: 6_000,
  heartbeatInterval: 500,
  maxWaitTimeInMs: 100,
  maxBytesPerPartition: 700,
});
let member: GroupMember | undefined;
consumer.on(consumer.events.GROUP_JOIN, () => {
  member = undefined;
});
consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
  member = { ...payload, generationId: payload.groupGenerationId };
});
await consumer.connect();
await consumer.subscribe({ topics: [from], fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch, heartbeat }) => {
    while (member === undefined) {
      await setTimeout(50);
      await heartbeat();
    }
    const group = member;
    const { topic, partition, messages } = batch;
    try {
      await producer.transaction(async (tx) => {
        const copies = messages.map(({ value }) => ({
          key: null,
          value: { user_id: userOf(value) ?? '', url: ClickCodec.name },
          partition,
        }));
        await tx.sendAll({ ...clicks, name: to }, copies);
        const offset = BigInt(batch.lastOffset()) + 1n;
        tx.sendOffsets({ group, offsets: [{ topic, partition, offset }] });
        say(`sent ${messages.length}`);
        await lines.next();
      });
      say(`done ${messages.length}`);
    } catch (error) {
      say(`failed ${error instanceof ProducerError ? error.code : error}`);
      throw error;
    }
  },
});
