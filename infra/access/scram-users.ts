import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as msk from 'aws-cdk-lib/aws-msk';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClusterThatTakes } from '../cluster/kafka-cluster.js';
import { InfraError } from '../errors.js';
import { stackSuffix } from '../stack-suffix.js';
import { literalStart } from '../template/template.js';
import { ScramCredentials } from './credentials.js';

/** MSK takes no secret whose name begins otherwise. */
export const SCRAM_SECRET_PREFIX = 'AmazonMSK_';
/** Secrets that one association call takes. */
const SCRAM_USERS_MAX = 10;
const USERNAME = /^[A-Za-z0-9._-]{1,64}$/;
const PASSWORD_LENGTH = 32;

export interface ScramUsersProps {
  readonly cluster: ClusterThatTakes<'scram'>;

  /** Names of the users: one per client, so that a password can be changed for one alone. */
  readonly usernames: readonly string[];

  /**
   * A customer-managed key; MSK refuses secrets under the AWS-managed one.
   *
   * @default - a new key with rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What becomes of the new key when it leaves the stack.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * All SASL/SCRAM users of a cluster. There is one such list per cluster: a second one would
 * disassociate the users of the first.
 *
 * No resource policy is set on the secrets, since MSK attaches its own to them.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-tutorial.html
 */
export class ScramUsers extends Construct {
  readonly encryptionKey: kms.IKey;
  private readonly secrets = new Map<string, secretsmanager.ISecret>();
  private readonly association: msk.CfnBatchScramSecret;

  constructor(scope: Construct, id: string, props: ScramUsersProps) {
    super(scope, id);
    this.refuseUsernames(props.usernames);
    this.encryptionKey = props.encryptionKey ?? this.newKey(props.removalPolicy);
    for (const username of props.usernames) this.secrets.set(username, this.secret(username));
    this.association = new msk.CfnBatchScramSecret(this, 'Association', {
      clusterArn: props.cluster.clusterRef.clusterArn,
      secretArnList: [...this.secrets.values()].map((secret) => secret.secretArn),
    });
  }

  /** The credentials of one of the users. */
  credentials(username: string): ScramCredentials {
    const secret = this.secrets.get(username);
    if (secret === undefined) {
      throw new InfraError(
        'UNKNOWN',
        `there is no user '${username}'; add it to usernames (${[...this.secrets.keys()].join(', ')})`,
        this.node.path,
      );
    }
    return new ScramCredentials({
      secret,
      encryptionKey: this.encryptionKey,
      association: this.association,
    });
  }

  private secret(username: string): secretsmanager.Secret {
    const stackName = Stack.of(this).stackName;
    return new secretsmanager.Secret(this, username, {
      secretName: `${SCRAM_SECRET_PREFIX}${stackName}_${username}_${stackSuffix()}`,
      description: `SASL/SCRAM credentials of the Kafka user ${username}`,
      encryptionKey: this.encryptionKey,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        excludePunctuation: true,
      },
    });
  }

  private newKey(removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE): kms.Key {
    return new kms.Key(this, 'Key', {
      description: 'Secrets of Kafka users',
      enableKeyRotation: true,
      removalPolicy,
    });
  }

  private refuseUsernames(usernames: readonly string[]): void {
    if (usernames.length < 1 || usernames.length > SCRAM_USERS_MAX) {
      throw new InfraError(
        'SCRAM_SECRET',
        `one association takes 1 to ${SCRAM_USERS_MAX} users, not ${usernames.length}`,
        this.node.path,
      );
    }
    const bad = usernames.find((username) => !USERNAME.test(username));
    if (bad !== undefined) {
      throw new InfraError(
        'SCRAM_SECRET',
        `'${bad}' is not a user name; use 1 to 64 of A-Z a-z 0-9 . _ -`,
        this.node.path,
      );
    }
  }
}

/**
 * Refuses a secret that MSK cannot have associated, as far as synth can see: its name and key may
 * lie outside this app.
 */
export function refuseScramSecret(secret: secretsmanager.ISecret, construct: string): void {
  const name = knownStart(secret);
  if (name !== undefined && !name.startsWith(SCRAM_SECRET_PREFIX)) {
    throw new InfraError(
      'SCRAM_SECRET',
      `MSK associates only secrets named ${SCRAM_SECRET_PREFIX}*, and this one begins with '${name}'; rename it`,
      construct,
    );
  }
  const resource = secret.node.defaultChild;
  if (resource instanceof secretsmanager.CfnSecret && resource.kmsKeyId === undefined) {
    throw new InfraError(
      'SCRAM_SECRET',
      'MSK associates only secrets under a customer-managed key; set its encryptionKey',
      construct,
    );
  }
}

/** What synth knows of the name's beginning. */
function knownStart(secret: secretsmanager.ISecret): string | undefined {
  const resource = secret.node.defaultChild;
  const isOurs = resource instanceof secretsmanager.CfnSecret;
  const name: unknown = Stack.of(secret).resolve(isOurs ? resource.name : secret.secretName);
  // An unnamed secret of this app gets a name from CloudFormation, which is never MSK's.
  return isOurs && name === undefined ? '(a generated name)' : literalStart(name);
}
