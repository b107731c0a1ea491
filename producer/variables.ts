/** The environment variables of a producer: what `--help`, errors and the README say about them. */
import { TLS_VARIABLES } from '../runtime/registry/tls-variables.js';

/** One environment variable: what `--help`, errors and the README say about it. */
export interface Variable {
  readonly name: string;
  /** Read where the name itself is not set. */
  readonly alias?: string;
  /** When it must be set. */
  readonly required?: string;
  readonly default?: string;
  readonly meaning: string;
  /** Never shown. */
  readonly secret?: true;
}

/** Named as in the MSK and Lambda tutorial that this pipeline replaces; what it lacks comes last. */
export const VARIABLES = [
  {
    name: 'KAFKA_BOOTSTRAP_SERVERS',
    alias: 'BOOTSTRAP_SERVERS',
    required: 'always',
    meaning: 'brokers as host:port, with commas; on MSK: "View client information", SASL/SCRAM',
  },
  {
    name: 'KAFKA_TOPIC',
    alias: 'TOPIC',
    default: 'user-clicks-avro',
    meaning: 'topic to write to; it must exist',
  },
  {
    name: 'KAFKA_SASL_USERNAME',
    alias: 'SASL_USERNAME',
    required: 'with SCRAM or PLAIN, unless KAFKA_SASL_SECRET_ARN is set',
    meaning: 'user of the broker',
  },
  {
    name: 'KAFKA_SASL_PASSWORD',
    alias: 'SASL_PASSWORD',
    required: 'with SCRAM or PLAIN, unless KAFKA_SASL_SECRET_ARN is set',
    meaning: 'its password',
    secret: true,
  },
  {
    name: 'SCHEMA_REGISTRY_URL',
    required: 'always',
    meaning: 'base URL of the Schema Registry; several of one cluster with commas',
  },
  {
    name: 'SCHEMA_REGISTRY_API_KEY',
    required: 'for https, unless SCHEMA_REGISTRY_SECRET_ARN or SCHEMA_REGISTRY_AUTH=none is set',
    meaning: 'user name for basic auth',
  },
  {
    name: 'SCHEMA_REGISTRY_API_SECRET',
    required: 'with SCHEMA_REGISTRY_API_KEY',
    meaning: 'password for basic auth',
    secret: true,
  },
  {
    name: 'KAFKA_SECURITY_PROTOCOL',
    alias: 'SECURITY_PROTOCOL',
    default: 'SASL_SSL',
    meaning: 'SASL_SSL, SSL, SASL_PLAINTEXT or PLAINTEXT',
  },
  {
    name: 'KAFKA_SASL_MECHANISM',
    alias: 'SASL_MECHANISM',
    default: 'SCRAM-SHA-512',
    meaning: 'SCRAM-SHA-512, SCRAM-SHA-256, PLAIN, OAUTHBEARER or AWS_MSK_IAM',
  },
  {
    name: 'KAFKA_SASL_SECRET_ARN',
    alias: 'SASL_SECRET_ARN',
    meaning: 'AmazonMSK_ secret with {"username", "password"}, in place of the two variables',
  },
  {
    name: 'AWS_REGION',
    alias: 'AWS_DEFAULT_REGION',
    required: 'with AWS_MSK_IAM',
    meaning: 'region of the cluster; Lambda sets it',
  },
  {
    name: 'KAFKA_SASL_AWS_ROLE_ARN',
    meaning: 'role to take on for AWS_MSK_IAM, in place of the one that AWS SDKs find',
  },
  {
    name: 'KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL',
    required: 'with OAUTHBEARER',
    meaning: 'URL at which the OAuth provider gives tokens for client credentials',
  },
  {
    name: 'KAFKA_SASL_OAUTHBEARER_CLIENT_ID',
    required: 'with OAUTHBEARER',
    meaning: 'client of the provider',
  },
  {
    name: 'KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET',
    required: 'with OAUTHBEARER',
    meaning: 'its secret',
    secret: true,
  },
  {
    name: 'KAFKA_SASL_OAUTHBEARER_SCOPE',
    meaning: 'scopes to ask for, with spaces',
  },
  {
    name: 'KAFKA_SASL_OAUTHBEARER_EXTENSIONS',
    meaning: 'sent beside the token, such as logicalCluster=lkc-1,identityPoolId=pool-1',
  },
  {
    name: 'KAFKA_SSL_CA_LOCATION',
    alias: 'SSL_CA_LOCATION',
    meaning: 'PEM file of a private certificate authority',
  },
  {
    name: 'KAFKA_SSL_CERTIFICATE_LOCATION',
    meaning: 'PEM file of a client certificate, for mutual TLS',
  },
  {
    name: 'KAFKA_SSL_KEY_LOCATION',
    required: 'with KAFKA_SSL_CERTIFICATE_LOCATION',
    meaning: "PEM file of that certificate's key",
  },
  {
    name: 'KAFKA_SSL_KEY_PASSWORD',
    meaning: 'password of that key, where it is encrypted',
    secret: true,
  },
  {
    name: 'SCHEMA_REGISTRY_SECRET_ARN',
    meaning: 'secret with {"username", "password"}, in place of the key and its secret',
  },
  {
    name: 'SCHEMA_REGISTRY_AUTH',
    default: 'basic',
    meaning: 'basic, or none for an https registry that asks for no login',
  },
  {
    name: 'SCHEMA_REGISTRY_AUTO_REGISTER',
    default: 'true where NODE_ENV is development, else false',
    meaning: 'true: the first message registers a schema that is missing, as the tutorial does',
  },
  {
    name: 'SCHEMA_REGISTRY_CA_LOCATION',
    meaning: TLS_VARIABLES.SCHEMA_REGISTRY_CA_LOCATION,
  },
  {
    name: 'SCHEMA_REGISTRY_CERTIFICATE_LOCATION',
    meaning: TLS_VARIABLES.SCHEMA_REGISTRY_CERTIFICATE_LOCATION,
  },
  {
    name: 'SCHEMA_REGISTRY_KEY_LOCATION',
    required: 'with SCHEMA_REGISTRY_CERTIFICATE_LOCATION',
    meaning: TLS_VARIABLES.SCHEMA_REGISTRY_KEY_LOCATION,
  },
  {
    name: 'SCHEMA_REGISTRY_KEY_PASSWORD',
    meaning: TLS_VARIABLES.SCHEMA_REGISTRY_KEY_PASSWORD,
    secret: true,
  },
] as const satisfies readonly Variable[];

