import { BROKER_PORTS } from '../../cluster/listeners.js';
import { clusterOf, groupsOf, type Takes, takesOf } from '../clusters.js';
import { authentication, cluster, mapping, resource, scram } from '../example.js';
import { credentialsOf, readsMsk } from '../mappings.js';
import { isShut } from '../network.js';
import { MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';

const admitting = (port: number): ExampleResources => ({
  Cluster: cluster({
    ...authentication('scram'),
    BrokerNodeGroupInfo: { SecurityGroups: [{ Ref: 'Group' }] },
  }),
  Group: resource('AWS::EC2::SecurityGroup'),
  Ingress: resource('AWS::EC2::SecurityGroupIngress', {
    GroupId: { Ref: 'Group' },
    SourceSecurityGroupId: { Ref: 'Group' },
    IpProtocol: 'tcp',
    FromPort: port,
    ToPort: port,
  }),
  Mapping: mapping({ EventSourceArn: { Ref: 'Cluster' }, ...scram('arn:aws:secretsmanager:::s') }),
});

/** A security group whose members do not reach each other. */
export const kafkaIngress: TemplateRule = {
  id: 'kafka-ingress',
  why: "The pollers' network interfaces are in the cluster's security groups, and these do not let their own members in: the mapping finds no broker.",
  fix: `Let the group in from itself: an AWS::EC2::SecurityGroupIngress with GroupId and SourceSecurityGroupId of the group, TCP, ${BROKER_PORTS.scram} for SASL/SCRAM, ${BROKER_PORTS.iam} for IAM, ${BROKER_PORTS.tls} for certificates.`,
  types: [MAPPING],
  example: { refused: admitting(BROKER_PORTS.tls), accepted: admitting(BROKER_PORTS.scram) },
  violation(found, template) {
    const credentials = credentialsOf(found);
    const cluster = readsMsk(found) ? clusterOf(found, template) : undefined;
    if (cluster === undefined || credentials === undefined) return undefined;
    const port = portOf(credentials[0]?.type, takesOf(cluster));
    const groups = groupsOf(cluster) ?? [];
    if (port === undefined || !isShut(groups, port, template)) return undefined;
    return { path: 'EventSourceArn', detail: `Port ${port} of ${cluster.name}.` };
  },
};

function portOf(type: string | undefined, { iam }: Takes): number | undefined {
  if (type === 'SASL_SCRAM_512_AUTH') return BROKER_PORTS.scram;
  if (type === 'CLIENT_CERTIFICATE_TLS_AUTH') return BROKER_PORTS.tls;
  return type === undefined && iam === true ? BROKER_PORTS.iam : undefined;
}
