import { createPrivateKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../local/kafka/certificate.js';
import { readEnvironment } from '../../producer/environment.js';
import { rotatingCredentials, secretCredentials } from '../../producer/login/secret-credentials.js';
import { describeVariables, VARIABLES } from '../../producer/variables.js';
import { failureOf } from './clicks.js';
import { ManualClock } from './manual-clock.js';

/** As on AWS. */
const AWS = {
  KAFKA_BOOTSTRAP_SERVERS: 'b-1.example:9096, b-2.example:9096',
  KAFKA_SASL_USERNAME: 'clicks',
  KAFKA_SASL_PASSWORD: 'hunter2',
  SCHEMA_REGISTRY_URL: 'https://registry.example',
  SCHEMA_REGISTRY_API_KEY: 'key',
  SCHEMA_REGISTRY_API_SECRET: 'hunter3',
};
const LAPTOP = {
  KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9092',
  KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT',
  SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
};

const SECRETS: Readonly<Record<string, string>> = {
  'arn:msk': JSON.stringify({ username: 'from', password: 'secret' }),
  'arn:empty': '{}',
  'arn:text': 'hunter2',
};
const readSecret = async (arn: string) => {
  const secret = SECRETS[arn];
  if (secret === undefined) throw new Error('AccessDenied');
  return secret;
};
const read = (env: Readonly<Record<string, string | undefined>>) =>
  readEnvironment({ env, readSecret });

const LOGIN_REQUEST = { broker: 'b:9096', refused: false };

const OAUTH = {
  KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
  KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL: 'https://login.example/token',
  KAFKA_SASL_OAUTHBEARER_CLIENT_ID: 'clicks',
  KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET: 'hunter4',
};

let folder: string;
let caFile: string;
let textFile: string;
let ca: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tavro-environment-'));
  caFile = join(folder, 'ca.pem');
  ({ certificate: ca } = await makeCertificate());
  writeFileSync(caFile, ca);
  textFile = join(folder, 'text.pem');
  writeFileSync(textFile, 'no PEM');
});
afterAll(() => rm(folder, { recursive: true }));