export type VariableName = (typeof VARIABLES)[number]['name'];

export function variable(name: VariableName): Variable {
  const found: Variable | undefined = VARIABLES.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not in the table`);
  return found;
}

/** The table of variables: Markdown for documents, or lines for a terminal. */
export function describeVariables(format: 'markdown' | 'text'): string {
  const all: readonly Variable[] = VARIABLES;
  if (format === 'text') return all.map(paragraphOf).join('\n');
  const rows = all.map(({ name, alias, required, default: byDefault, meaning, secret }) => {
    const also = alias === undefined ? '' : ` (or \`${alias}\`)`;
    const when = required ?? (byDefault === undefined ? 'no' : `no; default ${byDefault}`);
    return `| \`${name}\`${also} | ${when} | ${meaning}${secret ? '; secret' : ''} |`;
  });
  return ['| Variable | Required | Meaning |', '|---|---|---|', ...rows].join('\n');
}

function paragraphOf({ name, alias, required, default: byDefault, meaning }: Variable): string {
  const also = alias === undefined ? '' : ` (or ${alias})`;
  const when = required ?? (byDefault === undefined ? undefined : `default: ${byDefault}`);
  const need = required === undefined ? '' : 'required ';
  return [`  ${name}${also}`, `      ${meaning}`, ...(when ? [`      ${need}${when}`] : [])].join(
    '\n',
  );
}
