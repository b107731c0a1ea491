import { describe, expect, it } from '@jest/globals';
import { checkTemplate } from '../../infra/index.js';

function findings(type: string, properties: unknown): string[] {
  const Resources = { It: { Type: type, Properties: properties } };
  return checkTemplate(JSON.stringify({ Resources })).map(({ location }) => location);
}

/** Variables of a function's environment. */
const PLAIN: Readonly<Record<string, unknown>> = {
  DB_PASSWORD: 'hunter2',
  db_pass: 'correct-horse-battery',
  dbPassword: 'hunter2',
  PIN_PASSWORD: '123456',
  STRIPE_API_KEY: 'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
  CLIENT_SECRET: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  GITHUB_TOKEN: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  DATABASE_URL: 'postgres://u:pw@db.internal:5432/app',
  REDIS: 'redis://:hunter2@cache:6379',
  SCHEMA_REGISTRY_URL: 'https://key:secret@registry.example.com',
  JDBC: 'jdbc:postgresql://db/app?user=app&password=hunter2',
  ADO: 'Server=db;User Id=app;Password=hunter2;',
  KAFKA_JAAS:
    'org.apache.kafka.common.security.scram.ScramLoginModule required username="u" password="pw";',
  SASL_JAAS_CONFIG: 'whatever it is',
  KAFKA_LOGIN: '{"username":"u","password":"pw"}',
  SIGNING: '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
  JOINED_URL: { 'Fn::Join': ['', ['postgres://u:pw@', { Ref: 'Host' }, '/app']] },
};
const FINE: Readonly<Record<string, unknown>> = {
  DB_SECRET: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:prod/db-AbCdEf',
  DB_CREDENTIALS: 'prod/db',
  DB_MASTER_SECRET: 'rds!cluster-0a1b2c3d-0000-4000-8000-0123456789ab',
  API_KEY: '/prod/shop/api-key',
  DB_PASSWORD: '/prod/shop/dbPassword',
  KAFKA_SECRET: 'AmazonMSK_consumer',
  APP_SECRET: 'shop-db-credentials',
  REQUIRE_API_KEY: 'true',
  MAX_TOKEN: '4096',
  HEADER_API_KEY: 'x-api-key',
  FETCH_CREDENTIALS: 'include',
  NAMED_SECRET: 'DbSecret',
  NEEDS_TOKEN: 'required',
  EMPTY_PASSWORD: '',
  LATER_PASSWORD: 'CHANGE_ME',
  SHELL_PASSWORD: '$' + '{DB_PASSWORD}',
  DYNAMIC_PASSWORD: '{{resolve:secretsmanager:prod/db:SecretString:password}}',
  REFERRED_PASSWORD: { Ref: 'Password' },
  JOINED: { 'Fn::Join': ['', ['postgres://u:', { Ref: 'Password' }, '@db/app']] },
  SUBSTITUTED: { 'Fn::Sub': 'postgres://u:$' + '{Password}@db/app' },
  SECRET_ARN: 'whatever',
  TOKEN_URL: 'https://login.example.com/oauth2/token',
  PASSWORD_POLICY: 'at least 12 characters',
  BYPASS: 'hunter2',
  URL: 'https://registry.example.com:8081/subjects/a@b',
  PROXY: 'http://user@proxy:3128',
  TEXT: 'no password is needed',
};

describe('a function', () => {
  it.each(Object.entries(PLAIN))('must not have %s as %j', (name, value) => {
    const found = findings('AWS::Lambda::Function', {
      Environment: { Variables: { [name]: value } },
    });
    expect(found).toEqual([`Properties.Environment.Variables.${name}`]);
  });

  it.each(Object.entries(FINE))('may have %s as %j', (name, value) => {
    const found = findings('AWS::Lambda::Function', {
      Environment: { Variables: { [name]: value } },
    });
    expect(found).toEqual([]);
  });
});

describe('a secret', () => {
  it.each<[unknown]>([
    ['hunter2'],
    ['{"username":"u","password":"pw"}'],
    ['{"host":"db","url":"postgres://u:pw@db/app"}'],
    [{ 'Fn::Join': ['', ['{"username":"', { Ref: 'User' }, '","password":"pw"}']] }],
  ])('must not be %j', (value) => {
    const found = findings('AWS::SecretsManager::Secret', { SecretString: value });
    expect(found).toEqual(['Properties.SecretString']);
  });

  it.each<[unknown]>([
    [{ Ref: 'Password' }],
    ['{{resolve:ssm-secure:/prod/db}}'],
    ['{}'],
    ['placeholder'],
    ['{"username":"u","password":"CHANGE_ME"}'],
    ['{"certificate":"-----BEGIN CERTIFICATE-----"}'],
    ['{"host":"db","port":5432}'],
    [{ 'Fn::Join': ['', ['{"username":"u","password":"', { Ref: 'Password' }, '"}']] }],
  ])('may be %j', (value) => {
    expect(findings('AWS::SecretsManager::Secret', { SecretString: value })).toEqual([]);
  });
});
