import { SCRAM_SECRET_PREFIX } from '../access/scram-users.js';
import { refuseBroker } from '../cluster/brokers.js';
import { KAFKA_TIMEOUT_MAX } from '../consumer/kafka-subscription.js';
import { at, literalStart, type Resource, referredTo, type Template } from './template.js';

/** One thing that a template can get wrong about MSK or its poller. */
export interface TemplateRule {
  readonly id: string;
  readonly why: string;
  readonly fix: string;
  /** Type of the resources that it looks at. */
  readonly type: string;
  /** The path of the property at fault; undefined where all is well or not known before deploy. */
  violation(resource: Resource, template: Template): string | undefined;
}

const CLUSTER = 'AWS::MSK::Cluster';
const MAPPING = 'AWS::Lambda::EventSourceMapping';
const PROVISIONED_ONLY = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'FunctionResponseTypes',
  'LoggingConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'MetricsConfig',
];
const SECRET_NAME = /(SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|CREDENTIALS?)$/i;

/**
 * Neither CloudFormation's validator nor cdk-nag knows any of these. The constructs of this room
 * refuse most of them in their props; the rules also see overrides and resources made without them.
 */
export const templateRules: readonly TemplateRule[] = [
  {
    id: 'msk-broker',
    why: 'MSK does not create brokers of this instance type with this Kafka version.',
    fix: 'Use kafka.m7g.large or larger with KRaft versions, kafka.t3.small only with ZooKeeper ones.',
    type: CLUSTER,
    violation({ properties }) {
      const version = at(properties, 'KafkaVersion');
      const instanceType = at(properties, 'BrokerNodeGroupInfo.InstanceType');
      if (typeof version !== 'string' || typeof instanceType !== 'string') return undefined;
      if (instanceType.startsWith('express.')) return undefined;
      return refuseBroker(version, instanceType) && 'BrokerNodeGroupInfo.InstanceType';
    },
  },
  {
    id: 'msk-zones',
    why: 'MSK takes one subnet in each of two or three zones, and as many brokers in each.',
    fix: 'Give two or three ClientSubnets, and a multiple of that as NumberOfBrokerNodes.',
    type: CLUSTER,
    violation({ properties }) {
      const subnets = at(properties, 'BrokerNodeGroupInfo.ClientSubnets');
      const brokers = at(properties, 'NumberOfBrokerNodes');
      if (!Array.isArray(subnets)) return undefined;
      if (subnets.length !== 2 && subnets.length !== 3) return 'BrokerNodeGroupInfo.ClientSubnets';
      const divides = typeof brokers !== 'number' || brokers % subnets.length === 0;
      return divides ? undefined : 'NumberOfBrokerNodes';
    },
  },
  {
    id: 'msk-tls',
    why: 'SASL/SCRAM on MSK needs TLS only; with plaintext listeners the deployment fails.',
    fix: 'Set ClientBroker to TLS.',
    type: CLUSTER,
    violation({ properties }) {
      if (at(properties, 'ClientAuthentication.Sasl.Scram.Enabled') !== true) return undefined;
      const path = 'EncryptionInfo.EncryptionInTransit.ClientBroker';
      // TLS is what MSK takes where nothing is said.
      return (at(properties, path) ?? 'TLS') === 'TLS' ? undefined : path;
    },
  },
  {
    id: 'scram-secret-name',
    why: `MSK associates only secrets whose name begins with ${SCRAM_SECRET_PREFIX}.`,
    fix: `Begin the secret's name with ${SCRAM_SECRET_PREFIX}.`,
    type: 'AWS::MSK::BatchScramSecret',
    violation(association, template) {
      const misnamed = scramSecrets(association, template).some((secret) => {
        const name = secret.properties.Name;
        return name === undefined || literalStart(name)?.startsWith(SCRAM_SECRET_PREFIX) === false;
      });
      return misnamed ? 'SecretArnList' : undefined;
    },
  },
  {
    id: 'scram-secret-key',
    why: 'MSK associates only secrets under a customer-managed key.',
    fix: 'Set KmsKeyId of the secret to the ARN or id of a key of your own.',
    type: 'AWS::MSK::BatchScramSecret',
    violation(association, template) {
      const unkeyed = scramSecrets(association, template).some(
        (secret) => secret.properties.KmsKeyId === undefined,
      );
      return unkeyed ? 'SecretArnList' : undefined;
    },
  },
  {
    id: 'kafka-provisioned-only',
    why: 'For Kafka, Lambda knows these settings only with provisioned pollers.',
    fix: 'Add ProvisionedPollerConfig, or remove the setting.',
    type: MAPPING,
    violation(mapping) {
      const { properties } = mapping;
      if (!readsKafka(mapping) || properties.ProvisionedPollerConfig !== undefined) {
        return undefined;
      }
      return PROVISIONED_ONLY.find(
        (name) => properties[name] !== undefined && properties[name] !== false,
      );
    },
  },
  {
    id: 'kafka-loss',
    why: 'Records whose retries are limited and which have no destination are dropped without a trace.',
    fix: 'Add an on-failure destination, or retry until the records expire.',
    type: MAPPING,
    violation(mapping) {
      const { properties } = mapping;
      if (!readsKafka(mapping) || properties.DestinationConfig !== undefined) return undefined;
      return ['MaximumRetryAttempts', 'MaximumRecordAgeInSeconds'].find(
        (name) => properties[name] !== undefined && properties[name] !== -1,
      );
    },
  },
  {
    id: 'kafka-own-topic',
    why: 'Failed batches would go back to the topic that they came from.',
    fix: 'Send them to another topic.',
    type: MAPPING,
    violation({ properties }) {
      const path = 'DestinationConfig.OnFailure.Destination';
      const destination = at(properties, path);
      const topics = properties.Topics;
      if (typeof destination !== 'string' || !Array.isArray(topics)) return undefined;
      return topics.some((topic) => destination === `kafka://${topic}`) ? path : undefined;
    },
  },
  {
    id: 'kafka-timeout',
    why: 'A Kafka poller waits at most 14 minutes for the function.',
    fix: "Lower the function's timeout.",
    type: MAPPING,
    violation(mapping, template) {
      if (!readsKafka(mapping)) return undefined;
      const target = referredTo(mapping.properties.FunctionName, template);
      const timeout = target?.properties.Timeout;
      const tooLong = typeof timeout === 'number' && timeout > KAFKA_TIMEOUT_MAX.toSeconds();
      return tooLong ? 'FunctionName' : undefined;
    },
  },
  {
    id: 'kafka-order',
    why: 'CloudFormation would create the mapping while topic or user do not exist yet.',
    fix: 'Let the mapping depend on the AWS::MSK::Topic and AWS::MSK::BatchScramSecret.',
    type: MAPPING,
    violation(mapping, template) {
      const topics: unknown = mapping.properties.Topics;
      const needed = [...template.values()].filter(
        ({ type, properties }) =>
          (type === 'AWS::MSK::BatchScramSecret' && usesScram(mapping)) ||
          (type === 'AWS::MSK::Topic' &&
            Array.isArray(topics) &&
            topics.includes(properties.TopicName)),
      );
      const missing =
        readsKafka(mapping) && needed.some(({ id }) => !mapping.dependsOn.includes(id));
      return missing ? 'DependsOn' : undefined;
    },
  },
  {
    id: 'kafka-group-id',
    why: 'Lambda commits offsets under the group id: without one that is its own, a mapping fails to deploy, or starts over when it is replaced.',
    fix: 'Set ConsumerGroupId to something that no other mapping has.',
    type: MAPPING,
    violation(mapping, template) {
      if (!readsKafka(mapping)) return undefined;
      const id = groupId(mapping);
      const shared = [...template.values()].some(
        (other) => other.type === MAPPING && other !== mapping && groupId(other) === id,
      );
      return id === undefined || shared ? 'AmazonManagedKafkaEventSourceConfig' : undefined;
    },
  },
  {
    id: 'lambda-plain-secret',
    why: 'The value of a secret is readable in the template and in the console.',
    fix: 'Put it into Secrets Manager and give the function its ARN.',
    type: 'AWS::Lambda::Function',
    violation({ properties }) {
      const variables = at(properties, 'Environment.Variables');
      if (typeof variables !== 'object' || variables === null) return undefined;
      const plain = Object.entries(variables).find(
        ([name, value]) => SECRET_NAME.test(name) && typeof value === 'string' && value !== '',
      );
      return plain && `Environment.Variables.${plain[0]}`;
    },
  },
];

/** SQS, Kinesis and DynamoDB mappings have no topics. */
function readsKafka({ properties }: Resource): boolean {
  return Array.isArray(properties.Topics);
}

function groupId({ properties }: Resource): unknown {
  const path = 'KafkaEventSourceConfig.ConsumerGroupId';
  return at(properties, `AmazonManaged${path}`) ?? at(properties, `SelfManaged${path}`);
}

function usesScram({ properties }: Resource): boolean {
  return JSON.stringify(properties.SourceAccessConfigurations ?? []).includes('SASL_SCRAM');
}

function scramSecrets(association: Resource, template: Template): readonly Resource[] {
  const list = association.properties.SecretArnList;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => referredTo(entry, template) ?? []);
}
