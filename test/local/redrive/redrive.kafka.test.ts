/** From a topic of dead letters back to where they came from, through a real broker, to the byte. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { run } from '../../../codegen/program.js';
import { deadLetterTopic } from '../../../consumer/index.js';
import { fixedRegistry } from '../../../local/fixed-registry.js';
import { createTopics } from '../../../local/kafka/client.js';
import { createProducer, kafkajsTransport } from '../../../producer/index.js';
import { sharedBroker, uniqueName } from '../../kafka-broker.js';
import { saslSsl, withAdmin } from '../../producer/broker.js';
import { FAILED, fail } from './fakes.js';

const TIMEOUT_MS = 120_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tavro-redrive-'));
  await writeFile(join(folder, 'ca.pem'), sharedBroker().saslSsl.ca);
});
afterAll(() => rm(folder, { recursive: true }));

/** The environment of an application that sends to the shared broker. */
function environment(): Readonly<Record<string, string>> {
  const { brokers, username, password } = sharedBroker().saslSsl;
  return {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
    KAFKA_SSL_CA_LOCATION: join(folder, 'ca.pem'),
  };
}

async function redrive(...args: readonly string[]) {
  const printed: string[] = [];
  const exit = await run(['redrive', '--yes', ...args], {
    out: (line) => printed.push(line),
    err: (line) => printed.push(line),
    env: environment(),
    signal: new AbortController().signal,
  });
  return { exit, text: printed.join('\n') };
}

/** What a topic has, by kafkajs itself. */
async function read(topic: string, count: number) {
  const brokers = sharedBroker().plaintext.split(',');
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 5 } });
  const consumer = kafka.consumer({ groupId: uniqueName('witness'), maxWaitTimeInMs: 100 });
  const seen: { partition: number; key: string; value: Buffer | null; headers: object }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message: { key, value, headers = {} } }) => {
        const all = Object.entries(headers).map(([name, given]) => [
          name,
          [given ?? []].flat().map((one) => Buffer.from(one).toString('latin1')),
        ]);
        seen.push({ partition, key: String(key), value, headers: Object.fromEntries(all) });
        if (seen.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return seen;
}

async function committed(group: string, topic: string): Promise<readonly string[]> {
  const { plaintext } = sharedBroker();
  const [found] = await withAdmin(plaintext, (admin) =>
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  );
  return (found?.partitions ?? []).map(({ offset }) => offset).sort();
}

it(
  'goes each letter once, into the partition that it lay in, and the group comes as far',
  async () => {
    const [clicks, orders, dead] = [uniqueName('clicks'), uniqueName('orders'), uniqueName('dead')];
    const group = uniqueName('redrive');
    const { saslSsl: broker } = sharedBroker();
    await createTopics({ saslSsl: broker }, [
      { name: clicks, partitions: 3 },
      { name: orders, partitions: 3 },
      { name: dead, partitions: 2 },
    ]);
    const producer = createProducer({
      transport: kafkajsTransport(saslSsl()),
      registry: fixedRegistry({}),
    });
    const records = FAILED.map((record, index) => ({
      ...record,
      topic: record.topic === 'clicks' ? clicks : orders,
      partition: index % 3,
    }));
    await fail(deadLetterTopic(producer, dead), records);

    const from = ['--from', dead, '--group', group];
    const dry = await redrive(...from, '--dry-run');
    expect([dry.exit, await committed(group, dead)]).toEqual([0, ['-1', '-1']]);
    expect(dry.text).toMatch(/^5 dead letters in topic dead-/);

    const all = await redrive(...from);
    expect(all.text).toMatch(/\nsent 5 of 5 dead letters; taken out of topic dead-.*$/);
    expect(all.exit).toBe(0);
    const back = [...(await read(clicks, 3)), ...(await read(orders, 2))];
    for (const { topic, partition, key, value, headers } of records) {
      const of = topic === clicks ? back.slice(0, 3) : back.slice(3);
      const trace = headers?.[0]?.[1];
      const one = of.find((message) => Object(message.headers).trace[0] === trace);
      expect(one).toEqual({
        partition,
        key: String(key),
        value: Buffer.from(value ?? []),
        headers: { trace: [trace], again: ['\xff', 'x'], 'tavro.cause.attempts': ['1'] },
      });
    }
    const offsets = await committed(group, dead);
    expect(offsets.reduce((sum, offset) => sum + Math.max(0, Number(offset)), 0)).toBe(5);

    const again = await redrive(...from);
    expect([again.exit, again.text]).toEqual([0, expect.stringContaining('Nothing to send')]);

    // One that fails once more says so.
    const [first] = records;
    if (first === undefined) throw new Error('no record');
    const headers = [['tavro.cause.attempts', '1'] as const];
    await fail(deadLetterTopic(producer, dead), [{ ...first, headers }]);
    await producer.close();
    expect((await redrive(...from)).text).toContain('sent 1 of 1 dead letter');
    const attempts = (await read(clicks, 4)).map(
      (one) => Object(one.headers)['tavro.cause.attempts'][0],
    );
    expect(attempts.sort()).toEqual(['1', '1', '1', '2']);
  },
  TIMEOUT_MS,
);
