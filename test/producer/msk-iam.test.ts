/**
 * MSK IAM as far as it goes without MSK: the signer is called rightly, its token is handed on. What a
 * cluster says to it is not seen here.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as signerPackage from 'aws-msk-iam-sasl-signer-js';
import { type KafkaSasl, kafkajsTransport, type MskIam } from '../../producer/index.js';
import { credentialsOf } from '../../producer/login/credentials.js';
import { type MskSigner, mskIamToken } from '../../producer/login/msk-iam.js';
import { failureOf } from './clicks.js';
import { ManualClock } from './manual-clock.js';

const REQUEST = { broker: 'b-1.example:9098', refused: false };
const REGION = 'eu-central-1';
const LIFE_MS = 900_000;

type Iam = Omit<MskIam, 'mechanism'>;

/** Notes how it was called. */
function scriptedSigner(clock = new ManualClock()) {
  const calls: unknown[] = [];
  const sign = (name: string) => async (options: object) => {
    calls.push([name, options]);
    return { token: `token-${calls.length}`, expiryTime: clock.now() + LIFE_MS };
  };
  const signer: MskSigner = {
    generateAuthToken: sign('default'),
    generateAuthTokenFromProfile: sign('profile'),
    generateAuthTokenFromRole: sign('role'),
  };
  const tokenOf = (iam: Iam) =>
    mskIamToken({ mechanism: 'aws-msk-iam', ...iam }, { importSigner: async () => signer, clock });
  return { calls, tokenOf, clock };
}

describe('the signer', () => {
  it.each<[Iam, unknown]>([
    [{ region: REGION }, ['default', { region: REGION }]],
    [{ region: REGION, profile: 'ops' }, ['profile', { region: REGION, awsProfileName: 'ops' }]],
    [{ region: REGION, roleArn: 'arn:r' }, ['role', { region: REGION, awsRoleArn: 'arn:r' }]],
    [
      { region: REGION, roleArn: 'arn:r', roleSessionName: 'clicks' },
      ['role', { region: REGION, awsRoleArn: 'arn:r', awsRoleSessionName: 'clicks' }],
    ],
  ])('is asked for %j', async (iam, want) => {
    const { calls, tokenOf, clock } = scriptedSigner();
    const token = await tokenOf(iam)(REQUEST);
    expect(token).toEqual({ token: 'token-1', expiresAtMs: clock.now() + LIFE_MS });
    expect(calls).toEqual([want]);
  });

  it('is asked anew when half of a token is gone, and after a refusal', async () => {
    const { calls, tokenOf, clock } = scriptedSigner();
    const ask = tokenOf({ region: REGION });
    await Promise.all([ask(REQUEST), ask(REQUEST)]);
    await clock.advance(LIFE_MS / 2 - 1);
    await ask(REQUEST);
    expect(calls).toHaveLength(1);
    await clock.advance(1);
    await ask(REQUEST);
    expect(calls).toHaveLength(2);
    await ask({ ...REQUEST, refused: true });
    expect(calls).toHaveLength(3);
  });

  it('that finds no credentials is told of, with what it said as the cause', async () => {
    const cause = new Error('Could not load credentials from any providers: hunter2');
    const signer = { ...({} as MskSigner), generateAuthToken: () => Promise.reject(cause) };
    const ask = mskIamToken(
      { mechanism: 'aws-msk-iam', region: REGION },
      { importSigner: async () => signer },
    );
    const error = await failureOf(ask(REQUEST));
    expect(error).toMatchObject({ code: 'AUTHENTICATION', retriable: true, cause });
    expect(error.message).toBe(
      "There is no MSK IAM token: AWS credentials for AWS SDKs' default chain could not be had or " +
        'used. What the signer threw is the `cause` of this error.',
    );
  });
});

describe('the package', () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const before = names.map((name) => [name, process.env[name]] as const);
  beforeEach(() => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    delete process.env.AWS_SESSION_TOKEN;
  });
  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it('has what is taken of it', () => {
    const taken: MskSigner = signerPackage;
    const names: readonly (keyof MskSigner)[] = [
      'generateAuthToken',
      'generateAuthTokenFromProfile',
      'generateAuthTokenFromRole',
    ];
    expect(names.map((name) => typeof taken[name])).toEqual(names.map(() => 'function'));
  });

  it('signs a request to connect, which goes over OAUTHBEARER', async () => {
    const credentials = credentialsOf({ mechanism: 'aws-msk-iam', region: REGION });
    const login = await credentials.login(REQUEST.broker);
    expect(credentials.mechanism).toBe('oauthbearer');
    if (!('token' in login)) throw new Error('no token');
    const url = new URL(Buffer.from(login.token, 'base64url').toString());
    expect([url.host, url.searchParams.get('Action')]).toEqual([
      `kafka.${REGION}.amazonaws.com`,
      'kafka-cluster:Connect',
    ]);
    expect(url.searchParams.get('X-Amz-Credential')).toMatch(
      /^AKIDEXAMPLE\/\d{8}\/eu-central-1\/kafka-cluster\/aws4_request$/,
    );
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(login.expiresAtMs).toBeGreaterThan(Date.now() + 800_000);
  });
});

describe('what cannot be meant is told at once', () => {
  it.each<[unknown, string]>([
    [
      { mechanism: 'aws-msk-iam', region: '' },
      '`sasl.region` is missing: the AWS region of the cluster.',
    ],
    [
      { mechanism: 'aws-msk-iam', region: REGION, profile: 'a', roleArn: 'b' },
      '`sasl` has a profile and a role: give one of them.',
    ],
    [
      { mechanism: 'AWS_MSK_IAM', region: REGION },
      '`sasl.mechanism` is "AWS_MSK_IAM"; it must be one of scram-sha-512, scram-sha-256, plain, ' +
        'oauthbearer, aws-msk-iam.',
    ],
  ])('%j', (sasl, message) => {
    // Not what its type says, as from JavaScript.
    const make = () => kafkajsTransport({ brokers: ['b:9098'], sasl: sasl as KafkaSasl });
    expect(make).toThrow(expect.objectContaining({ code: 'CONFIG', message }));
  });
});
