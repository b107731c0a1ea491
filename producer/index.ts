/** `tavro/producer`: writes typed messages to Kafka. */

export type { CloseOnSignals } from '../runtime/closing-signals.js';
export type { OpenTelemetryApi } from '../runtime/open-telemetry.js';
export { type Clock, systemClock } from './clock.js';
export type { ConfluentTransportOptions } from './confluent/settings.js';
export { confluentTransport } from './confluent/transport.js';
export { ProducerError, type ProducerErrorCode } from './errors.js';
export type { Framing } from './framing.js';
export { type EnvironmentProducerOptions, producerFromEnvironment } from './from-environment.js';
export type {
  KafkaConnection,
  KafkaCredentials,
  KafkaLogEntry,
  KafkaSasl,
  KafkaTls,
  KafkaToken,
  LoginRequest,
  MskIam,
  PasswordMechanism,
} from './kafka-connection.js';
export { type KafkajsTransportOptions, kafkajsTransport } from './kafkajs/transport.js';
export {
  type ClientCredentialsOptions,
  clientCredentialsToken,
} from './login/client-credentials.js';
export { type Credentials, credentialsOf, type Login, type Logins } from './login/credentials.js';
export {
  type SecretsManagerOptions,
  secretsManagerCredentials,
} from './login/secret-credentials.js';
export type { AnyTopic, DeliveryReport, MessageOf, RawTopic, SendableTopic } from './message.js';
export { openTelemetry } from './open-telemetry.js';
export { murmur2, partitionForKey } from './partitioner.js';
export {
  type PlatformaticTransportOptions,
  platformaticTransport,
} from './platformatic/transport.js';
export { createProducer, type Producer } from './producer.js';
export type { SendFromOptions } from './send-from.js';
export type { CancelSignal, SendOptions } from './send-options.js';
export type { ProducerOptions } from './settings.js';
export type { StandardHeaders, TraceContext } from './standard-headers.js';
export type { BatchSeen, ProducerTelemetry, SendObserver, Waiting } from './telemetry.js';
export type { Transaction } from './transaction.js';
export type {
  Delivered,
  GroupMember,
  GroupOffsets,
  Header,
  Outcome,
  OutgoingMessage,
  PartitionOffset,
  PartitionState,
  TimeLimit,
  TopicPartition,
  TransactionalOptions,
  TransactionalSession,
  Transport,
  Undelivered,
} from './transport.js';
