import { isMissing } from '../../runtime/missing-package.js';
import { type Clock, systemClock } from '../clock.js';
import { ProducerError } from '../errors.js';
import type { KafkaToken, LoginRequest, MskIam } from '../kafka-connection.js';
import { keepToken } from './kept-token.js';

/** What is taken of the signer; its own types need those of the AWS SDK. */
export interface MskSigner {
  generateAuthToken(options: { readonly region: string }): Promise<Signed>;
  generateAuthTokenFromProfile(options: {
    readonly region: string;
    readonly awsProfileName: string;
  }): Promise<Signed>;
  generateAuthTokenFromRole(options: {
    readonly region: string;
    readonly awsRoleArn: string;
    readonly awsRoleSessionName?: string;
  }): Promise<Signed>;
}

interface Signed {
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiryTime: number;
}

export interface MskIamOptions {
  /** @default the package aws-msk-iam-sasl-signer-js */
  importSigner?(): Promise<MskSigner>;
  readonly clock?: Clock;
}

/**
 * Tokens of MSK IAM, which are good for 15 minutes. One is taken for the logins of some minutes, since
 * the credentials behind it may cost a request to AWS.
 */
export function mskIamToken(
  iam: MskIam,
  { importSigner = importPackage, clock = systemClock }: MskIamOptions = {},
): (request: LoginRequest) => Promise<KafkaToken> {
  return keepToken(async () => {
    const signer = await importSigner();
    try {
      const { token, expiryTime } = await sign(iam, signer);
      return { token, expiresAtMs: expiryTime };
    } catch (cause) {
      const message =
        `There is no MSK IAM token: AWS credentials for ${nameOf(iam)} could not be had or used. ` +
        'What the signer threw is the `cause` of this error.';
      throw new ProducerError('AUTHENTICATION', message, { retriable: true, cause });
    }
  }, clock);
}

function sign(iam: MskIam, signer: MskSigner): Promise<Signed> {
  const { region, profile, roleArn, roleSessionName } = iam;
  if (profile !== undefined) {
    return signer.generateAuthTokenFromProfile({ region, awsProfileName: profile });
  }
  if (roleArn === undefined) return signer.generateAuthToken({ region });
  return signer.generateAuthTokenFromRole({
    region,
    awsRoleArn: roleArn,
    ...(roleSessionName !== undefined && { awsRoleSessionName: roleSessionName }),
  });
}

function nameOf({ profile, roleArn }: MskIam): string {
  if (profile !== undefined) return `the profile ${profile}`;
  return roleArn === undefined ? "AWS SDKs' default chain" : `the role ${roleArn}`;
}

/** Put together, so that no bundler demands it of those who have no use of it. */
const SIGNER = ['aws-msk-iam-sasl', 'signer-js'].join('-');

async function importPackage(): Promise<MskSigner> {
  try {
    const loaded: MskSigner & { readonly default?: MskSigner } = await import(
      /* webpackIgnore: true */ /* @vite-ignore */ SIGNER
    );
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new ProducerError('CONFIG', notLoaded(cause), { cause });
  }
}

function notLoaded(thrown: unknown): string {
  if (isMissing(thrown, SIGNER)) {
    return `The package ${SIGNER} is missing. It is an optional peer of tavro: run \`npm i ${SIGNER}\`.`;
  }
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return `The package ${SIGNER} cannot be loaded: ${why.replace(/\.$/, '')}.`;
}
