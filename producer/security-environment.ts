/** What the environment says of logins at the brokers and of TLS to them. */
import { readFileSync } from 'node:fs';
import type { SecretReader } from '../runtime/secret.js';
import { type TlsParts, tlsFromFiles } from '../runtime/tls.js';
import type { EnvironmentReader } from './environment-reader.js';
import type { KafkaSasl, KafkaTls, PasswordMechanism } from './kafka-connection.js';
import { clientCredentialsToken } from './login/client-credentials.js';
import { rotatingCredentials } from './login/secret-credentials.js';
import { type VariableName, variable } from './variables.js';

const PROTOCOLS = ['SASL_SSL', 'SSL', 'SASL_PLAINTEXT', 'PLAINTEXT'] as const;
const MECHANISMS = [
  'SCRAM-SHA-512',
  'SCRAM-SHA-256',
  'PLAIN',
  'OAUTHBEARER',
  'AWS_MSK_IAM',
] as const;

const PASSWORD_MECHANISMS = {
  'SCRAM-SHA-512': 'scram-sha-512',
  'SCRAM-SHA-256': 'scram-sha-256',
  PLAIN: 'plain',
} as const satisfies Readonly<Record<string, PasswordMechanism>>;

/** Gives what is asked of other services, once nothing in the environment is wrong. */
export type Security = (readSecret: SecretReader) => Promise<{
  readonly ssl: boolean | KafkaTls;
  readonly sasl?: KafkaSasl;
}>;

export function readSecurity(reader: EnvironmentReader): Security {
  const protocol = reader.oneOf('KAFKA_SECURITY_PROTOCOL', PROTOCOLS);
  const sasl = protocol.startsWith('SASL') ? readSasl(reader) : undefined;
  const ssl = protocol.endsWith('SSL') ? readTls(reader) : false;
  return async (readSecret) => ({ ssl, ...(sasl && { sasl: await sasl(readSecret) }) });
}

type Sasl = (readSecret: SecretReader) => Promise<KafkaSasl>;

/** Who got these wrong is not asked for what they decide. */
const DECIDE = ['KAFKA_SECURITY_PROTOCOL', 'KAFKA_SASL_MECHANISM'] as const;

function readSasl(reader: EnvironmentReader): Sasl {
  const mechanism = reader.oneOf('KAFKA_SASL_MECHANISM', MECHANISMS);
  if (mechanism === 'AWS_MSK_IAM') return readIam(reader);
  if (mechanism === 'OAUTHBEARER') return readOauth(reader);
  return readPassword(reader, PASSWORD_MECHANISMS[mechanism]);
}

/** A secret is read now, since what is wrong with it is to be told now, and again for later logins. */
function readPassword(reader: EnvironmentReader, mechanism: PasswordMechanism): Sasl {
  const arn = reader.get('KAFKA_SASL_SECRET_ARN');
  if (arn !== undefined) {
    return async (readSecret) => {
      const secret = { arn, variable: 'KAFKA_SASL_SECRET_ARN' };
      const credentials = rotatingCredentials(secret, { readSecret });
      await credentials({ broker: '', refused: false });
      return { mechanism, credentials };
    };
  }
  const username = reader.required('KAFKA_SASL_USERNAME', DECIDE);
  const password = reader.required('KAFKA_SASL_PASSWORD', DECIDE);
  return async () => ({ mechanism, username, password });
}

function readIam(reader: EnvironmentReader): Sasl {
  const region = reader.required('AWS_REGION', DECIDE);
  const roleArn = reader.get('KAFKA_SASL_AWS_ROLE_ARN');
  return async () => ({
    mechanism: 'aws-msk-iam',
    region,
    ...(roleArn !== undefined && { roleArn }),
  });
}

function readOauth(reader: EnvironmentReader): Sasl {
  const url: VariableName = 'KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL';
  const tokenEndpointUrl = reader.required(url, DECIDE);
  const isUrl = /^https?:\/\/[^@\s]+$/.test(tokenEndpointUrl) && URL.canParse(tokenEndpointUrl);
  // Not shown: it may hold a password.
  if (tokenEndpointUrl !== '' && !isUrl) {
    reader.mistake(url, 'is not a URL: write https://, host and path, and no user in it');
  }
  const scope = reader.get('KAFKA_SASL_OAUTHBEARER_SCOPE');
  const extensions = readExtensions(reader);
  const options = {
    tokenEndpointUrl,
    clientId: reader.required('KAFKA_SASL_OAUTHBEARER_CLIENT_ID', DECIDE),
    clientSecret: reader.required('KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET', DECIDE),
    ...(scope !== undefined && { scope }),
    ...(extensions && { extensions }),
  };
  return async () => ({ mechanism: 'oauthbearer', token: clientCredentialsToken(options) });
}

function readExtensions(reader: EnvironmentReader): Record<string, string> | undefined {
  const name: VariableName = 'KAFKA_SASL_OAUTHBEARER_EXTENSIONS';
  const pairs = reader
    .get(name)
    ?.split(',')
    .map((pair) => pair.trim().split(/=(.*)/s));
  if (pairs?.some(([key, value]) => !key || !value)) {
    reader.mistake(name, 'must be name=value, and more of them with commas');
  }
  return pairs && Object.fromEntries(pairs);
}

const TLS_NAMES = {
  ca: 'KAFKA_SSL_CA_LOCATION',
  cert: 'KAFKA_SSL_CERTIFICATE_LOCATION',
  key: 'KAFKA_SSL_KEY_LOCATION',
  passphrase: 'KAFKA_SSL_KEY_PASSWORD',
} as const satisfies Record<keyof TlsParts, VariableName>;

function readTls(reader: EnvironmentReader): true | KafkaTls {
  const names = Object.values(TLS_NAMES);
  const { tls, problems } = tlsFromFiles({
    names: TLS_NAMES,
    meanings: Object.fromEntries(names.map((name) => [name, variable(name).meaning])),
    env: Object.fromEntries(names.map((name) => [name, reader.get(name)])),
    read: (file) => readFileSync(file, 'utf8'),
  });
  reader.problems(problems);
  if (tls === undefined) return true;
  const { ca, cert, key, passphrase } = tls;
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(passphrase !== undefined && { passphrase }),
  };
}
