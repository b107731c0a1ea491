/** Kafka in this process, for demos and tests without a broker. */
export {
  MemoryBroker,
  MemoryBrokerError,
  type MemoryBrokerErrorCode,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  type StoredRecord,
  type TopicPartition,
} from './broker.js';
export { memorySource } from './source.js';
export { memoryTransport } from './transport.js';