describe('readEnvironment', () => {
  it('reads what AWS needs', async () => {
    expect(await read(AWS)).toEqual({
      connection: {
        brokers: ['b-1.example:9096', 'b-2.example:9096'],
        ssl: true,
        sasl: { mechanism: 'scram-sha-512', username: 'clicks', password: 'hunter2' },
      },
      registry: {
        url: 'https://registry.example',
        auth: { username: 'key', password: 'hunter3' },
      },
      topic: 'user-clicks-avro',
      register: 'never',
    });
  });

  it('reads what a laptop needs', async () => {
    expect(await read(LAPTOP)).toEqual({
      connection: { brokers: ['127.0.0.1:9092'], ssl: false },
      registry: { url: 'http://127.0.0.1:8081' },
      topic: 'user-clicks-avro',
      register: 'never',
    });
  });

  it('takes the shorter names where the full ones are not set', async () => {
    const short = {
      BOOTSTRAP_SERVERS: 'short:1',
      KAFKA_BOOTSTRAP_SERVERS: '',
      TOPIC: 'other',
      SASL_USERNAME: 'u',
      SASL_PASSWORD: 'p',
      SCHEMA_REGISTRY_URL: 'http://localhost:8081',
    };
    const { connection, topic } = await read(short);
    expect([connection.brokers, topic]).toEqual([['short:1'], 'other']);
    expect(connection.sasl).toMatchObject({ username: 'u', password: 'p' });
    const both = await read({ ...short, KAFKA_TOPIC: 'full' });
    expect(both.topic).toBe('full');
  });

  it.each([
    [{ ...LAPTOP, NODE_ENV: 'development' }, 'allowed'],
    [{ ...LAPTOP, NODE_ENV: 'production' }, 'never'],
    [{ ...LAPTOP, SCHEMA_REGISTRY_AUTO_REGISTER: 'true' }, 'allowed'],
    [{ ...LAPTOP, NODE_ENV: 'development', SCHEMA_REGISTRY_AUTO_REGISTER: 'false' }, 'never'],
  ])('decides about registering: %p', async (env, want) => {
    expect((await read(env)).register).toBe(want);
  });

  it('reads a private certificate authority', async () => {
    const { connection } = await read({ ...AWS, KAFKA_SSL_CA_LOCATION: caFile });
    expect(connection.ssl).toEqual({ ca });
    const error = await failureOf(read({ ...AWS, KAFKA_SSL_CA_LOCATION: join(folder, 'none') }));
    expect(error).toMatchObject({ code: 'CONFIG' });
    expect(error.message).toMatch(/\n {2}KAFKA_SSL_CA_LOCATION: ENOENT/);
  });

  it('reads secrets in place of variables', async () => {
    const { connection, registry } = await read({
      KAFKA_BOOTSTRAP_SERVERS: 'b:9096',
      KAFKA_SASL_SECRET_ARN: 'arn:msk',
      SCHEMA_REGISTRY_URL: 'https://registry.example',
      SCHEMA_REGISTRY_SECRET_ARN: 'arn:msk',
    });
    const { sasl } = connection;
    if (sasl === undefined || !('credentials' in sasl)) throw new Error('not read again');
    expect(sasl.mechanism).toBe('scram-sha-512');
    expect(await sasl.credentials(LOGIN_REQUEST)).toEqual({ username: 'from', password: 'secret' });
    expect(registry.auth).toEqual({ username: 'from', password: 'secret' });
  });

  it('leaves the rotating of a secret to each login', async () => {
    let reads = 0;
    const rotating = async () => JSON.stringify({ username: 'u', password: `p${++reads}` });
    const env = { ...AWS, KAFKA_SASL_SECRET_ARN: 'arn:msk', KAFKA_SASL_MECHANISM: 'plain' };
    const { connection } = await readEnvironment({ env, readSecret: rotating });
    const { sasl } = connection;
    if (sasl === undefined || !('credentials' in sasl)) throw new Error('not read again');
    const refused = { ...LOGIN_REQUEST, refused: true };
    expect(await sasl.credentials(LOGIN_REQUEST)).toMatchObject({ password: 'p1' });
    expect(await sasl.credentials(refused)).toMatchObject({ password: 'p2' });
  });

  it.each([
    [{ AWS_REGION: 'eu-central-1' }, { region: 'eu-central-1' }],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, { region: 'eu-west-1' }],
    [
      { AWS_REGION: 'eu-west-1', KAFKA_SASL_AWS_ROLE_ARN: 'arn:role' },
      { region: 'eu-west-1', roleArn: 'arn:role' },
    ],
  ])('reads MSK IAM from %j', async (more, want) => {
    const { KAFKA_SASL_USERNAME: _, KAFKA_SASL_PASSWORD: __, ...others } = AWS;
    const env = { ...others, KAFKA_SASL_MECHANISM: 'aws_msk_iam', ...more };
    const { connection } = await read(env);
    expect(connection).toMatchObject({ ssl: true, sasl: { mechanism: 'aws-msk-iam', ...want } });
    expect(Object.keys(connection.sasl ?? {})).toHaveLength(Object.keys(want).length + 1);
  });

  it('reads an OAuth client', async () => {
    const { connection } = await read({ ...AWS, ...OAUTH });
    expect(connection.sasl).toEqual({ mechanism: 'oauthbearer', token: expect.any(Function) });
  });

  it('reads a client certificate', async () => {
    const { certificate, privateKey } = await makeCertificate();
    const files = { cert: join(folder, 'client.pem'), key: join(folder, 'client-key.pem') };
    const passphrase = 'hunter4';
    const key = createPrivateKey(privateKey)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase })
      .toString();
    writeFileSync(files.cert, certificate);
    writeFileSync(files.key, key);
    const env = {
      ...LAPTOP,
      KAFKA_SECURITY_PROTOCOL: 'SSL',
      KAFKA_SSL_CERTIFICATE_LOCATION: files.cert,
      KAFKA_SSL_KEY_LOCATION: files.key,
    };
    const { connection } = await read({ ...env, KAFKA_SSL_KEY_PASSWORD: passphrase });
    expect(connection.ssl).toEqual({ cert: certificate, key, passphrase });
    const error = await failureOf(read({ ...env, KAFKA_SSL_KEY_PASSWORD: 'hunter5' }));
    expect(error.message).toBe(
      'The environment is not complete.\n  KAFKA_SSL_KEY_LOCATION or KAFKA_SSL_KEY_PASSWORD cannot be ' +
        'used: is it PEM, and all of it?',
    );
  });

  it.each([
    ['arn:none', /\(KAFKA_SASL_SECRET_ARN\) cannot be read: Error: AccessDenied/],
    ['arn:empty', /is not JSON with "username" and "password"/],
    ['arn:text', /is not JSON with "username" and "password"/],
  ])('says what is wrong with the secret %p', async (arn, want) => {
    const error = await failureOf(read({ ...AWS, KAFKA_SASL_SECRET_ARN: arn }));
    expect(error.message).toMatch(want);
    expect(error.message).not.toContain('hunter');
  });
});

