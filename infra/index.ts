/** `tavro/infra`: what runs the pipeline on AWS, as CDK constructs. */

export {
  type ConsumeAccess,
  grantConsume,
  grantPoll,
  grantProduce,
  type ProduceAccess,
  type TopicAccess,
} from './access/client-grants.js';
export { admitClient } from './access/client-network.js';
export type { ClusterAccess, MskAccess, SelfManagedAccess } from './access/cluster-access.js';
export {
  type ClusterCredentials,
  IamCredentials,
  type KeyedSecret,
  PlainCredentials,
  ScramCredentials,
  type ScramMechanism,
  TlsCredentials,
} from './access/credentials.js';
export {
  ProducerRole,
  type ProducerRoleProps,
  type ProducerRoleSettings,
} from './access/producer-role.js';
export {
  SCRAM_SECRET_PREFIX,
  ScramUsers,
  type ScramUsersProps,
} from './access/scram-users.js';
export { grantSecret } from './access/secret-grant.js';
export type {
  ClientAuthentication,
  ClusterThatTakes,
  IMskCluster,
  SelfManagedKafka,
  TakenAuthentication,
} from './cluster/kafka-cluster.js';
export {
  BROKER_INSTANCE_TYPE_DEFAULT,
  KAFKA_VERSION_DEFAULT,
  MskCluster,
  type MskClusterProps,
  SCRAM_PORT,
} from './cluster/msk-cluster.js';
export { type Egress, PipelineNetwork, type PipelineNetworkProps } from './cluster/network.js';
export { type IKafkaTopic, KafkaTopic, type KafkaTopicProps } from './cluster/topic.js';
export { BucketDestination } from './consumer/bucket-destination.js';
export type {
  ConsumerDefinition,
  Consumers,
  TopicContracts,
  TopicNames,
  Versions,
} from './consumer/consumer-definition.js';
export { ConsumerFunction, type ConsumerFunctionProps } from './consumer/consumer-function.js';
export {
  KAFKA_TIMEOUT_MAX,
  KafkaSubscription,
  type KafkaSubscriptionProps,
  type SubscriptionSettings,
  type TopicReader,
} from './consumer/kafka-subscription.js';
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
export { PipelineStack, type PipelineStackProps } from './pipeline-stack.js';
export { orderRollout, type RolloutProps } from './rollout/order-rollout.js';
export type { DeployedVersions, RolloutOrder, SubjectRollout } from './rollout/subject-rollout.js';
export {
  type RegistryTlsFiles,
  SchemaRegistry,
  type SchemaRegistryProps,
} from './schema-registry.js';
export { type PipelineSettings, pipelineSettings, type SettingName, settings } from './settings.js';
export { TemplateChecks } from './template/template-checks.js';
export { type TemplateRule, templateRules } from './template/template-rules.js';
