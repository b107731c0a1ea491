import type { TemplateRule } from '../rule.js';
import { kafkaCredentials } from './kafka-credentials.js';
import { kafkaDestinationTopic } from './kafka-destination-topic.js';
import { kafkaGroupId } from './kafka-group-id.js';
import { kafkaIngress } from './kafka-ingress.js';
import { kafkaLoss } from './kafka-loss.js';
import { kafkaOrder } from './kafka-order.js';
import { kafkaOwnTopic } from './kafka-own-topic.js';
import { kafkaPollers } from './kafka-pollers.js';
import { kafkaProvisionedOnly } from './kafka-provisioned-only.js';
import { kafkaResponseType } from './kafka-response-type.js';
import { kafkaRoleDestination } from './kafka-role-destination.js';
import { kafkaRoleMsk } from './kafka-role-msk.js';
import { kafkaRoleSecret } from './kafka-role-secret.js';
import { kafkaStartingTime } from './kafka-starting-time.js';
import { kafkaTimeout } from './kafka-timeout.js';
import { kafkaTopicUnknown } from './kafka-topic-unknown.js';
import { kafkaWayOut } from './kafka-way-out.js';
import { lambdaPlainSecret } from './lambda-plain-secret.js';
import { lambdaRuntime } from './lambda-runtime.js';
import { mskBroker } from './msk-broker.js';
import { mskDefaultReplication } from './msk-default-replication.js';
import { mskDeletion } from './msk-deletion.js';
import { mskExpress } from './msk-express.js';
import { mskInstanceType } from './msk-instance-type.js';
import { mskKafkaVersion } from './msk-kafka-version.js';
import { mskMinInsync } from './msk-min-insync.js';
import { mskOneZone } from './msk-one-zone.js';
import { mskPublicAcls } from './msk-public-acls.js';
import { mskServerProperties } from './msk-server-properties.js';
import { mskTls } from './msk-tls.js';
import { mskUnauthenticated } from './msk-unauthenticated.js';
import { mskZones } from './msk-zones.js';
import { scramOff } from './scram-off.js';
import { scramSecretContent } from './scram-secret-content.js';
import { scramSecretKey } from './scram-secret-key.js';
import { scramSecretName } from './scram-secret-name.js';
import { secretPlain } from './secret-plain.js';
import { topicConfigs } from './topic-configs.js';
import { topicKafkaVersion } from './topic-kafka-version.js';
import { topicMinInsync } from './topic-min-insync.js';
import { topicReplication } from './topic-replication.js';

/**
 * Neither CloudFormation's validator nor cdk-nag knows any of these. The constructs of this room
 * refuse most of them in their props; the rules also see overrides and resources made without them.
 */
export const templateRules: readonly TemplateRule[] = [
  mskInstanceType,
  mskKafkaVersion,
  mskBroker,
  mskZones,
  mskOneZone,
  mskExpress,
  mskTls,
  mskUnauthenticated,
  mskPublicAcls,
  mskDefaultReplication,
  mskDeletion,
  mskServerProperties,
  mskMinInsync,
  topicKafkaVersion,
  topicConfigs,
  topicReplication,
  topicMinInsync,
  scramOff,
  scramSecretName,
  scramSecretKey,
  scramSecretContent,
  kafkaCredentials,
  kafkaIngress,
  kafkaWayOut,
  kafkaRoleMsk,
  kafkaRoleSecret,
  kafkaRoleDestination,
  kafkaTopicUnknown,
  kafkaDestinationTopic,
  kafkaOwnTopic,
  kafkaOrder,
  kafkaGroupId,
  kafkaStartingTime,
  kafkaPollers,
  kafkaProvisionedOnly,
  kafkaResponseType,
  kafkaLoss,
  kafkaTimeout,
  lambdaRuntime,
  lambdaPlainSecret,
  secretPlain,
];