it('says what to install where the AWS SDK is missing', async () => {
  const message = "Cannot find package '@aws-sdk/client-secrets-manager' imported from a.js";
  const cause = Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
  const secret = { arn: 'arn:a', variable: 'KAFKA_SASL_SECRET_ARN' };
  const error = await failureOf(secretCredentials(secret, () => Promise.reject(cause)));
  expect(error.message).toBe(
    'The secret arn:a (KAFKA_SASL_SECRET_ARN) cannot be read: the package ' +
      "@aws-sdk/client-secrets-manager is missing. Lambda's Node.js runtime has it; elsewhere run " +
      '`npm i @aws-sdk/client-secrets-manager`.',
  );
});

describe('what is missing or wrong', () => {
  it.each([
    [
      {},
      [
        'KAFKA_BOOTSTRAP_SERVERS',
        'KAFKA_SASL_USERNAME',
        'KAFKA_SASL_PASSWORD',
        'SCHEMA_REGISTRY_URL',
        'SCHEMA_REGISTRY_API_KEY',
        'SCHEMA_REGISTRY_API_SECRET',
      ],
    ],
    [{ ...AWS, KAFKA_SASL_PASSWORD: ' ' }, ['KAFKA_SASL_PASSWORD']],
    [{ ...AWS, SCHEMA_REGISTRY_API_KEY: undefined }, ['SCHEMA_REGISTRY_API_KEY']],
    [{ ...LAPTOP, SCHEMA_REGISTRY_API_KEY: 'key' }, ['SCHEMA_REGISTRY_API_SECRET']],
    [
      { KAFKA_SECURITY_PROTOCOL: 'PLAINTEXT', SCHEMA_REGISTRY_AUTH: 'none' },
      ['KAFKA_BOOTSTRAP_SERVERS', 'SCHEMA_REGISTRY_URL'],
    ],
    [{ ...AWS, KAFKA_SASL_MECHANISM: 'AWS_MSK_IAM' }, ['AWS_REGION']],
    [
      { ...AWS, KAFKA_SASL_MECHANISM: 'OAUTHBEARER' },
      Object.keys(OAUTH).filter((name) => name !== 'KAFKA_SASL_MECHANISM'),
    ],
  ])('%p lacks %p', async (env, want) => {
    const error = await failureOf(read(env));
    expect(error.code).toBe('CONFIG');
    expect(
      [...error.message.matchAll(/^ {2}(\w+) is not set: ./gm)].map(([, name]) => name),
    ).toEqual(want);
  });

  it('is said all at once, without secrets', async () => {
    const error = await failureOf(
      read({
        ...AWS,
        KAFKA_BOOTSTRAP_SERVERS: '',
        KAFKA_SECURITY_PROTOCOL: 'TLS',
        KAFKA_SASL_MECHANISM: 'GSSAPI',
        SCHEMA_REGISTRY_URL: 'me:hunter4@registry',
        SCHEMA_REGISTRY_AUTO_REGISTER: 'perhaps',
      }),
    );
    for (const part of [
      'KAFKA_BOOTSTRAP_SERVERS is not set',
      'KAFKA_SECURITY_PROTOCOL is "TLS"; it must be one of SASL_SSL, SSL,',
      'KAFKA_SASL_MECHANISM is "GSSAPI"',
      'SCHEMA_REGISTRY_URL is not a URL',
      'SCHEMA_REGISTRY_AUTO_REGISTER is "perhaps"',
    ]) {
      expect(error.message).toContain(part);
    }
    expect(error.message).not.toContain('hunter');
  });
});

describe('a wrong value', () => {
  const LOGIN = {
    KAFKA_SASL_USERNAME: '',
    KAFKA_SASL_PASSWORD: '',
    SCHEMA_REGISTRY_API_KEY: '',
    SCHEMA_REGISTRY_API_SECRET: '',
  };
  const laptop = { ...LAPTOP, ...LOGIN };

  it.each([
    [
      { ...laptop, KAFKA_SECURITY_PROTOCOL: 'PLAIN' },
      'KAFKA_SECURITY_PROTOCOL is "PLAIN"; it must be one of SASL_SSL, SSL, SASL_PLAINTEXT, PLAINTEXT',
    ],
    [
      { ...laptop, KAFKA_SECURITY_PROTOCOL: 'SASL_SSL', KAFKA_SASL_MECHANISM: 'IAM' },
      'KAFKA_SASL_MECHANISM is "IAM"; it must be one of SCRAM-SHA-512, SCRAM-SHA-256, PLAIN, ' +
        'OAUTHBEARER, AWS_MSK_IAM',
    ],
    [
      {
        ...laptop,
        ...OAUTH,
        KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
        KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL: 'https://me:hunter5@login.example',
        KAFKA_SASL_OAUTHBEARER_EXTENSIONS: 'logicalCluster',
      },
      'KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL is not a URL: write https://, host and path, and no ' +
        'user in it\n  KAFKA_SASL_OAUTHBEARER_EXTENSIONS must be name=value, and more of them with commas',
    ],
    [
      { ...laptop, SCHEMA_REGISTRY_URL: 'localhost:8081' },
      'SCHEMA_REGISTRY_URL is not a URL: write http://localhost:8081',
    ],
    [
      { ...laptop, SCHEMA_REGISTRY_URL: 'https://registry', SCHEMA_REGISTRY_AUTH: 'no' },
      'SCHEMA_REGISTRY_AUTH is "no"; it must be one of BASIC, NONE',
    ],
    [
      { ...laptop, SCHEMA_REGISTRY_URL: 'registry:1', SCHEMA_REGISTRY_API_KEY: 'key' },
      'SCHEMA_REGISTRY_API_SECRET is not set: password for basic auth\n' +
        '  SCHEMA_REGISTRY_URL is not a URL: write http://registry:1',
    ],
  ])('of %j asks for nothing that depends on it', async (env, said) => {
    const error = await failureOf(read(env));
    expect(error.message).toBe(`The environment is not complete.\n  ${said}`);
  });
});

