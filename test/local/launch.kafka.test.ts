import { type ChildProcessByStdio, spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  cpSync,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import { createTopics, kafkaConfig, type Listener } from '../../local/kafka/client.js';
import { kafkaJars } from '../../local/kafka/jars.js';
import { launchKafka } from '../../local/kafka/launch.js';
import type { LaunchedKafka } from '../../local/kafka/launched.js';
import { uniqueName } from '../kafka-broker.js';
import { eventually, processesNaming } from './processes.js';

/** Includes the first download. */
const LAUNCH_TIMEOUT_MS = 10 * 60 * 1000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** These tests are of the Java way; that there is no Java must make them fail. */
const env = { ...process.env, TAVRO_KAFKA: 'java' };

describe('a broker started with Java', () => {
  let kafka: LaunchedKafka;
  const lines: string[] = [];
  beforeAll(async () => {
    kafka = await launchKafka({ env, log: (line) => lines.push(line) });
  }, LAUNCH_TIMEOUT_MS);
  afterAll(async () => {
    const directory = directoryOf(kafka);
    expect(await processesNaming(directory)).not.toEqual([]);
    await kafka.stop();
    expect(await processesNaming(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });

  it('says what it is', () => {
    expect(kafka.kind).toBe('java');
    expect(lines.at(-1)).toMatch(
      /Apache Kafka 4\.\d+\.\d+, started with Java, because TAVRO_KAFKA/,
    );
  });

  it.each<Listener>(['plaintext', 'saslSsl'])('carries messages over %s', async (listener) => {
    const topic = uniqueName('carried');
    await createTopics(kafka, [{ name: topic, partitions: 3 }]);
    const client = quiet(kafkaConfig(kafka, listener));
    const producer = client.producer({ idempotent: true });
    await producer.connect();
    await producer.send({ topic, messages: [{ key: 'k', value: 'v' }] });
    await producer.disconnect();
    expect(await firstMessage(client, topic)).toEqual({ key: 'k', value: 'v' });
  });

  it('makes topics once, with the partitions asked for', async () => {
    const name = uniqueName('topic');
    await createTopics(kafka, [{ name, partitions: 3 }]);
    await createTopics(kafka, [{ name, partitions: 3 }]);
    const admin = quiet(kafkaConfig(kafka)).admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
    await admin.disconnect();
    expect(topics.map(({ partitions }) => partitions.length)).toEqual([3]);
  });

  it('names the topic that cannot be made', async () => {
    await expect(createTopics(kafka, [{ name: 'a b', partitions: 1 }])).rejects.toMatchObject({
      code: 'TOPIC_FAILED',
      topic: 'a b',
      message: expect.stringMatching(/^Cannot create topic a b with 1 partition: /),
    });
  });

  it('does not make a topic for a mere send', async () => {
    const producer = quiet(kafkaConfig(kafka)).producer();
    await producer.connect();
    const sent = producer.send({ topic: uniqueName('misspelt'), messages: [{ value: 'v' }] });
    await expect(sent).rejects.toThrow(/does not host this topic-partition/);
    await producer.disconnect();
  });

  it.each<{ title: string; change: (config: KafkaConfig) => KafkaConfig; error: RegExp }>([
    {
      title: 'a wrong password',
      change: (config) => ({ ...config, sasl: user('tavro', 'wrong') }),
      error: /SASL SCRAM SHA512 authentication failed/,
    },
    {
      title: 'an unknown user',
      change: (config) => ({ ...config, sasl: user('nobody', kafka.saslSsl?.password ?? '') }),
      error: /SASL SCRAM SHA512 authentication failed/,
    },
    {
      title: 'no user',
      change: ({ sasl: _, ...config }) => config,
      error: /disconnected|closed|ECONNRESET/i,
    },
    {
      title: 'a client without TLS',
      change: ({ ssl: _, ...config }) => config,
      error: /disconnected|closed|ECONNRESET/i,
    },
    {
      title: 'a client that does not trust the authority',
      change: (config) => ({ ...config, ssl: true }),
      error: /self-signed certificate/,
    },
  ])('refuses $title over SASL_SSL', async ({ change, error }) => {
    const admin = quiet(change(kafkaConfig(kafka, 'saslSsl'))).admin();
    await expect(admin.connect().then(() => admin.listTopics())).rejects.toThrow(error);
    await admin.disconnect();
  });

  it('can be taken by its address', async () => {
    const plain = await launchKafka({ env: { TAVRO_KAFKA: kafka.plaintext } });
    expect(plain).toMatchObject({ kind: 'address', plaintext: kafka.plaintext });
    const signedIn = await launchKafka({ env: addressEnvironment() });
    expect(signedIn).toMatchObject({ kind: 'address', saslSsl: kafka.saslSsl });
  });

  it('tells of an address whose password is wrong', async () => {
    const wrong = launchKafka({ env: { ...addressEnvironment(), TAVRO_KAFKA_PASSWORD: 'wrong' } });
    await expect(wrong).rejects.toMatchObject({
      code: 'KAFKA_UNREACHABLE',
      message: expect.stringMatching(
        /^Kafka at 127\.0\.0\.1:\d+ \(TAVRO_KAFKA; SASL_SSL, user tavro\) .*authentication failed/,
      ),
    });
  });

  function addressEnvironment(): NodeJS.ProcessEnv {
    const ca = join(directoryOf(kafka), 'ca.pem');
    writeFileSync(ca, kafka.saslSsl?.ca ?? '');
    return {
      TAVRO_KAFKA: kafka.saslSsl?.brokers,
      TAVRO_KAFKA_USERNAME: kafka.saslSsl?.username,
      TAVRO_KAFKA_PASSWORD: kafka.saslSsl?.password,
      TAVRO_KAFKA_CA: ca,
    };
  }
});

describe('the classes of a broker', () => {
  it(
    'are kept once for later starts, which a damaged archive does not break',
    async () => {
      const cache = mkdtempSync(join(tmpdir(), 'tavro-cache-'));
      const jars = await kafkaJars({ env, log: console.error });
      const copied = join(cache, 'tavro', basename(jars));
      cpSync(jars, copied, { recursive: true, filter: (path) => !path.endsWith('.jsa') });
      const archives = () => readdirSync(copied).filter((name) => name.endsWith('.jsa'));
      const startAndStop = async () => {
        const lines: string[] = [];
        const log = (line: string) => lines.push(line);
        const kafka = await launchKafka({ env: { ...env, XDG_CACHE_HOME: cache }, log });
        await kafka.stop();
        return lines.some((line) => line.includes('some seconds this once'));
      };
      expect(await startAndStop()).toBe(true);
      const [archive = ''] = archives();
      damage(join(copied, archive));
      expect(await startAndStop()).toBe(false);
      expect(archives()).toEqual([archive]);
      expect(readdirSync(join(cache, 'tavro'))).toEqual([basename(jars)]);
      rmSync(cache, { recursive: true });
    },
    LAUNCH_TIMEOUT_MS,
  );
});

/** Overwrites the middle, where the classes are. */
function damage(file: string): void {
  chmodSync(file, 0o600);
  const open = openSync(file, 'r+');
  const third = Math.floor(fstatSync(open).size / 3);
  writeSync(open, Buffer.alloc(third, 0xa5), 0, third, third);
  closeSync(open);
}

describe('local/kafka/main.ts', () => {
  it.each<{ title: string; end: (holder: Holder) => void }>([
    { title: 'SIGKILL', end: (holder) => holder.kill('SIGKILL') },
    { title: 'SIGTERM', end: (holder) => holder.kill('SIGTERM') },
    { title: 'the end of its standard input', end: (holder) => holder.stdin.end() },
  ])(
    'prints the addresses, and $title leaves no process',
    async ({ end }) => {
      const holder = hold(env);
      const printed = JSON.parse(await firstLine(holder)) as LaunchedKafka;
      expect(printed).toMatchObject({ kind: 'java', plaintext: expect.any(String) });
      const directory = directoryOf(printed);
      expect((await processesNaming(directory)).length).toBeGreaterThanOrEqual(2);
      end(holder);
      await eventually(async () => (await processesNaming(directory)).length === 0);
      await eventually(() => !existsSync(directory));
    },
    LAUNCH_TIMEOUT_MS,
  );

  it(
    'fails when there is only memory, which other processes cannot use',
    async () => {
      const holder = hold({ ...process.env, TAVRO_KAFKA: 'memory' });
      const code = new Promise((resolve) => holder.on('exit', resolve));
      let told = '';
      for await (const chunk of holder.stderr) told += chunk;
      expect(await code).toBe(1);
      expect(told).toMatch(/There is no Kafka to hold open: .*TAVRO_KAFKA=memory/);
    },
    LAUNCH_TIMEOUT_MS,
  );
});

type Holder = ChildProcessByStdio<Writable, Readable, Readable>;

function hold(environment: NodeJS.ProcessEnv): Holder {
  const args = ['--conditions=tavro-source', '--import', 'tsx', 'local/kafka/main.ts'];
  return spawn(process.execPath, args, { cwd: ROOT, env: environment, stdio: 'pipe' });
}

async function firstLine(holder: Holder): Promise<string> {
  let text = '';
  for await (const chunk of holder.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes('\n')) return text;
  }
  throw new Error('It ended without a line.');
}

function directoryOf({ logFile }: LaunchedKafka): string {
  if (logFile === undefined) throw new Error('A started broker has a log.');
  return dirname(logFile);
}

function user(username: string, password: string) {
  return { mechanism: 'scram-sha-512', username, password } as const;
}

function quiet(config: KafkaConfig): Kafka {
  return new Kafka({ ...config, logLevel: logLevel.NOTHING, retry: { retries: 3 } });
}

async function firstMessage(client: Kafka, topic: string) {
  const consumer = client.consumer({ groupId: uniqueName('group') });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const message = await new Promise<{ key: string; value: string }>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message: { key, value } }) =>
        resolve({ key: String(key), value: String(value) }),
    });
  });
  await consumer.disconnect();
  return message;
}
