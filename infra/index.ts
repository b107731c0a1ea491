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
export {
  BROKER_INSTANCE_TYPE_DEFAULT,
  type BrokerChoice,
  type BrokerInstanceType,
  type BrokersOfAnyVersion,
  brokerChoice,
  type ExpressInstanceType,
  type ExpressKafkaVersion,
  KAFKA_VERSION_DEFAULT,
  type KafkaVersion,
  KNOWN_INSTANCE_TYPES,
  KNOWN_KAFKA_VERSIONS,
  type SmallBrokers,
  type UnlistedBrokers,
  type ZooKeeperVersion,
} from './cluster/brokers.js';
export {
  ExpressCluster,
  type ExpressClusterProps,
  type ExpressServerProperties,
  type ThreeSubnets,
} from './cluster/express-cluster.js';
export type {
  ImportedCluster,
  MskClusterAttributes,
  TakenAsTold,
} from './cluster/imported-cluster.js';
export type {
  ClientAuthentication,
  ClusterThatTakes,
  ClusterWithTopics,
  IMskCluster,
  MskClusterKind,
  SelfManagedKafka,
  TakenAuthentication,
} from './cluster/kafka-cluster.js';
export { BROKER_PORTS, IAM_PORT, SCRAM_PORT } from './cluster/listeners.js';
export {
  MskCluster,
  type MskClusterProps,
  type MskClusterSettings,
  type TakenByMsk,
} from './cluster/msk-cluster.js';
export {
  type Egress,
  PipelineNetwork,
  type PipelineNetworkProps,
  type PollerMode,
  type ReachableService,
} from './cluster/network.js';
export type {
  MonitoringLevel,
  ProvisionedCluster,
  ProvisionedClusterProps,
} from './cluster/provisioned-cluster.js';
export { ServerlessCluster, type ServerlessClusterProps } from './cluster/serverless-cluster.js';
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
  type EventFilter,
  eventFilter,
  type FieldRule,
  type FieldRules,
} from './consumer/event-filter.js';
export type { SubscribedCluster } from './consumer/event-source.js';
export {
  type DestinationService,
  type OwnDestination,
  type ServiceDestination,
  TopicDestination,
} from './consumer/failure-destination.js';
export type { FailurePolicies } from './consumer/failure-policies.js';
export { KAFKA_TIMEOUT_MAX, KafkaSubscription } from './consumer/kafka-subscription.js';
export type { MappingSchemaRegistry } from './consumer/mapping-registry.js';
export type {
  ClusterFor,
  KafkaSubscriptionProps,
  OnDemandSettings,
  PollerSettings,
  ProvisionedSettings,
  SubscriptionSettings,
  SubscriptionTarget,
  TopicReader,
} from './consumer/subscription-props.js';
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
export type { PipelineProducerOptions } from './pipeline/pipeline-producers.js';
export type {
  ClusterChoice,
  ClusterPlace,
  CredentialsOf,
  PipelineStackProps,
} from './pipeline/pipeline-props.js';
export { PipelineStack } from './pipeline-stack.js';
export { orderRollout, type RolloutProps } from './rollout/order-rollout.js';
export type { DeployedVersions, RolloutOrder, SubjectRollout } from './rollout/subject-rollout.js';
export {
  type RegistryTlsFiles,
  SchemaRegistry,
  type SchemaRegistryProps,
} from './schema-registry.js';
export { type PipelineSettings, pipelineSettings, type SettingName, settings } from './settings.js';
export { SchemaSubjects, type SchemaSubjectsProps } from './subjects/schema-subjects.js';
export { checkTemplate, type TemplateFinding } from './template/check-template.js';
export type { ExampleResources, TemplateRule, Violation } from './template/rule.js';
export { templateRules } from './template/rules/index.js';
export { TemplateChecks } from './template/template-checks.js';
export {
  ALARMS,
  type AlarmFacts,
  type AlarmId,
  type AlarmThresholds,
} from './watch/alarm-table.js';
export { PipelineAlarms, type PipelineAlarmsProps } from './watch/pipeline-alarms.js';
export { PipelineDashboard, type PipelineDashboardProps } from './watch/pipeline-dashboard.js';
export type { BrokerKind, WatchedPipeline, WatchedSubscription } from './watch/watched.js';
