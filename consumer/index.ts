/** `tavro/consumer`: Lambda handlers that get decoded, typed Kafka records. */

export { CAUSE_HEADERS, type Cause } from '../runtime/dead-letter/cause.js';
export type { StoredDeadLetter, StoredDeadLetterRecord } from '../runtime/dead-letter/form.js';
export type { OpenTelemetryApi } from '../runtime/open-telemetry.js';
export type { AttemptLimit } from './attempt-limit.js';
export { type AttemptStore, type MemoryAttemptsOptions, memoryAttempts } from './attempts.js';
export {
  type DeadLetter,
  type DeadLetterPolicy,
  type DeadLetterSink,
  deadLetterTo,
} from './dead-letter.js';
export { type DeadLetterBucketOptions, deadLetterBucket } from './dead-letter-bucket.js';
export { type DeadLetterQueueOptions, deadLetterQueue } from './dead-letter-queue.js';
export { type DeadLetterProducer, deadLetterTopic, type RawMessage } from './dead-letter-topic.js';
export { dynamoDbAttempts } from './dynamodb-attempts.js';
export { dynamoDbIdempotency } from './dynamodb-idempotency.js';
export type {
  DynamoDbAnswer,
  DynamoDbClient,
  DynamoDbDelete,
  DynamoDbPut,
  DynamoDbRequest,
  DynamoDbStoreOptions,
  DynamoDbUpdate,
  DynamoDbUpdated,
  DynamoDbValue,
} from './dynamodb-table.js';
export { type EmbeddedMetricsOptions, embeddedMetrics } from './embedded-metrics.js';
export { REGISTRY_VARIABLES, registryFromEnvironment } from './environment.js';
export {
  ConsumerError,
  type ConsumerErrorCode,
  type ConsumerErrorFields,
  type RecordPart,
} from './errors.js';
export type {
  BatchItemFailure,
  BatchResponse,
  InvocationContext,
  KafkaEvent,
  KafkaEventHeader,
  KafkaEventRecord,
  MskEvent,
  SchemaMetadata,
  SelfManagedKafkaEvent,
  TimestampType,
} from './event.js';
export {
  type ExactlyOnce,
  exactlyOnce,
  type OffsetsTransaction,
  type TransactionalProducer,
  type TransactionHandler,
} from './exactly-once.js';
export type { FailureOptions, FailurePolicy } from './failure-handling.js';
export {
  BATCH_RESPONSES_VARIABLE,
  type FailureKind,
  type FailurePolicyFacts,
  type FailurePolicyName,
  failurePolicies,
} from './failure-policy.js';
export { createHandler, type HandlerOptions, type KafkaHandler } from './handler.js';
export type { HandlerContext } from './handler-context.js';
export {
  type IdempotencyLease,
  type IdempotencyStore,
  type MemoryIdempotencyOptions,
  memoryIdempotency,
} from './idempotency.js';
export { type IdempotentOptions, idempotent } from './idempotent.js';
export { logJson } from './log-json.js';
export {
  type JsonLoggerOptions,
  jsonLogger,
  type LogFields,
  type Logger,
  type LogLevel,
} from './logger.js';
export { type OpenTelemetryConsumerOptions, openTelemetryConsumer } from './open-telemetry.js';
export {
  type PowertoolsIdempotencyOptions,
  type PowertoolsPersistenceLayer,
  type PowertoolsRecord,
  powertoolsIdempotency,
} from './powertools-idempotency.js';
export { type ConsumedRecord, headerText, type RecordHeader } from './record.js';
export type { EnvironmentOptions } from './registry-of-environment.js';
export { on, onBatch, type Route } from './route.js';
export type { RegistrySource } from './routes.js';
export { type ConsumerOptions, type RunningConsumer, runConsumer } from './run-consumer.js';
export type { RetryOptions } from './runner/backoff.js';
export type { ConsumerHealth, HeldPartition } from './runner/health.js';
export type { S3Client, S3Object } from './s3-client.js';
export type { Signal } from './signal.js';
export type {
  FetchedBatch,
  FetchedRecord,
  PollOptions,
  Position,
  Source,
  SourceMember,
  SourcePartition,
  SourceState,
  Sources,
  StartingPosition,
  Subscription,
} from './source.js';
export type { SqsClient, SqsMessage } from './sqs-client.js';
export type {
  BatchObserver,
  BatchOutcome,
  BatchReceived,
  CallObserver,
  ConsumerTelemetry,
  DecodedRecordSeen,
  FailureSeen,
  PartitionOutcome,
  RecordSeen,
  TelemetryOptions,
  WriterSeen,
} from './telemetry.js';
export type {
  BatchAnswer,
  BatchHandler,
  BatchHandlerWithTombstones,
  CaseHandlers,
  FailedRecord,
  HandlerOf,
  RecordHandler,
  TombstoneHandler,
  TopicBatchHandler,
  TopicHandler,
  TopicHandlers,
} from './topic-handlers.js';
