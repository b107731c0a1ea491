import { clusterOf, takesOf } from '../clusters.js';
import { mapping, resource } from '../example.js';
import {
  credentialsOf,
  DESTINATION,
  destinationOf,
  failsToTopic,
  readsKafka,
  roleOf,
} from '../mappings.js';
import { lacks } from '../permissions.js';
import { FUNCTION, MAPPING } from '../resource-types.js';
import type { ExampleResources, TemplateRule } from '../rule.js';
import type { Resource, Template } from '../template.js';
import { knownText, referredTo } from '../values.js';

/** What it takes to write to a destination, by its service. */
const WRITE: Readonly<Record<string, readonly string[]>> = {
  sqs: ['sqs:SendMessage'],
  sns: ['sns:Publish'],
  s3: ['s3:PutObject', 's3:ListBucket'],
};
const WRITE_TOPIC = [
  'kafka-cluster:Connect',
  'kafka-cluster:DescribeTopic',
  'kafka-cluster:WriteData',
];
const TYPES: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'sqs',
  'AWS::SNS::Topic': 'sns',
  'AWS::S3::Bucket': 's3',
};

const role = (action: string): ExampleResources => ({
  Queue: resource('AWS::SQS::Queue'),
  Role: resource('AWS::IAM::Role', {
    Policies: [
      {
        PolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: action, Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
          ],
        },
      },
    ],
  }),
  Function: resource(FUNCTION, { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
  Mapping: mapping({
    SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: ['broker:9096'] } },
    DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
  }),
});

/**
 * A poller that may not put failed batches where they are to go.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kafka-on-failure-destination.html
 */
export const kafkaRoleDestination: TemplateRule = {
  id: 'kafka-role-destination',
  why: 'Failed batches are written as the role of the function, which is not allowed to: the mapping is not created, or they are lost.',
  fix: 'Allow the role sqs:SendMessage on the queue, sns:Publish on the SNS topic, s3:PutObject on the objects of the bucket and s3:ListBucket on itself; of a Kafka topic with IAM kafka-cluster:Connect, DescribeTopic and WriteData.',
  types: [MAPPING],
  example: { refused: role('sqs:ReceiveMessage'), accepted: role('sqs:SendMessage') },
  violation(found, template) {
    const role = readsKafka(found) ? roleOf(found, template) : undefined;
    if (role === undefined) return undefined;
    const missing = unwritable(found, role, template);
    return missing.length === 0
      ? undefined
      : { path: DESTINATION, detail: `${role.name} lacks ${missing.join(', ')}.` };
  },
};

function unwritable(mapping: Resource, role: Resource, template: Template): readonly string[] {
  const on = destinationOf(mapping);
  if (failsToTopic(mapping)) {
    const cluster = clusterOf(mapping, template);
    const byIam = credentialsOf(mapping)?.length === 0;
    // The user of a secret is kept out, or not, by the ACLs of the cluster.
    if (cluster === undefined || !byIam || takesOf(cluster).iam !== true) return [];
    return lacks(role, WRITE_TOPIC, { on: mapping.properties.EventSourceArn, template });
  }
  const service = TYPES[referredTo(on, template)?.type ?? ''] ?? knownText(on)?.split(':')[2] ?? '';
  return lacks(role, WRITE[service] ?? [], { on, template });
}
