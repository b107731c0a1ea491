import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { KafkaLaunchError, type KafkaLaunchErrorCode } from '../../local/kafka/errors.js';
import { launchKafka, type Starters } from '../../local/kafka/launch.js';
import type { KafkaAddresses } from '../../local/kafka/launched.js';

const stop = async () => undefined;
const missing = (code: KafkaLaunchErrorCode) => async () => {
  throw new KafkaLaunchError(code, `said ${code}`);
};

function launch(env: NodeJS.ProcessEnv, starters: Partial<Starters> = {}) {
  const lines: string[] = [];
  const launched = launchKafka({
    env,
    log: (line) => lines.push(line),
    starters: {
      java: async () => ({ plaintext: 'java:1', stop }),
      docker: async () => ({ plaintext: 'docker:1', stop }),
      check: stop,
      ...starters,
    },
  });
  return { launched, lines };
}

const refused = (code: KafkaLaunchErrorCode, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('which Kafka is taken', () => {
  const noJava = { java: missing('JAVA_MISSING') };
  const neither = { ...noJava, docker: missing('DOCKER_MISSING') };
  it.each([
    { title: 'Java first', env: {}, starters: {}, kind: 'java', reason: /started with Java$/ },
    {
      title: 'Docker without Java',
      env: {},
      starters: noJava,
      kind: 'docker',
      reason: /started with Docker; not with java \(JAVA_MISSING\)$/,
    },
    {
      title: 'memory without either',
      env: {},
      starters: neither,
      kind: 'memory',
      reason: /in-memory.*not with java \(JAVA_MISSING\); not with docker \(DOCKER_MISSING\)$/,
    },
    {
      title: 'memory on request',
      env: { TAVRO_KAFKA: 'memory' },
      starters: {},
      kind: 'memory',
      reason: /in-memory.*because TAVRO_KAFKA=memory$/,
    },
    {
      title: 'Docker on request',
      env: { TAVRO_KAFKA: ' docker ' },
      starters: {},
      kind: 'docker',
      reason: /Docker, because TAVRO_KAFKA=docker$/,
    },
    {
      title: 'Java on request',
      env: { TAVRO_KAFKA: 'java' },
      starters: {},
      kind: 'java',
      reason: /Java, because TAVRO_KAFKA=java$/,
    },
    {
      title: 'an address before all',
      env: { TAVRO_KAFKA: 'kafka.example:9092' },
      starters: neither,
      kind: 'address',
      reason: /^kafka\.example:9092 \(PLAINTEXT\), because TAVRO_KAFKA names it$/,
    },
  ])('$title', async ({ env, starters, kind, reason }) => {
    const { launched, lines } = launch(env, starters);
    const kafka = await launched;
    expect(kafka).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    expect(lines.at(-1)).toBe(`Kafka: ${kafka.reason}`);
    await kafka.stop();
  });

  it('says in the log why each one before was not taken', async () => {
    const { launched, lines } = launch({}, neither);
    await launched;
    expect(lines.slice(0, 2)).toEqual([
      'Kafka: not with java: said JAVA_MISSING',
      'Kafka: not with docker: said DOCKER_MISSING',
    ]);
  });

  it.each(['java', 'docker'] as const)('fails when %s is asked for and missing', async (kind) => {
    const { launched } = launch({ TAVRO_KAFKA: kind }, neither);
    await expect(launched).rejects.toMatchObject({
      code: kind === 'java' ? 'JAVA_MISSING' : 'DOCKER_MISSING',
    });
  });

  it('passes on an error that is a fault of ours', async () => {
    const bug = new TypeError('a bug');
    const { launched } = launch({}, { java: () => Promise.reject(bug) });
    await expect(launched).rejects.toBe(bug);
  });
});

describe('an address from the environment', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tavro-test-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const ca = join(directory, 'ca.pem');
  const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
  writeFileSync(ca, pem);
  const notPem = join(directory, 'not.pem');
  writeFileSync(notPem, 'hello');

  const TAVRO_KAFKA = 'a.example:9096, b.example:9096';
  const brokers = 'a.example:9096,b.example:9096';
  const signIn = { username: 'u', password: 'p', mechanism: 'scram-sha-512' };

  it.each<{ title: string; env: NodeJS.ProcessEnv; want: object }>([
    { title: 'plain', env: {}, want: { plaintext: brokers } },
    {
      title: "the tutorial's variables",
      env: { KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' },
      want: { saslSsl: { brokers, ...signIn } },
    },
    {
      title: 'our variables before them, with an authority',
      env: {
        ...{ KAFKA_SASL_USERNAME: 'x', KAFKA_SASL_PASSWORD: 'y', TAVRO_KAFKA_CA: ca },
        ...{ TAVRO_KAFKA_USERNAME: 'u', TAVRO_KAFKA_PASSWORD: 'p' },
      },
      want: { saslSsl: { brokers, ...signIn, ca: pem } },
    },
  ])('reads $title', async ({ env, want }) => {
    const checked: KafkaAddresses[] = [];
    const { launched } = launch(
      { TAVRO_KAFKA, ...env },
      { check: async (addresses) => void checked.push(addresses) },
    );
    const { kind, reason: _, stop: __, ...addresses } = await launched;
    expect(kind).toBe('address');
    expect(addresses).toEqual(want);
    expect(checked).toEqual([want]);
  });

  it.each<{ env: NodeJS.ProcessEnv; message: RegExp }>([
    { env: { TAVRO_KAFKA: 'jvaa' }, message: /"jvaa".*java, docker, memory/ },
    { env: { TAVRO_KAFKA: 'a:1,,b:2' }, message: /"".*not host:port/ },
    { env: { TAVRO_KAFKA: 'a:0' }, message: /"a:0"/ },
    { env: { TAVRO_KAFKA: 'a:65536' }, message: /"a:65536"/ },
    { env: { TAVRO_KAFKA: 'kafka://a:1' }, message: /not host:port/ },
    { env: { TAVRO_KAFKA: Array(101).fill('a:1').join() }, message: /over 100/ },
    { env: { TAVRO_KAFKA: 'a:1', TAVRO_KAFKA_USERNAME: 'u' }, message: /TAVRO_KAFKA_PASSWORD/ },
    { env: { TAVRO_KAFKA: 'a:1', KAFKA_SASL_PASSWORD: 'p' }, message: /TAVRO_KAFKA_USERNAME/ },
    { env: { TAVRO_KAFKA: 'a:1', TAVRO_KAFKA_CA: ca }, message: /TAVRO_KAFKA_USERNAME/ },
    {
      env: { TAVRO_KAFKA: 'a:1', ...user(), TAVRO_KAFKA_CA: `${ca}.not-there` },
      message: /not-there, which cannot be read/,
    },
    {
      env: { TAVRO_KAFKA: 'a:1', ...user(), TAVRO_KAFKA_CA: notPem },
      message: /not\.pem, which is not a PEM certificate/,
    },
  ])('refuses $message', async ({ env, message }) => {
    await expect(launch(env).launched).rejects.toEqual(refused('KAFKA_SETTING', message));
  });

  it('says which address does not answer, and why', async () => {
    const cause = new Error('connect ECONNREFUSED');
    const { launched } = launch(
      { TAVRO_KAFKA: 'a:1', ...user() },
      { check: () => Promise.reject(cause) },
    );
    await expect(launched).rejects.toEqual(
      refused('KAFKA_UNREACHABLE', /a:1 .*SASL_SSL, user u.*connect ECONNREFUSED/),
    );
    await expect(launched).rejects.toMatchObject({ cause });
  });

  function user(): NodeJS.ProcessEnv {
    return { TAVRO_KAFKA_USERNAME: 'u', TAVRO_KAFKA_PASSWORD: 'secret' };
  }
});
