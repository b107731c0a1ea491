import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userClicksAvro } from '../../generated/topics/user-clicks-avro.js';
import { startRegistry } from '../../local/registry/server.js';
import { producerFromEnvironment } from '../../producer/index.js';
import { unframe } from '../../runtime/index.js';
import { sharedBroker } from '../kafka-broker.js';
import { newTopic, readValues } from './broker.js';
import { click, clicks } from './clicks.js';
import { runProduce } from './run-produce.js';

let registry: Awaited<ReturnType<typeof startRegistry>>;
let folder: string;
let env: Readonly<Record<string, string>>;
let topic: string;

beforeAll(async () => {
  registry = await startRegistry({ auth: { username: 'key', password: 'secret' } });
  folder = mkdtempSync(join(tmpdir(), 'tavro-produce-'));
  const { brokers, username, password, ca } = sharedBroker().saslSsl;
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, ca);
  topic = await newTopic(3);
  env = {
    KAFKA_BOOTSTRAP_SERVERS: brokers,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
    KAFKA_SSL_CA_LOCATION: caFile,
    KAFKA_TOPIC: topic,
    SCHEMA_REGISTRY_URL: registry.url,
    SCHEMA_REGISTRY_API_KEY: 'key',
    SCHEMA_REGISTRY_API_SECRET: 'secret',
  };
});
afterAll(async () => {
  await registry.stop();
  rmSync(folder, { recursive: true });
});

/** Whatever the field is called: the sample's schema is there to be edited. */
function urlOf(click: object): unknown {
  return Object.values(click).find((value) => String(value).startsWith('https:'));
}

describe('npm run produce', () => {
  it('does not register a schema unless told to', async () => {
    const { code, stderr } = await runProduce(['--count', '1'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/not registered.*npx tavro publish.*--register/);
  });

  it('sends clicks that decode, and prints where each was stored', async () => {
    const { code, stdout, stderr } = await runProduce(['--count', '5', '--register'], env);
    expect([code, stderr]).toEqual([0, '']);
    const lines = [...stdout.matchAll(/^Message delivered to (\S+) \[(\d)\] at offset (\d+)$/gm)];
    expect(lines.map(([, name]) => name)).toEqual(Array(5).fill(topic));
    const values = await readValues(topic);
    expect(values.map(({ at }) => at).sort()).toEqual(
      lines.map(([, , partition, offset]) => `${partition}@${offset}`).sort(),
    );
    const urls = values.map(({ value }) => urlOf(userClicksAvro.value.decode(unframe(value).body)));
    expect(urls.sort()).toEqual([0, 1, 2, 3, 4].map((n) => `https://example.com/page/${n}`));
  });

  it('ends with 130 on Ctrl-C, after the message under way', async () => {
    const interval = ['--count', '1000', '--interval-ms', '60000'];
    const { code, stdout } = await runProduce(interval, env, (text, interrupt) => {
      if (text.includes('delivered')) interrupt();
    });
    expect(code).toBe(130);
    expect(stdout.match(/delivered/g)).toHaveLength(1);
  });
});

it('producerFromEnvironment sends by the same variables', async () => {
  const name = await newTopic(1);
  const producer = await producerFromEnvironment({ env, register: 'allowed' });
  const topicOfTest = { ...clicks, name, subjects: { value: `${name}-value` } };
  const report = await producer.send(topicOfTest, { key: 'ann', value: click(1) });
  await producer.close();
  expect(report).toMatchObject({ topic: name, partition: 0, offset: 0n });
  expect(await readValues(name)).toHaveLength(1);
});
