/** Who logs in to the cluster. */
import type { Stack } from 'aws-cdk-lib';
import { type ClusterCredentials, IamCredentials } from '../access/credentials.js';
import { ScramUsers } from '../access/scram-users.js';
import type { ClusterThatTakes, IMskCluster } from '../cluster/kafka-cluster.js';
import { InfraError } from '../errors.js';
import type { AnyPipelineProps } from './pipeline-props.js';
import { removalPolicyOf } from './settled-cluster.js';

/** Kafka users that every pipeline with users has. */
export const PRODUCER = 'producer';
export const CONSUMER = 'consumer';

/** The users that are made here; undefined where none are. */
export function pipelineUsers(
  stack: Stack,
  props: AnyPipelineProps,
  cluster: IMskCluster,
): ScramUsers | undefined {
  const { users } = props;
  const here = typeof props.cluster !== 'object' && cluster.takes.scram !== false;
  if (users === false || (users === undefined && !here)) return undefined;
  if (!mayTakeScram(cluster)) {
    throw new InfraError(
      'AUTHENTICATION',
      'the cluster takes no SCRAM users; leave out users, and let clients log in by IAM',
      stack.node.path,
    );
  }
  return new ScramUsers(stack, 'Users', {
    cluster,
    usernames: [...new Set([PRODUCER, CONSUMER, ...(users ?? [])])],
    removalPolicy: removalPolicyOf(props),
  });
}

/** What a consumer or a producer logs in with that is not told so itself. */
export function defaultCredentials(
  stack: Stack,
  { users, cluster }: { users: ScramUsers | undefined; cluster: IMskCluster },
  username: string,
): ClusterCredentials {
  if (users !== undefined) return users.credentials(username);
  if (cluster.takes.iam === true) return new IamCredentials();
  throw new InfraError(
    'AUTHENTICATION',
    `nothing says what ${username === PRODUCER ? 'the producer logs' : 'consumers log'} in with: no users are made here, and the cluster is not known to take IAM; give ${username === PRODUCER ? 'addProducer' : 'the stack'} credentials, such as ScramCredentials.fromSecret(secret, key)`,
    stack.node.path,
  );
}

function mayTakeScram(cluster: IMskCluster): cluster is IMskCluster & ClusterThatTakes<'scram'> {
  return cluster.takes.scram !== false;
}
