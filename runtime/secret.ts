/** Secrets as AWS keeps them: how one is read, and the user and password that its text holds. */

import { isMissing } from './missing-package.js';

/** A version of a secret: the one before the current. */
export type SecretStage = 'AWSPREVIOUS';

/** Gives the text of a secret, of its current version where no other is asked for. */
export type SecretReader = (arn: string, stage?: SecretStage) => Promise<string>;

export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

/**
 * The user and password in a secret's text, as an `AmazonMSK_` secret has them: a JSON object with
 * `username` and `password`. `undefined` for other text.
 */
export function parseUserPassword(text: string): UserPassword | undefined {
  const { username, password } = parse(text);
  return typeof username === 'string' && typeof password === 'string'
    ? { username, password }
    : undefined;
}

function parse(text: string): { readonly username?: unknown; readonly password?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Dropped on purpose: a syntax error quotes the text, which is the secret.
    return {};
  }
}

/** Put together, so that no bundler takes it for a module to bundle: Lambda's own runtime has it. */
const SDK = ['@aws-sdk', 'client-secrets-manager'].join('/');

/** Reads a secret with the AWS SDK, which is loaded only then; Lambda's own runtime has it. */
export async function readAwsSecret(arn: string, stage?: SecretStage): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await importSdk();
  const client = new SecretsManagerClient({});
  try {
    const asked = { SecretId: arn, ...(stage && { VersionStage: stage }) };
    const { SecretString } = await client.send(new GetSecretValueCommand(asked));
    // A binary secret has no text: it is refused as one without credentials.
    return SecretString ?? '';
  } finally {
    client.destroy();
  }
}

function importSdk(): Promise<typeof import('@aws-sdk/client-secrets-manager')> {
  return import(/* webpackIgnore: true */ /* @vite-ignore */ SDK);
}

/** What to do where a secret was not read since the SDK is not there; `undefined` for other errors. */
export function missingSdk(error: unknown): string | undefined {
  return isMissing(error, SDK)
    ? `the package ${SDK} is missing. Lambda's Node.js runtime has it; elsewhere run \`npm i ${SDK}\`.`
    : undefined;
}
