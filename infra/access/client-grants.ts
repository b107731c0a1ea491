import * as iam from 'aws-cdk-lib/aws-iam';
import type { IKafkaTopic } from '../cluster/topic.js';
import {
  type ClusterAccess,
  isSelfManaged,
  type MskAccess,
  pathOf,
  refuseAccess,
} from './cluster-access.js';
import { type KafkaArns, kafkaArns } from './kafka-arns.js';
import { DESCRIBE_CLUSTER, GET_BROKERS, NETWORK_INTERFACES } from './msk-actions.js';
import { refuseScramCredentials } from './scram-users.js';
import { grantSecret } from './secret-grant.js';

/** A topic of a cluster, and whom the cluster lets at it. */
export type TopicAccess = ClusterAccess & { readonly topic: IKafkaTopic };

/** A topic, and the group that reads it. */
export type ConsumeAccess = TopicAccess & {
  /** The consumer group's id; `*` at its end takes all that begin so. */
  readonly group: string;
};

/** A topic that a client writes to. */
export type ProduceAccess = TopicAccess & {
  /**
   * The id of the client's transactions; `*` at its end takes all that begin so. By IAM they end only on
   * Kafka 3.8 or newer.
   *
   * @default - none: it may write, not within transactions
   * @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
   */
  readonly transactionalId?: string;
};

/**
 * What finds the brokers of a cluster.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/security_iam_id-based-policy-examples-access-one-cluster.html
 */
const FIND_BROKERS = [...DESCRIBE_CLUSTER, GET_BROKERS];

/**
 * What an event source mapping needs, of the role of its function: it finds the brokers, puts network
 * interfaces beside them, logs in and reads. The same actions as the managed policy
 * `AWSLambdaMSKExecutionRole`, but for logs, which the function has, and on this cluster alone, as the
 * Serverless Framework grants them (`lib/plugins/aws/package/compile/events/msk`).
 *
 * The grant's `applyBefore` makes a mapping wait for it, as it must for a role of elsewhere.
 *
 * @throws InfraError `AUTHENTICATION` for credentials that the cluster does not take
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
export function grantPoll(grantee: iam.IGrantable, access: ConsumeAccess): iam.Grant {
  const grants = [grantLogin(grantee, access)];
  if (isSelfManaged(access)) {
    const { network, rootCertificate: secret } = access.cluster;
    if (secret !== undefined) grants.push(grantSecret(grantee, { secret }));
    if (network !== undefined) grants.push(grant(grantee, NETWORK_INTERFACES, '*'));
  } else {
    const arns = arnsOf(access, grantee);
    grants.push(grant(grantee, NETWORK_INTERFACES, '*'));
    if (access.credentials.kind === 'scram') {
      grants.push(grant(grantee, ['kafka:ListScramSecrets'], arns.cluster));
    }
    if (access.credentials.kind === 'iam') {
      const configuration = ['kafka-cluster:DescribeClusterDynamicConfiguration'];
      grants.push(grant(grantee, configuration, arns.cluster), grantRead(grantee, access, arns));
    }
  }
  return grants.reduce((all, one) => all.combine(one));
}

/**
 * What a client of one's own needs that reads a topic, such as `runConsumer` in a container. By IAM the
 * role may read this topic in this group; by other credentials the cluster's ACLs say what their user may.
 *
 * @throws InfraError `AUTHENTICATION` for credentials that the cluster does not take
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control-use-cases.html
 */
export function grantConsume(grantee: iam.IGrantable, access: ConsumeAccess): iam.Grant {
  const login = grantLogin(grantee, access);
  if (isSelfManaged(access) || access.credentials.kind !== 'iam') return login;
  return login.combine(grantRead(grantee, access, arnsOf(access, grantee)));
}

/**
 * What a client needs that writes to a topic. By IAM the role may write to this topic, idempotently as the
 * producers of this package do; by other credentials the cluster's ACLs say what their user may.
 *
 * @throws InfraError `AUTHENTICATION` for credentials that the cluster does not take
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/iam-access-control-use-cases.html
 */
export function grantProduce(grantee: iam.IGrantable, access: ProduceAccess): iam.Grant {
  const login = grantLogin(grantee, access);
  if (isSelfManaged(access) || access.credentials.kind !== 'iam') return login;
  const arns = arnsOf(access, grantee);
  const write = grant(
    grantee,
    ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
    arns.topic(access.topic.topicName),
  );
  const idempotently = grant(grantee, ['kafka-cluster:WriteDataIdempotently'], arns.cluster);
  const grants = login.combine(write).combine(idempotently);
  if (access.transactionalId === undefined) return grants;
  return grants.combine(
    grant(
      grantee,
      ['kafka-cluster:AlterTransactionalId', 'kafka-cluster:DescribeTransactionalId'],
      arns.transactionalId(access.transactionalId),
    ),
  );
}

/** To find the brokers, and to be let in by them. */
function grantLogin(grantee: iam.IGrantable, access: ClusterAccess): iam.Grant {
  const path = pathOf(grantee);
  refuseAccess(access, path);
  if (isSelfManaged(access)) return grantSecret(grantee, access.credentials);
  const { credentials } = access;
  if (credentials.kind === 'scram') refuseScramCredentials(credentials, path);
  const { cluster } = arnsOf(access, grantee);
  const find = grant(grantee, FIND_BROKERS, cluster);
  return find.combine(
    credentials.kind === 'iam'
      ? grant(grantee, ['kafka-cluster:Connect'], cluster)
      : grantSecret(grantee, credentials),
  );
}

function grantRead(
  grantee: iam.IGrantable,
  { topic, group }: Pick<ConsumeAccess, 'topic' | 'group'>,
  arns: KafkaArns,
): iam.Grant {
  const read = ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'];
  const commit = ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'];
  return grant(grantee, read, arns.topic(topic.topicName)).combine(
    grant(grantee, commit, arns.group(group)),
  );
}

function arnsOf({ cluster }: MskAccess, grantee: iam.IGrantable): KafkaArns {
  return kafkaArns(cluster.clusterRef.clusterArn, pathOf(grantee));
}

function grant(grantee: iam.IGrantable, actions: readonly string[], resource: string): iam.Grant {
  return iam.Grant.addToPrincipal({ grantee, actions: [...actions], resourceArns: [resource] });
}
