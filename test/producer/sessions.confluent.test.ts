/** librdkafka at a broker that ends sessions and closes idle connections, as MSK does, only sooner. */
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../local/kafka/certificate.js';
import {
  type ConfluentTransportOptions,
  confluentTransport,
  createProducer,
  type KafkaCredentials,
  type KafkaLogEntry,
  type Producer,
} from '../../producer/index.js';
import { confluentDirectory } from '../confluent/install.js';
import { newTopic, readTopic } from './broker.js';
import { click, clicks, failureOf, scriptedRegistry } from './clicks.js';
import { IDLE_MS, type LimitedBroker, SESSION_MS, startLimitedBroker } from './limited-broker.js';
import { changePassword } from './scram.js';

const { registry } = scriptedRegistry(() => [404, {}]);
const message = (n: number) => ({ key: null, value: click(n), partition: 0 });

let broker: LimitedBroker;
beforeAll(async () => {
  broker = await startLimitedBroker();
}, 120_000);
afterAll(() => broker.stop());

const saslSsl = (): ConfluentTransportOptions => ({
  brokers: [broker.saslSsl.brokers],
  ssl: { ca: broker.saslSsl.ca ?? '' },
  sasl: {
    mechanism: 'scram-sha-512',
    username: broker.saslSsl.username,
    password: broker.saslSsl.password,
  },
});

async function withProducer(
  connection: ConfluentTransportOptions,
  work: (producer: Producer, topic: typeof clicks) => Promise<void>,
): Promise<void> {
  const topic = { ...clicks, name: await newTopic(1, {}, broker.plaintext) };
  const producer = createProducer({ transport: confluentTransport(connection), registry });
  try {
    await work(producer, topic);
  } finally {
    await producer.close();
  }
}

const usersIn = async (topic: string) =>
  (await readTopic(topic, broker.plaintext)).map(({ user }) => user);
const users = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}`);

it('delivers every send while sessions are renewed, and after pauses', async () => {
  await withProducer(saslSsl(), async (producer, topic) => {
    const end = Date.now() + 1.5 * SESSION_MS;
    let sent = 0;
    while (Date.now() < end) {
      const { offset } = await producer.send(topic, message(sent));
      expect(offset).toBe(BigInt(sent++));
      await sleep(sent % 20 === 0 ? IDLE_MS + 1_500 : 250);
    }
    expect(await usersIn(topic.name)).toEqual(users(sent));
  });
});

describe('logins', () => {
  it('take a password that was changed meanwhile', async () => {
    const { username, password } = broker.saslSsl;
    let current: KafkaCredentials = { username, password };
    const sasl = { mechanism: 'scram-sha-512', credentials: async () => current } as const;
    await withProducer({ ...saslSsl(), sasl }, async (producer, topic) => {
      await producer.send(topic, message(0));
      current = { username, password: 'the next one' };
      await changePassword(broker.plaintext, current);
      await sleep(IDLE_MS + 1_500);
      await producer.send(topic, message(1));
      expect(await usersIn(topic.name)).toEqual(users(2));
      // Back again, while messages are on their way.
      current = { username, password };
      await changePassword(broker.plaintext, current);
      await sleep(IDLE_MS + 1_500);
      await Promise.all([2, 3, 4].map((n) => producer.send(topic, message(n))));
      expect(await usersIn(topic.name)).toEqual(users(5));
    });
  });

  it('that are refused are told soon, and mended by the function', async () => {
    const { username, password } = broker.saslSsl;
    let current: KafkaCredentials = { username, password: 'an old one' };
    const sasl = { mechanism: 'scram-sha-512', credentials: async () => current } as const;
    await withProducer({ ...saslSsl(), sasl }, async (producer, topic) => {
      const refused = await failureOf(producer.send(topic, message(9)));
      expect(refused).toMatchObject({ code: 'AUTHENTICATION', delivered: 'no' });
      expect(refused.message).toBe(
        `${broker.saslSsl.brokers} refused the credentials: SASL authentication error: ` +
          'Authentication failed during authentication due to invalid credentials with SASL ' +
          'mechanism SCRAM-SHA-512. Check user name, password and SASL mechanism; on MSK the secret ' +
          'must also be associated with the cluster.',
      );
      current = { username, password };
      await producer.send(topic, message(0));
      expect(await usersIn(topic.name)).toEqual(users(1));
    });
  });

  it('whose credentials cannot be had are an error without what the function said', async () => {
    const cause = new Error('secret-store said hunter2');
    const sasl = { mechanism: 'plain', credentials: () => Promise.reject(cause) } as const;
    await withProducer({ ...saslSsl(), sasl }, async (producer, topic) => {
      const error = await failureOf(producer.send(topic, message(0)));
      expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable: true, delivered: 'no' });
      expect(error.message).not.toContain('hunter2');
      expect(error.cause).toBe(cause);
    });
  });
});

describe('connect', () => {
  const connecting = async (connection: ConfluentTransportOptions) => {
    const transport = confluentTransport(connection);
    const error = await failureOf(transport.connect());
    await transport.disconnect();
    return error;
  };

  it('tells soon that a password is wrong, a certificate not trusted, nobody there', async () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'tavro', password: 'wrong' } as const;
    const { certificate } = await makeCertificate();
    const nobody = await connecting({ brokers: ['127.0.0.1:1'] });
    expect(nobody.message).toMatch(
      /^No Kafka broker could be reached at 127\.0\.0\.1:1: Connect to ipv4#127\.0\.0\.1:1 failed: Connection refused\. /,
    );
    expect([
      nobody.code,
      (await connecting({ ...saslSsl(), sasl })).code,
      (await connecting({ ...saslSsl(), ssl: { ca: certificate } })).code,
      (await connecting({ ...saslSsl(), ssl: true })).code,
      (await connecting({ brokers: [broker.saslSsl.brokers] })).code,
    ]).toEqual(['UNREACHABLE', 'AUTHENTICATION', 'TLS', 'TLS', 'UNREACHABLE']);
  });

  it('says of an option that librdkafka does not take which', async () => {
    // @ts-expect-error As JavaScript may have it.
    const error = await connecting({ ...saslSsl(), compression: 'brotli' });
    expect(error).toMatchObject({ code: 'CONFIG' });
    expect(error.message).toMatch(/^librdkafka does not take these options: .*compression\.codec/);
  });

  it('logs what librdkafka logs, by broker', async () => {
    const entries: KafkaLogEntry[] = [];
    await connecting({ brokers: ['127.0.0.1:1'], log: (entry) => entries.push(entry) });
    expect(entries[0]).toMatchObject({ level: 'error', broker: '127.0.0.1:1' });
    expect(entries[0]?.message).toMatch(/^Connect to ipv4#127\.0\.0\.1:1 failed: Connection refus/);
  });
});

it('a process that has closed its producer ends by itself', async () => {
  const name = await newTopic(1, {}, broker.plaintext);
  const flags = ['--conditions=tavro-source', '--import', 'tsx'];
  const child = ['test/producer/child/send-and-end.ts', broker.plaintext, name];
  const env = { ...process.env, TAVRO_CONFLUENT_PEER: await confluentDirectory() };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, '--import', './test/confluent/peer.mjs', ...child],
    { env, timeout: 60_000 },
  );
  expect(stdout).toBe('0@0\n');
});
