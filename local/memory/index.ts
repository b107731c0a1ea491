/** Kafka in this process, for demos and tests without a broker. */
export type { TopicPartition } from '../../producer/index.js';
export {
  MemoryBroker,
  MemoryBrokerError,
  type MemoryBrokerErrorCode,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  type StoredRecord,
} from './broker.js';
export { memorySource } from './source.js';
export { memoryTransport } from './transport.js';
