import { partsOfClusterArn, refuseClusterArn } from '../cluster/cluster-arn.js';

/** How policies name what is in an MSK cluster. Each takes `*` at the end, for all that begin so. */
export interface KafkaArns {
  readonly cluster: string;
  topic(name: string): string;
  group(id: string): string;
  transactionalId(id: string): string;
}

/**
 * Takes the ARN apart, at deploy time where it is known only then.
 *
 * @throws InfraError `CLUSTER` for what is no ARN of a cluster
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/kafka-actions.html
 */
export function kafkaArns(clusterArn: string, construct = ''): KafkaArns {
  refuseClusterArn(clusterArn, construct);
  const { partition, region, account, name, uuid } = partsOfClusterArn(clusterArn);
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
