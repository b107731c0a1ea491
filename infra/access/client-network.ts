import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IMskCluster } from '../cluster/kafka-cluster.js';
import { BROKER_PORTS } from '../cluster/listeners.js';
import { InfraError } from '../errors.js';
import { type MskAccess, refuseAccess } from './cluster-access.js';

const WHO = 'Kafka clients';
/** The library calls a rule remote that stands with its peer. */
const IN_THE_CLIENTS_STACK = true;

/**
 * Lets a client at the brokers: a container's service, an instance, a function within the VPC. The rules
 * stand in the client's stack, so that the cluster's does not come to depend on it. A client that joins the
 * cluster's group, as pollers do, needs none.
 *
 * @throws InfraError `CLUSTER` for an imported cluster without its security group
 * @see https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html
 */
export function admitClient(
  client: ec2.IConnectable,
  access: MskAccess & { readonly cluster: Pick<IMskCluster, 'securityGroup'> },
): void {
  const { securityGroup } = access.cluster;
  const path = client.connections.securityGroups[0]?.node.path ?? '';
  refuseAccess(access, path);
  if (securityGroup === undefined) {
    throw new InfraError(
      'CLUSTER',
      'the security group of the cluster is not known, so that no client can be let in; name it where the cluster is imported, by MskCluster.fromClusterAttributes',
      path,
    );
  }
  const port = BROKER_PORTS[access.credentials.kind];
  const { connections } = client;
  const brokers = ec2.Port.tcp(port);
  if (connections.securityGroups.some((group) => !group.allowAllOutbound)) {
    connections.allowTo(securityGroup, brokers, WHO);
    return;
  }
  // The library warns of a rule for what is let out already.
  for (const group of connections.securityGroups) {
    securityGroup.addIngressRule(group, brokers, WHO, IN_THE_CLIENTS_STACK);
  }
}
