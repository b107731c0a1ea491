import { describe, it } from '@jest/globals';
import type { Sources } from '../../consumer/index.js';
import {
  MemoryBroker,
  memorySource,
  type SourceSubject,
  sourceContract,
} from '../../local/index.js';

const PATIENCE_MS = 100;

/** A broker in this process, whose sources may do wrong. */
function memorySubject(make: (good: Sources) => Sources = (good) => good): SourceSubject {
  const broker = new MemoryBroker({ rebalanceTimeoutMs: PATIENCE_MS });
  let topics = 0;
  return {
    sources: make(memorySource(broker)),
    sessionTimeoutMs: 1_000,
    rebalanceTimeoutMs: PATIENCE_MS,
    lookMs: 20,
    async createTopic(partitions) {
      const topic = `t${topics++}`;
      broker.createTopic(topic, { partitions });
      return topic;
    },
    addPartitions: async (topic, total) => broker.createPartitions(topic, total),
    async write(at, records) {
      for (const record of records) broker.append(at, record);
    },
    async writeInTransaction(at, records, end) {
      const transaction = broker.claim('writer');
      for (const record of records) transaction.append(at, record);
      transaction.end(end);
    },
    outage: {
      stop: async () => broker.stop(),
      start: async () => broker.start(),
      lastsMs: 50,
    },
  };
}

describe('the in-memory source', () => {
  for (const { name, run } of sourceContract(memorySubject())) it(name, run);
});
