import { DESCRIBE_CLUSTER, GET_BROKERS, NETWORK_INTERFACES } from '../../access/msk-actions.js';
import { clusterOf, takesOf } from '../clusters.js';
import { mapping, resource } from '../example.js';
import { credentialsOf, readsMsk, roleOf } from '../mappings.js';
import { lacks } from '../permissions.js';
import { FUNCTION, MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import type { Resource, Template } from '../template.js';

const POLL = [GET_BROKERS, ...NETWORK_INTERFACES];
/** What a poller that logs in by IAM does at the brokers. */
const READ = [
  'kafka-cluster:Connect',
  'kafka-cluster:DescribeTopic',
  'kafka-cluster:ReadData',
  'kafka-cluster:DescribeGroup',
  'kafka-cluster:AlterGroup',
];

const policy = (name: string): ExampleResources => ({
  Role: resource('AWS::IAM::Role', {
    ManagedPolicyArns: [`arn:aws:iam::aws:policy/service-role/${name}`],
  }),
  Function: resource(FUNCTION, { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
  Mapping: mapping({ EventSourceArn: { 'Fn::ImportValue': 'ClusterArn' } }),
});

/**
 * A poller that may not find the cluster, put network interfaces beside it, or read.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
export const kafkaRoleMsk: TemplateRule = {
  id: 'kafka-role-msk',
  why: 'The poller uses the role of the function, which is not allowed this: the mapping is not created, or reads nothing.',
  fix: 'Add the managed policy service-role/AWSLambdaMSKExecutionRole to the role; with IAM also kafka-cluster:Connect, DescribeTopic, ReadData, DescribeGroup and AlterGroup.',
  types: [MAPPING],
  example: {
    refused: policy('AWSLambdaBasicExecutionRole'),
    accepted: policy('AWSLambdaMSKExecutionRole'),
  },
  violation(found, template) {
    const role = readsMsk(found) ? roleOf(found, template) : undefined;
    if (role === undefined) return undefined;
    const on = found.properties.EventSourceArn;
    const wanted = [...POLL, ...(logsInByIam(found, template) ? READ : [])];
    const missing = [
      // Interfaces have no ARN that a policy could name beforehand.
      ...lacks(role, wanted.filter(isOfEc2), { on: '*', template }),
      ...lacks(
        role,
        wanted.filter((action) => !isOfEc2(action)),
        { on, template },
      ),
    ];
    const describe = lacks(role, DESCRIBE_CLUSTER, { on, template });
    if (describe.length === DESCRIBE_CLUSTER.length) missing.unshift(DESCRIBE_CLUSTER.join(' or '));
    return missing.length === 0
      ? undefined
      : { path: 'FunctionName', detail: `${role.name} lacks ${missing.join(', ')}.` };
  },
};

function isOfEc2(action: string): boolean {
  return action.startsWith('ec2:');
}

function logsInByIam(mapping: Resource, template: Template): boolean {
  const cluster = clusterOf(mapping, template);
  return (
    cluster !== undefined && takesOf(cluster).iam === true && credentialsOf(mapping)?.length === 0
  );
}
