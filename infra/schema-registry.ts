import { Token } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { withScheme } from '../runtime/registry/scheme.js';
import { InfraError } from './errors.js';

export interface SchemaRegistryProps {
  /**
   * `https://` address without credentials, several of one cluster with commas; a deploy-time
   * parameter will do.
   */
  readonly url: string;

  /**
   * `{ "username", "password" }`: an API key and its secret.
   *
   * @default - a new secret with a generated password, to be filled in after the first deploy
   */
  readonly credentials?: secretsmanager.ISecret;
}

/**
 * A Confluent-compatible Schema Registry outside the stack, and the credentials for it. Values
 * never pass through the template: a function gets the secret's ARN and reads it itself.
 */
export class SchemaRegistry extends Construct {
  readonly url: string;
  readonly credentials: secretsmanager.ISecret;

  constructor(scope: Construct, id: string, props: SchemaRegistryProps) {
    super(scope, id);
    this.refuseUrl(props.url);
    this.url = props.url;
    this.credentials =
      props.credentials ??
      new secretsmanager.Secret(this, 'Credentials', {
        description: 'API key (username) and secret (password) of the Schema Registry',
        generateSecretString: {
          secretStringTemplate: JSON.stringify({ username: 'not-set' }),
          generateStringKey: 'password',
          excludePunctuation: true,
        },
      });
  }

  /** Lets a function read the registry: `SCHEMA_REGISTRY_URL` and `SCHEMA_REGISTRY_SECRET_ARN`. */
  bind(target: lambda.Function): void {
    target.addEnvironment('SCHEMA_REGISTRY_URL', this.url);
    target.addEnvironment('SCHEMA_REGISTRY_SECRET_ARN', this.credentials.secretArn);
    this.credentials.grantRead(target);
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