describe('a URL of the registry', () => {
  it.each([
    ['registry.example', 'https://registry.example'],
    ['localhost:8081', 'http://localhost:8081'],
    ['me:hunter4@registry', 'one that begins with https://'],
  ])('without a scheme, as %p, is told to be %p', async (url, write) => {
    const error = await failureOf(read({ ...AWS, SCHEMA_REGISTRY_URL: url }));
    expect(error.message).toBe(
      `The environment is not complete.\n  SCHEMA_REGISTRY_URL is not a URL: write ${write}`,
    );
  });
});

describe('TLS of the registry', () => {
  it('is read from files', async () => {
    const { certificate, privateKey } = await makeCertificate();
    writeFileSync(join(folder, 'cert.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), privateKey);
    const { registry } = await read({
      ...AWS,
      SCHEMA_REGISTRY_CA_LOCATION: join(folder, 'cert.pem'),
      SCHEMA_REGISTRY_CERTIFICATE_LOCATION: join(folder, 'cert.pem'),
      SCHEMA_REGISTRY_KEY_LOCATION: join(folder, 'key.pem'),
    });
    expect(registry.tls).toEqual({ ca: certificate, cert: certificate, key: privateKey });
  });

  it('is told of with all else that is wrong', async () => {
    const error = await failureOf(
      read({ ...AWS, SCHEMA_REGISTRY_CA_LOCATION: textFile, SCHEMA_REGISTRY_API_KEY: '' }),
    );
    expect(error.message).toBe(
      'The environment is not complete.\n  SCHEMA_REGISTRY_API_KEY is not set: user name for basic auth\n' +
        '  SCHEMA_REGISTRY_CA_LOCATION cannot be used: is it PEM, and all of it?',
    );
  });
});

describe('describeVariables', () => {
  it.each(['markdown', 'text'] as const)('tells of each variable once (%s)', (format) => {
    const text = describeVariables(format);
    for (const { name, meaning } of VARIABLES) {
      expect(text.match(new RegExp(`^(\\| \`|  )${name}\\b`, 'gm'))).toHaveLength(1);
      expect(text).toContain(meaning);
    }
  });
});

describe('a secret that is rotated', () => {
  const secret = { arn: 'arn:msk', variable: 'KAFKA_SASL_SECRET_ARN' };

  it('is read again for a later login, and once for those of one moment', async () => {
    let reads = 0;
    const readSecret = async () => JSON.stringify({ username: 'u', password: `p${++reads}` });
    const clock = new ManualClock();
    const credentials = rotatingCredentials(secret, { readSecret, clock });
    const passwords = async () =>
      (await Promise.all([credentials(LOGIN_REQUEST), credentials(LOGIN_REQUEST)])).map(
        ({ password }) => password,
      );
    expect(await passwords()).toEqual(['p1', 'p1']);
    await clock.advance(59_999);
    expect(await passwords()).toEqual(['p1', 'p1']);
    await clock.advance(1);
    expect(await passwords()).toEqual(['p2', 'p2']);
  });

  it('is asked for again when it could not be read', async () => {
    const answers = [
      () => Promise.reject(new Error('throttled')),
      async () => '{"username":"u","password":"p"}',
    ];
    const readSecret = () => answers.shift()?.() ?? Promise.reject(new Error('asked too often'));
    const credentials = rotatingCredentials(secret, { readSecret, clock: new ManualClock() });
    expect(await failureOf(credentials(LOGIN_REQUEST))).toMatchObject({ code: 'CONFIG' });
    expect(await credentials(LOGIN_REQUEST)).toEqual({ username: 'u', password: 'p' });
  });
});
