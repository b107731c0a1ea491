import { describe, expect, it } from '@jest/globals';
import {
  type ContractSubject,
  MemoryBroker,
  memoryTransport,
  transportContract,
} from '../../local/index.js';
import type { OutgoingMessage, Transport } from '../../producer/index.js';

/** A broker in this process, in front of which a transport may do wrong. */
function memorySubject(
  make: (good: Transport) => Partial<Transport> = () => ({}),
): ContractSubject {
  const broker = new MemoryBroker();
  let topics = 0;
  return {
    open() {
      const good = memoryTransport(broker);
      return { ...good, ...make(good) };
    },
    async createTopic(partitions) {
      const topic = `t${topics++}`;
      broker.createTopic(topic, { partitions });
      return topic;
    },
    async read(topic) {
      const partitions = Array.from({ length: broker.partitionCount(topic) ?? 0 }, (_, n) => n);
      return partitions.flatMap((partition) =>
        broker.read({ topic, partition }, 0n, 1_000).map((record) => ({ ...record, partition })),
      );
    },
  };
}

describe('the in-memory transport', () => {
  for (const { name, run } of transportContract(memorySubject())) it(name, run);
});

/** Names of the cases that a transport fails. */
async function failing(subject: ContractSubject): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of transportContract(subject)) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

const changed = (change: (messages: readonly OutgoingMessage[]) => readonly OutgoingMessage[]) =>
  memorySubject((good) => ({
    send: (to, messages, limit) => good.send(to, change(messages), limit),
  }));

describe('a transport that breaks its contract', () => {
  it.each<[string, ContractSubject, string]>([
    [
      'turns batches round',
      changed((messages) => [...messages].reverse()),
      'keeps the order within a batch, and answers each offset',
    ],
    [
      'takes an empty key for none',
      changed((messages) =>
        messages.map((one) => ({ ...one, key: one.key?.length === 0 ? null : one.key })),
      ),
      'keeps keys and values apart: null, empty, binary',
    ],
    [
      'keeps one header of a name',
      changed((messages) =>
        messages.map((one) => ({ ...one, headers: [...new Map(one.headers)] })),
      ),
      'keeps headers in order: repeated, binary, empty',
    ],
    [
      'has a clock of its own',
      changed((messages) => messages.map((one) => ({ ...one, timestampMs: 1 }))),
      'keeps timestamps',
    ],
    [
      'says that it takes more sends than it does',
      memorySubject((good) => {
        let turn = 0;
        return {
          maxInFlight: 2,
          async send(to, messages, limit) {
            // Every other one is late.
            if (turn++ % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
            return good.send(to, messages, limit);
          },
        };
      }),
      'keeps the order of batches, as many under way as maxInFlight says',
    ],
    [
      'throws',
      memorySubject((good) => ({
        async send(to, messages, limit) {
          const outcomes = await good.send(to, messages, limit);
          const error = outcomes[0]?.error;
          if (error !== undefined) throw error;
          return outcomes;
        },
      })),
      'says PARTITION_UNKNOWN of a partition that is not there, and does not throw',
    ],
  ])('and %s fails', async (_, subject, name) => {
    expect(await failing(subject)).toContain(name);
  });
});
