import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Certificate, makeCertificate } from '../../../local/kafka/certificate.js';
import { tlsOf } from '../../../runtime/registry/tls-variables.js';

const CA = 'SCHEMA_REGISTRY_CA_LOCATION';
const CERTIFICATE = 'SCHEMA_REGISTRY_CERTIFICATE_LOCATION';
const KEY = 'SCHEMA_REGISTRY_KEY_LOCATION';
const PASSWORD = 'SCHEMA_REGISTRY_KEY_PASSWORD';
const SECRET = 'pass-7f3a';

let files: Readonly<Record<string, string>>;
beforeAll(async () => {
  const [one, other]: Certificate[] = await Promise.all([makeCertificate(), makeCertificate()]);
  if (one === undefined || other === undefined) throw new Error('no certificates');
  const cipher = { cipher: 'aes-256-cbc', passphrase: SECRET } as const;
  const locked = createPrivateKey(one.privateKey).export({
    type: 'pkcs8',
    format: 'pem',
    ...cipher,
  });
  files = {
    cert: one.certificate,
    key: one.privateKey,
    locked: String(locked),
    other: other.privateKey,
    text: 'no PEM',
  };
});

function read(file: string): string {
  const text = files[file];
  if (text === undefined) throw new Error(`${file} cannot be read: it does not exist.`);
  return text;
}

it('is nothing where nothing is set', () => {
  expect(tlsOf({ [CA]: ' ', [KEY]: '', [PASSWORD]: SECRET }, read)).toEqual({ problems: [] });
});

it('is the texts of the files', () => {
  expect(tlsOf({ [CA]: 'cert' }, read)).toEqual({ tls: { ca: files.cert }, problems: [] });
  const env = { [CERTIFICATE]: 'cert', [KEY]: 'locked', [PASSWORD]: SECRET };
  expect(tlsOf(env, read)).toEqual({
    tls: { cert: files.cert, key: files.locked, passphrase: SECRET },
    problems: [],
  });
});

describe('what is wrong is told by its variable, without a secret', () => {
  it.each<[Readonly<Record<string, string>>, readonly string[]]>([
    [
      { [CA]: 'none', [CERTIFICATE]: 'cert' },
      [
        `${CA}: none cannot be read: it does not exist`,
        `${KEY} is not set: PEM file of that certificate's key`,
      ],
    ],
    [
      { [KEY]: 'key' },
      [`${CERTIFICATE} is not set: PEM file of a client certificate, for mutual TLS`],
    ],
    [{ [CA]: 'text' }, [`${CA} cannot be used: is it PEM, and all of it?`]],
    [
      { [CERTIFICATE]: 'text', [KEY]: 'key' },
      [`${CERTIFICATE} cannot be used: is it PEM, and all of it?`],
    ],
    [{ [CERTIFICATE]: 'cert', [KEY]: 'other' }, [`${KEY} is not the key of ${CERTIFICATE}`]],
    [
      { [CERTIFICATE]: 'cert', [KEY]: 'locked', [PASSWORD]: 'other-secret' },
      [`${KEY} or ${PASSWORD} cannot be used: is it PEM, and all of it?`],
    ],
  ])('%j', (env, problems) => {
    expect(tlsOf(env, read)).toEqual({ problems });
  });
});
