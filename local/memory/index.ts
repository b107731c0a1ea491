/** Kafka in this process, for demos and tests without a broker. */
export type { TopicPartition } from '../../producer/index.js';
export {
  MemoryBroker,
  type MemoryBrokerOptions,
  type MemoryTopicOptions,
  type MemoryTransactions,
  type ReadOptions,
} from './broker.js';
export { MemoryBrokerError, type MemoryBrokerErrorCode } from './errors.js';
export type { NewRecord, StoredRecord } from './log.js';
export { memorySource } from './source.js';
export { memoryTransport } from './transport.js';
