/** Consume, transform, produce within transactions, over the in-memory broker. */
import { afterEach, expect, it } from '@jest/globals';
import {
  type ConsumerOptions,
  deadLetterTo,
  exactlyOnce,
  on,
  type RunningConsumer,
  runConsumer,
} from '../../consumer/index.js';
import { MemoryBroker, memorySource, memoryTransport } from '../../local/index.js';
import { createProducer, type Producer } from '../../producer/index.js';
import { clicks, framed, testLogger, testRegistry } from './clicks.js';

const IN = { topic: 'clicks', partition: 0 };
const OUT = { topic: 'out', partition: 0 };
const OUT_TOPIC = { name: 'out', key: 'bytes', value: 'bytes' } as const;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

function setUp(users: readonly string[]) {
  const broker = new MemoryBroker();
  broker.createTopic('clicks');
  broker.createTopic('out');
  for (const user of users) {
    const value = user === 'poison' ? new Uint8Array([9]) : framed(user);
    broker.append(IN, { key: null, value, headers: [], timestampMs: 1 });
  }
  return broker;
}

function producerOf(broker: MemoryBroker): Producer {
  const { registry } = testRegistry();
  const transport = memoryTransport(broker);
  const producer = createProducer({ transport, registry, transactionalId: 'billing' });
  open.push({ close: () => producer.close() });
  return producer;
}

function start(
  broker: MemoryBroker,
  work: (user: string) => void,
  options: Partial<ConsumerOptions> = {},
): RunningConsumer {
  const exactly = exactlyOnce(producerOf(broker));
  const consumer = runConsumer({
    kafka: memorySource(broker),
    group: 'billing',
    registry: testRegistry().registry,
    logger: testLogger(),
    retry: { attempts: 2, firstWaitMs: 1, longestWaitMs: 5 },
    exactlyOnce: exactly,
    routes: [
      on(
        clicks,
        exactly.handler(async (click, _, transaction) => {
          await transaction.send(OUT_TOPIC, { key: null, value: Buffer.from(click.user_id) });
          work(click.user_id);
        }),
      ),
    ],
    ...options,
  });
  open.push({ close: () => consumer.stop() });
  return consumer;
}

function seen(broker: MemoryBroker, uncommitted = false): readonly string[] {
  const records = broker.read(OUT, 0n, 100, { uncommitted });
  return records.map(({ value }) => Buffer.from(value ?? []).toString());
}

async function committed(broker: MemoryBroker, offset: bigint): Promise<void> {
  const giveUp = performance.now() + 5_000;
  while (broker.committed('billing', IN) !== offset) {
    if (performance.now() > giveUp) throw new Error(`not at ${offset}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

it('shows what was sent and commits what was read, together', async () => {
  const broker = setUp(['ann', 'bob']);
  start(broker, () => {});
  await committed(broker, 2n);
  expect(seen(broker)).toEqual(['ann', 'bob']);
});

it('shows nothing of an attempt that failed', async () => {
  const broker = setUp(['ann', 'bob', 'cid']);
  let failures = 2;
  start(broker, (user) => {
    if (user === 'bob' && failures-- > 0) throw new Error('no');
  });
  await committed(broker, 3n);
  expect(seen(broker)).toEqual(['ann', 'bob', 'cid']);
  // Of the batch, and of the record by itself: they were sent, and are not seen.
  expect(seen(broker, true).filter((user) => user === 'bob')).toHaveLength(3);
});

it('passes a record under its policy, with nothing of it seen', async () => {
  const broker = setUp(['ann', 'bob', 'poison', 'cid']);
  const letters: string[] = [];
  start(
    broker,
    (user) => {
      if (user === 'bob') throw new Error('no');
    },
    { onFailure: deadLetterTo(({ id, error }) => void letters.push(`${id} ${error.code}`)) },
  );
  await committed(broker, 4n);
  expect(seen(broker)).toEqual(['ann', 'cid']);
  expect(letters.sort()).toEqual(['clicks-0@1 HANDLER', 'clicks-0@2 FRAME']);
});

it('ends where another has taken the transactional id over', async () => {
  const broker = setUp(['ann', 'bob']);
  const other = producerOf(broker);
  const consumer = start(broker, (user) => {
    // As another process does that is started with the same id.
    if (user === 'bob') broker.claim('billing');
  });
  await expect(consumer.done).rejects.toMatchObject({ code: 'TRANSACTION' });
  expect(seen(broker)).toEqual([]);
  await other.close();
});

it('is refused for a handler whose consumer was not told of it', async () => {
  const broker = setUp(['ann']);
  const consumer = start(broker, () => {}, { exactlyOnce: undefined });
  await expect(consumer.done).rejects.toMatchObject({
    code: 'TRANSACTION',
    message: expect.stringContaining('runConsumer was not given'),
  });
});

it('commits no offset past a record that is open, also where keys are handled at the same time', async () => {
  const broker = setUp([]);
  // Each of another key; the first one fails until it is let go.
  for (const user of ['ann', 'bob', 'cid']) {
    broker.append(IN, { key: Buffer.from(user), value: framed(user), headers: [], timestampMs: 1 });
  }
  let broken = true;
  const offsets: (bigint | undefined)[] = [];
  start(
    broker,
    (user) => {
      offsets.push(broker.committed('billing', IN));
      if (broken && user === 'ann') throw new Error('no');
    },
    { keysAtOnce: 3, onFailure: 'report' },
  );
  const giveUp = performance.now() + 5_000;
  while (offsets.length < 8 && performance.now() < giveUp)
    await new Promise((resolve) => setTimeout(resolve, 2));
  expect(broker.committed('billing', IN)).toBeUndefined();
  expect(seen(broker)).toEqual([]);
  broken = false;
  await committed(broker, 3n);
  expect(seen(broker)).toEqual(['ann', 'bob', 'cid']);
});

it('handles what is before a record that is held, though another of it fails', async () => {
  const broker = setUp(['ann', 'bob', 'poison', 'cid']);
  const letters: string[] = [];
  const consumer = start(
    broker,
    (user) => {
      if (user === 'ann') throw new Error('no');
    },
    { onFailure: { decode: 'report', handler: deadLetterTo(({ id }) => void letters.push(id)) } },
  );
  await committed(broker, 2n);
  expect(letters).toEqual(['clicks-0@0']);
  expect(seen(broker)).toEqual(['bob']);
  expect(consumer.health().held).toMatchObject([{ offset: 2, error: { code: 'FRAME' } }]);
});
