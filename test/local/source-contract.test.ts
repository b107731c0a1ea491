import { describe, expect, it } from '@jest/globals';
import {
  ConsumerError,
  type FetchedRecord,
  type Source,
  type Sources,
} from '../../consumer/index.js';
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

type Change = (good: Source) => Partial<Source>;

/** A member that does as it should but where it is changed. */
function altered(change: Change): SourceSubject {
  const sources =
    (make: Sources): Sources =>
    (group) => {
      const good = make(group);
      return {
        name: good.name,
        subscribe: (subscription) => good.subscribe(subscription),
        poll: (options) => good.poll(options),
        commit: (positions) => good.commit(positions),
        readFrom: (position) => good.readFrom(position),
        member: () => good.member(),
        close: () => good.close(),
        ...change(good),
      };
    };
  return { ...memorySubject(sources), patienceMs: 500 };
}

const records = (change: (record: FetchedRecord) => Partial<FetchedRecord>): Change => {
  return (good) => ({
    async poll(options) {
      const batch = await good.poll(options);
      if (batch === undefined) return undefined;
      return { ...batch, records: batch.records.map((one) => ({ ...one, ...change(one) })) };
    },
  });
};

describe('a source that breaks its contract', () => {
  it.each<[string, Change, string]>([
    [
      'gives more before what it gave is settled',
      (good) => ({
        async poll(options) {
          const batch = await good.poll(options);
          const last = batch?.records.at(-1);
          if (batch && last) good.readFrom({ ...batch, offset: last.offset + 1n });
          return batch;
        },
      }),
      'gives no more of a partition until what it gave is committed to its end',
    ],
    [
      'gives more at once than it was asked for',
      (good) => ({ poll: (options) => good.poll({ ...options, maxRecords: 1_000 }) }),
      'keeps the order in a partition, in batches as large as asked for',
    ],
    [
      'does not go back',
      () => ({ readFrom: () => {} }),
      'reads again from an earlier offset, also from one that is committed',
    ],
    [
      'begins where it likes',
      (good) => ({ subscribe: (given) => good.subscribe({ ...given, from: 'earliest' }) }),
      'begins with what comes from now on, where it is asked to',
    ],
    [
      'takes an empty value for none',
      records(({ value }) => ({ value: value?.length === 0 ? null : value })),
      'keeps keys and values apart: null, empty, binary',
    ],
    [
      'keeps one header of a name',
      records(({ headers }) => ({ headers: [...new Map(headers)] })),
      'keeps headers: repeated, binary, empty, null',
    ],
    [
      'drops headers that are null',
      records(({ headers }) => ({ headers: headers.filter(([, value]) => value !== null) })),
      'keeps headers: repeated, binary, empty, null',
    ],
    [
      'says nothing of commits that are refused',
      (good) => ({ commit: (positions) => good.commit(positions).catch(() => {}) }),
      'does not commit for a partition that it does not have',
    ],
    [
      'does not wait for what is revoked',
      (good) => ({
        subscribe: (given) =>
          good.subscribe({ ...given, onRevoked: async (gone) => void given.onRevoked(gone) }),
      }),
      'waits for what is revoked, gives nothing more of it, and lets its end be committed',
    ],
    [
      'lets nothing be committed of what is revoked',
      (good) => {
        let isRevoking = false;
        return {
          subscribe: (given) =>
            good.subscribe({
              ...given,
              async onRevoked(gone) {
                isRevoking = true;
                await given.onRevoked(gone);
              },
            }),
          commit: (positions) =>
            isRevoking ? Promise.reject(new ConsumerError('COMMIT', 'no')) : good.commit(positions),
        };
      },
      'waits for what is revoked, gives nothing more of it, and lets its end be committed',
    ],
    [
      'loses its place where it is not polled',
      (good) => {
        let polledMs = Date.now();
        return {
          poll(options) {
            polledMs = Date.now();
            return good.poll(options);
          },
          async commit(positions) {
            if (Date.now() - polledMs > 1_000) throw new ConsumerError('COMMIT', 'silent');
            await good.commit(positions);
          },
        };
      },
      'keeps a partition while what was handed out of it is worked on, without a poll',
    ],
    [
      'does not leave its group',
      () => ({ close: async () => {} }),
      'leaves its group at once when it is closed',
    ],
    [
      'does not end a poll when it is closed',
      (good) => {
        let isClosed = false;
        return {
          async close() {
            isClosed = true;
            await good.close();
          },
          async poll(options) {
            const batch = await good.poll(options);
            return isClosed ? new Promise(() => {}) : batch;
          },
        };
      },
      'ends a poll that waits when it is closed, and gives nothing afterwards',
    ],
    [
      'tells no state',
      (good) => ({
        subscribe: (given) =>
          good.subscribe({
            ...given,
            onState: ({ is }) => is !== 'disconnected' && given.onState({ is }),
          }),
      }),
      'waits for brokers that are away when it begins, however long',
    ],
    [
      'is in no group',
      () => ({ member: () => undefined }),
      'tells as what it is in the group, while it is',
    ],
  ])('and %s fails', async (_, change, name) => {
    const found = sourceContract(altered(change)).find((one) => one.name === name);
    await expect(found?.run()).rejects.toThrow();
  });
});
