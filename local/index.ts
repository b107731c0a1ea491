/** `tavro/testing`: what it takes to try producers and Lambda handlers on a laptop. */

export { transportContract } from './contract/index.js';
export type { ContractCase, ContractRecord, ContractSubject } from './contract/subject.js';
export { type BrokerFaults, type FaultyTransport, faultyTransport } from './faults.js';
export { fixedRegistry } from './fixed-registry.js';
export { KafkaLaunchError, type KafkaLaunchErrorCode } from './kafka/errors.js';
export { type LaunchOptions, launchKafka } from './kafka/launch.js';
export type { KafkaAddresses, KafkaKind, LaunchedKafka, SaslSslAddress } from './kafka/launched.js';
export { type ManualClock, manualClock } from './manual-clock.js';
export {
  MemoryBroker,
  MemoryBrokerError,
  type MemoryBrokerErrorCode,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  type MemoryTransactions,
  memorySource,
  memoryTransport,
  type NewRecord,
  type ReadOptions,
  type StoredRecord,
  type TopicPartition,
} from './memory/index.js';
export { type KafkaRecordInput, type MappingInput, mskEvent } from './msk-event.js';
export {
  type Invoke,
  type LambdaContext,
  type MappingRegistry,
  type OnFailureRecord,
  type Poller,
  PollerError,
  type PollerErrorCode,
  type PollerEvent,
  type PollerOptions,
  startPoller,
} from './poller/index.js';
export {
  type RegistryServer,
  type RegistryServerOptions,
  startRegistry,
} from './registry/server.js';
export { RegistryStartError, type RegistryStartErrorCode } from './registry/start-error.js';
export { sourceContract } from './source-contract/index.js';
export type {
  SourceOutage,
  SourceSubject,
  WrittenRecord,
  WrittenTo,
} from './source-contract/subject.js';
export type { FailureCode, NextFailure } from './test-producer/planned-failures.js';
export type { SentHeader, SentMessage, SentValue } from './test-producer/sent.js';
export {
  type TestProducer,
  type TestProducerOptions,
  testProducer,
} from './test-producer/test-producer.js';
export { type TopicMessage, topicRecord } from './topic-record.js';
