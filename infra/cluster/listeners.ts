import type { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ClientAuthentication } from './kafka-cluster.js';
import { keep } from './retention.js';

/** MSK's TLS listener for SASL/SCRAM. */
export const SCRAM_PORT = 9096;

/** MSK's listener for clients that prove themselves by IAM. */
export const IAM_PORT = 9098;

/**
 * Where brokers of MSK listen within their VPC.
 *
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
 */
export const BROKER_PORTS: Readonly<Record<ClientAuthentication, number>> = {
  scram: SCRAM_PORT,
  iam: IAM_PORT,
  tls: 9094,
};

const SAID: Readonly<Record<ClientAuthentication, string>> = {
  scram: 'SASL/SCRAM',
  iam: 'IAM',
  tls: 'Mutual TLS',
};

/**
 * The brokers' group, whose members reach each listener. Lambda's poller is one: it has the group and the subnets of
 * the cluster, not those of the function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-cluster-network.html
 */
export function selfReferencingGroup(
  scope: Construct,
  vpc: ec2.IVpc,
  options: {
    readonly listeners: readonly ClientAuthentication[];
    readonly removalPolicy: RemovalPolicy;
  },
): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: 'Brokers, and the clients and pollers that share this group',
  });
  for (const listener of options.listeners) {
    const port = ec2.Port.tcp(BROKER_PORTS[listener]);
    group.addIngressRule(group, port, `${SAID[listener]} from members of this group`);
  }
  keep(group, options.removalPolicy);
  return group;
}
