import { Fn, Token } from 'aws-cdk-lib';
import { InfraError } from '../errors.js';

/** How policies name what is in an MSK cluster. Each takes `*` at the end, for all that begin so. */
export interface KafkaArns {
  readonly cluster: string;
  topic(name: string): string;
  group(id: string): string;
  transactionalId(id: string): string;
}

const CLUSTER_ARN = /^arn:[^:]+:kafka:[^:]+:[^:]+:cluster\/[^/]+\/[^/]+$/;

/**
 * Takes the ARN apart, at deploy time where it is known only then.
 *
 * @throws InfraError `CLUSTER` for what is no ARN of a cluster
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
 */
export function kafkaArns(clusterArn: string, construct = ''): KafkaArns {
  if (!Token.isUnresolved(clusterArn) && !CLUSTER_ARN.test(clusterArn)) {
    throw new InfraError(
      'CLUSTER',
      `'${clusterArn}' is not the ARN of an MSK cluster, such as arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID`,
      construct,
    );
  }
  const colons = Fn.split(':', clusterArn);
  const slashes = Fn.split('/', clusterArn);
  const [partition, region, account] = [1, 3, 4].map((n) => Fn.select(n, colons));
  const [name, uuid] = [1, 2].map((n) => Fn.select(n, slashes));
  const within =
    (kind: string) =>
    (id: string): string =>
      `arn:${partition}:kafka:${region}:${account}:${kind}/${name}/${uuid}/${id}`;
  return {
    cluster: clusterArn,
    topic: within('topic'),
    group: within('group'),
    transactionalId: within('transactional-id'),
  };
}
