/** `tavro/infra`: what runs the pipeline on AWS, as CDK constructs. */
export { BucketDestination } from './bucket-destination.js';
export {
  BROKER_INSTANCE_TYPE_DEFAULT,
  KAFKA_VERSION_DEFAULT,
  MskCluster,
  type MskClusterProps,
  SCRAM_PORT,
} from './cluster.js';
export type {
  ConsumerDefinition,
  Consumers,
  TopicContracts,
  TopicNames,
  Versions,
} from './consumer-definition.js';
export { ConsumerFunction, type ConsumerFunctionProps } from './consumer-function.js';
export type {
  KeyReadingVersion,
  ReadableContract,
  ReadableTopic,
  ReaderVersions,
  ReadingVersion,
  SchemaContract,
  TopicContract,
  VerdictTable,
} from './contract.js';
export { InfraError, type InfraErrorCode } from './errors.js';
export {
  KAFKA_TIMEOUT_MAX,
  KafkaSubscription,
  type KafkaSubscriptionProps,
  type SubscriptionSettings,
  type TopicReader,
} from './kafka-subscription.js';
export { type Egress, PipelineNetwork, type PipelineNetworkProps } from './network.js';
export { PipelineStack, type PipelineStackProps } from './pipeline-stack.js';
export { SchemaRegistry, type SchemaRegistryProps } from './schema-registry.js';
export {
  SCRAM_SECRET_PREFIX,
  type ScramCredentials,
  ScramUsers,
  type ScramUsersProps,
} from './scram-users.js';
export { type PipelineSettings, pipelineSettings, type SettingName, settings } from './settings.js';
export { TemplateChecks } from './template-checks.js';
export { type TemplateRule, templateRules } from './template-rules.js';
export { type IKafkaTopic, KafkaTopic, type KafkaTopicProps } from './topic.js';
