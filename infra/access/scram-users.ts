import { Annotations, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as msk from 'aws-cdk-lib/aws-msk';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ClusterThatTakes } from '../cluster/kafka-cluster.js';
import { InfraError } from '../errors.js';
import { stackSuffix } from '../stack-suffix.js';
import { literalStart } from '../template/template.js';
import { refuseKind } from './cluster-access.js';
import { ScramCredentials } from './credentials.js';

/** MSK takes no secret whose name begins otherwise. */
export const SCRAM_SECRET_PREFIX = 'AmazonMSK_';
/** The most that a cluster takes. */
const SCRAM_USERS_MAX = 1000;
/** The most that one call of MSK associates. */
const SCRAM_USERS_AT_ONCE = 10;
const USERNAME = /^[A-Za-z0-9._-]{1,64}$/;
const PASSWORD_LENGTH = 32;
/** Ids of what is beside the secrets. */
const OWN_IDS: ReadonlySet<string> = new Set(['Association', 'Key']);

export interface ScramUsersProps {
  readonly cluster: ClusterThatTakes<'scram'>;

  /**
   * Names of the users: one per client, so that a password can be changed for one alone. 1 to 1000.
   *
   * More than ten are one list, too. MSK's own call associates ten at a time, and whether CloudFormation
   * divides a longer list is unproven: begin with ten, and add at most ten in each deployment. Synth warns of
   * it, until `Annotations.of(users).acknowledgeWarning('tavro:scramUsersAtOnce')`.
   */
  readonly usernames: readonly string[];

  /**
   * A customer-managed key; MSK refuses secrets under the AWS-managed one.
   *
   * @default - a new key with rotation
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * What becomes of the secrets, their association and the new key when they leave the stack: that of the
   * cluster, which without them lets nobody in.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * All SASL/SCRAM users of a cluster. There is one such list per cluster, which CloudFormation knows by the
 * cluster's ARN (`primaryIdentifier` in the schema of `AWS::MSK::BatchScramSecret`), and a second one is
 * refused: the two would disassociate each other's users.
 *
 * Names of secrets end in the stack's id, so that a stack which was deleted and comes again is not in the way
 * of what it left behind. A user that was taken out leaves its secret, too: to have it again in the same
 * stack, delete that secret first, without a recovery window.
 *
 * No resource policy is set on the secrets, since MSK attaches its own to them.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/msk-password-limitations.html
 */
export class ScramUsers extends Construct {
  readonly encryptionKey: kms.IKey;
  private readonly secrets = new Map<string, secretsmanager.ISecret>();
  private readonly association: msk.CfnBatchScramSecret;

  constructor(scope: Construct, id: string, props: ScramUsersProps) {
    super(scope, id);
    const { clusterArn } = props.cluster.clusterRef;
    refuseKind(props.cluster, 'scram', this.node.path);
    this.refuseUsernames(props.usernames);
    this.refuseSecond(clusterArn);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.encryptionKey = props.encryptionKey ?? this.newKey(removalPolicy);
    for (const username of props.usernames) {
      this.secrets.set(username, this.secret(username, removalPolicy));
    }
    this.association = new msk.CfnBatchScramSecret(this, 'Association', {
      clusterArn,
      secretArnList: [...this.secrets.values()].map((secret) => secret.secretArn),
    });
    this.association.applyRemovalPolicy(removalPolicy);
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

  private secret(username: string, removalPolicy: RemovalPolicy): secretsmanager.Secret {
    const stackName = Stack.of(this).stackName;
    return new secretsmanager.Secret(this, OWN_IDS.has(username) ? `User:${username}` : username, {
      secretName: `${SCRAM_SECRET_PREFIX}${stackName}_${username}_${stackSuffix()}`,
      description: `SASL/SCRAM credentials of the Kafka user ${username}`,
      encryptionKey: this.encryptionKey,
      removalPolicy,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username }),
        generateStringKey: 'password',
        passwordLength: PASSWORD_LENGTH,
        excludePunctuation: true,
      },
    });
  }

  private newKey(removalPolicy: RemovalPolicy): kms.Key {
    return new kms.Key(this, 'Key', {
      description: 'Secrets of Kafka users',
      enableKeyRotation: true,
      removalPolicy,
    });
  }

  private refuseUsernames(usernames: readonly string[]): void {
    const { length } = usernames;
    if (length < 1 || length > SCRAM_USERS_MAX) {
      this.refuse(`a cluster takes 1 to ${SCRAM_USERS_MAX} users, not ${length}`);
    }
    const late = usernames.some((username) => Token.isUnresolved(username));
    if (late) this.refuse('names of users must be known at synth: secrets are named after them');
    const bad = usernames.find((username) => !USERNAME.test(username));
    if (bad !== undefined) {
      this.refuse(`'${bad}' is not a user name; use 1 to 64 of A-Z a-z 0-9 . _ -`);
    }
    const twice = usernames.find((username, n) => usernames.indexOf(username) < n);
    if (twice !== undefined) this.refuse(`the user '${twice}' is named twice; name it once`);
    if (length > SCRAM_USERS_AT_ONCE) {
      Annotations.of(this).addWarningV2(
        'tavro:scramUsersAtOnce',
        `MSK associates ${SCRAM_USERS_AT_ONCE} users at a time, and nobody has tried whether CloudFormation divides a longer list: add at most ${SCRAM_USERS_AT_ONCE} in each deployment.`,
      );
    }
  }

  private refuseSecond(clusterArn: string): void {
    const first = this.node.root.node
      .findAll()
      .find(
        (node) =>
          msk.CfnBatchScramSecret.isCfnBatchScramSecret(node) && node.clusterArn === clusterArn,
      );
    if (first === undefined) return;
    this.refuse(
      `the cluster has its list of users at ${first.node.scope?.node.path}; two would disassociate each other's, so add to usernames there`,
    );
  }

  private refuse(message: string): never {
    throw new InfraError('SCRAM_SECRET', message, this.node.path);
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

/**
 * Refuses credentials that nobody could read: a secret that MSK takes has a customer managed key, and one
 * that is imported does not say which.
 * @throws InfraError `SCRAM_SECRET`
 */
export function refuseScramCredentials(credentials: ScramCredentials, construct: string): void {
  refuseScramSecret(credentials.secret, construct);
  if ((credentials.encryptionKey ?? credentials.secret.encryptionKey) !== undefined) return;
  throw new InfraError(
    'SCRAM_SECRET',
    'MSK associates only secrets under a customer-managed key, and the key of this one is not known, so that no role can be let at it; give ScramCredentials.fromSecret(secret, key)',
    construct,
  );
}

/** What synth knows of the name's beginning. */
function knownStart(secret: secretsmanager.ISecret): string | undefined {
  const resource = secret.node.defaultChild;
  const isOurs = resource instanceof secretsmanager.CfnSecret;
  const name: unknown = Stack.of(secret).resolve(isOurs ? resource.name : secret.secretName);
  // An unnamed secret of this app gets a name from CloudFormation, which is never MSK's.
  return isOurs && name === undefined ? '(a generated name)' : literalStart(name);
}
