import { RemovalPolicy, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { withScheme } from '../runtime/registry/scheme.js';
import { grantSecret } from './access/secret-grant.js';
import { InfraError } from './errors.js';

/**
 * PEM files by their paths in the function, such as `/opt/registry-ca.pem` of a layer. What they hold never
 * passes through the template, and so a key that a password protects is not for here.
 */
export interface RegistryTlsFiles {
  /**
   * The private authority that signed the registry's certificate.
   *
   * @default - the authorities that Node knows
   */
  readonly ca?: string;

  /**
   * What the function shows the registry, for mutual TLS.
   *
   * @default - none: the credentials alone
   */
  readonly client?: { readonly certificate: string; readonly key: string };
}

export interface SchemaRegistryProps {
  /**
   * `https://` address without credentials, several of one cluster with commas; a deploy-time
   * parameter will do.
   */
  readonly url: string;

  /**
   * `{ "username", "password" }`: an API key and its secret. `false` for a registry that asks for neither, such
   * as one that goes by certificates (`tls`).
   *
   * @default - a new secret with a generated password, to be filled in after the first deploy
   */
  readonly credentials?: secretsmanager.ISecret | false;

  /**
   * The customer managed key of the secret, which whoever reads it must be able to use, too.
   *
   * @default - the key that the secret names, or the AWS managed one, which needs no grant
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * For a registry whose certificate is of a private authority, or that asks for one.
   *
   * @default - a certificate that Node trusts, and none of the client
   */
  readonly tls?: RegistryTlsFiles;

  /**
   * What becomes of the new secret when it leaves the stack: somebody filled it in by hand.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A Confluent-compatible Schema Registry outside the stack, and the credentials for it. Values
 * never pass through the template: a function gets the secret's ARN and reads it itself.
 */
export class SchemaRegistry extends Construct {
  readonly url: string;
  /** Undefined where the registry asks for none. */
  readonly credentials: secretsmanager.ISecret | undefined;
  /** The customer managed key of the credentials, where there is one. */
  readonly encryptionKey: kms.IKey | undefined;
  /** Files that a function has; Lambda's own pollers do not see them. */
  readonly tls: RegistryTlsFiles;

  constructor(scope: Construct, id: string, props: SchemaRegistryProps) {
    super(scope, id);
    this.refuseUrl(props.url);
    this.url = props.url;
    this.tls = props.tls ?? {};
    const { credentials = this.newSecret(props) } = props;
    this.credentials = credentials === false ? undefined : credentials;
    this.encryptionKey = props.encryptionKey ?? this.credentials?.encryptionKey;
  }

  /**
   * Lets a function read the registry: `SCHEMA_REGISTRY_URL`, `SCHEMA_REGISTRY_SECRET_ARN`, and for TLS the
   * variables of its files.
   */
  bind(target: lambda.Function): void {
    const variables = {
      SCHEMA_REGISTRY_URL: this.url,
      SCHEMA_REGISTRY_SECRET_ARN: this.credentials?.secretArn,
      // Producers would ask for a key where nothing says so.
      SCHEMA_REGISTRY_AUTH: this.credentials === undefined ? 'none' : undefined,
      SCHEMA_REGISTRY_CA_LOCATION: this.tls.ca,
      SCHEMA_REGISTRY_CERTIFICATE_LOCATION: this.tls.client?.certificate,
      SCHEMA_REGISTRY_KEY_LOCATION: this.tls.client?.key,
    };
    for (const [name, value] of Object.entries(variables)) {
      if (value !== undefined) target.addEnvironment(name, value);
    }
    this.grantRead(target);
  }

  /** Lets a role read the credentials; its own policy says so, and no stack comes to depend on the role's. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    const { credentials: secret, encryptionKey } = this;
    return secret === undefined
      ? iam.Grant.drop(grantee, 'the registry has no credentials')
      : grantSecret(grantee, { secret, encryptionKey });
  }

  private newSecret(props: SchemaRegistryProps): secretsmanager.Secret {
    return new secretsmanager.Secret(this, 'Credentials', {
      description: 'API key (username) and secret (password) of the Schema Registry',
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'not-set' }),
        generateStringKey: 'password',
        excludePunctuation: true,
      },
    });
  }

  private refuseUrl(urls: string): void {
    if (Token.isUnresolved(urls)) return;
    const why = urls
      .split(',')
      .map(urlRefusal)
      .find((refusal) => refusal !== undefined);
    if (why === undefined) return;
    throw new InfraError(
      'REGISTRY_URL',
      `the Schema Registry URL ${why}; give an https:// address and keep credentials in the secret`,
      this.node.path,
    );
  }
}

/** Never repeats what may hold a password. */
function urlRefusal(text: string): string | undefined {
  const whole = withScheme(text)?.replace(/^http:/, 'https:');
  if (whole !== undefined) return `has no scheme, such as ${whole} has`;
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, username, password } = new URL(text);
  if (username !== '' || password !== '') {
    return 'holds credentials, which would end up in the template';
  }
  return protocol === 'https:'
    ? undefined
    : 'is not https, so credentials would travel in the clear';
}
