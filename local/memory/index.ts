/** Kafka in this process, for demos and tests without a broker. */
export type { TopicPartition } from '../../producer/index.js';
export {
  MemoryBroker,
  MemoryBrokerError,
  type MemoryBrokerErrorCode,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  type MemoryTransactions,
  type ReadOptions,
} from './broker.js';
export type { NewRecord, StoredRecord } from './log.js';
export { memorySource } from './source.js';
export { memoryTransport } from './transport.js';
