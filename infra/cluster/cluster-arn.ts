import { Fn, Token } from 'aws-cdk-lib';
import { InfraError } from '../errors.js';

/** `arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID`. */
const CLUSTER_ARN = /^arn:[a-z-]+:kafka:[a-z0-9-]+:\d{12}:cluster\/[^/]+\/[^/]+$/;

/** @throws InfraError `CLUSTER` for text that is no ARN of an MSK cluster */
export function refuseClusterArn(clusterArn: string, construct: string): void {
  if (Token.isUnresolved(clusterArn) || CLUSTER_ARN.test(clusterArn)) return;
  throw new InfraError(
    'CLUSTER',
    `'${clusterArn}' is not the ARN of an MSK cluster, such as arn:aws:kafka:eu-west-1:111122223333:cluster/name/01234567-89ab-cdef-0123-456789abcdef-2; copy it from aws kafka list-clusters-v2`,
    construct,
  );
}

/** The parts of a cluster's ARN, at deploy time where it is known only then. */
export function partsOfClusterArn(clusterArn: string): {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly name: string;
  readonly uuid: string;
} {
  const colons = Fn.split(':', clusterArn);
  const slashes = Fn.split('/', clusterArn);
  return {
    partition: Fn.select(1, colons),
    region: Fn.select(3, colons),
    account: Fn.select(4, colons),
    name: Fn.select(1, slashes),
    uuid: Fn.select(2, slashes),
  };
}
