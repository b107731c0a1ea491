/** What goes wrong around `runConsumer`: a registry that is down, commits that fail, sources that end. */
import { describe, expect, it } from '@jest/globals';
import {
  ConsumerError,
  deadLetterTo,
  idempotent,
  memoryIdempotency,
  on,
} from '../../consumer/index.js';
import { deferred } from '../deferred.js';
import { clicks } from './clicks.js';
import { brokerWith, committed, sourceWith, start, until, write } from './running.js';

const nothing = on(clicks, () => {});

describe('a registry that is down', () => {
  it.each(['fail', 'report', 'skip'] as const)(
    'holds the partition under %s, and it goes on when the registry is back',
    async (onFailure) => {
      const broker = brokerWith();
      const seen: string[] = [];
      const { consumer, registry } = start(
        broker,
        [on(clicks, (click) => void seen.push(click.user_id))],
        { onFailure },
      );
      registry.down = true;
      write(broker, ['ann', 'bob']);
      await until(() => registry.asked.length > 2);
      expect(consumer.health()).toMatchObject({
        state: 'reading',
        alive: true,
        held: [{ partition: 0, offset: 0, error: { code: 'REGISTRY' } }],
      });
      expect(seen).toEqual([]);
      registry.down = false;
      await until(() => committed(broker) === 2);
      expect(seen).toEqual(['ann', 'bob']);
      expect(consumer.health().held).toEqual([]);
    },
  );

  it('dead-letters nothing', async () => {
    const broker = brokerWith();
    const letters: string[] = [];
    const { registry } = start(broker, [nothing], {
      onFailure: deadLetterTo(({ id }) => void letters.push(id)),
    });
    registry.down = true;
    write(broker, ['ann', 'poison']);
    await until(() => registry.asked.length > 2);
    registry.down = false;
    await until(() => committed(broker) === 2);
    expect(letters).toEqual(['clicks-0@1']);
  });
});

it('that another process has a key holds the partition, and it goes on', async () => {
  const broker = brokerWith();
  write(broker, ['ann', 'bob']);
  const store = memoryIdempotency();
  const other = await store.begin('bob', 60_000);
  const seen: string[] = [];
  const handler = idempotent<
    { user_id: string },
    { id: string; topic: string; partition: number; offset: number },
    []
  >(({ user_id }) => void seen.push(user_id), { store, key: ({ user_id }) => user_id });
  const { consumer } = start(broker, [on(clicks, (click, record) => handler(click, record))]);
  await until(() => consumer.health().held.length === 1);
  expect(consumer.health().held).toMatchObject([{ offset: 1, error: { code: 'IN_PROGRESS' } }]);
  expect(committed(broker)).toBe(1);
  if (typeof other === 'object') await other.complete();
  await until(() => committed(broker) === 2);
  expect(seen).toEqual(['ann']);
});

describe('a commit that fails', () => {
  it('is tried again, where no further record comes', async () => {
    const broker = brokerWith();
    let failures = 1;
    const kafka = sourceWith(broker, (inner) => ({
      commit: async (positions) => {
        if (failures-- > 0) throw new ConsumerError('COMMIT', 'not now');
        await inner.commit(positions);
      },
    }));
    start(broker, [nothing], { kafka });
    write(broker, ['ann']);
    await until(() => committed(broker) === 1);
  });

  it('is covered by the next one, and nothing is handled twice', async () => {
    const broker = brokerWith();
    const seen: string[] = [];
    let failures = 2;
    const kafka = sourceWith(broker, (inner) => ({
      commit: async (positions) => {
        if (failures-- > 0) throw new ConsumerError('COMMIT', 'not now');
        await inner.commit(positions);
      },
    }));
    const route = on(clicks, (click) => void seen.push(click.user_id));
    const { logger } = start(broker, [route], { kafka, maxRecords: 1 });
    write(broker, ['ann', 'bob', 'cid']);
    await until(() => committed(broker) === 3);
    expect(seen).toEqual(['ann', 'bob', 'cid']);
    const warned = logger.lines.filter(({ level }) => level === 'warn');
    expect(warned.map(({ message }) => message)).toEqual([
      'Partition 0 of topic "clicks" was not committed: it is tried again, or the next commit covers it.',
      'Partition 0 of topic "clicks" was not committed: it is tried again, or the next commit covers it.',
    ]);
  });
});

describe('a source that cannot go on', () => {
  it('rejects done, after what runs has ended and is committed', async () => {
    const broker = brokerWith();
    write(broker, ['ann']);
    const began = deferred<void>();
    const gate = deferred<void>();
    const refused = new ConsumerError('NOT_AUTHORIZED', 'no more');
    let polls = 0;
    const kafka = sourceWith(broker, (inner) => ({
      poll: async (options) => {
        if (polls++ === 0) return inner.poll(options);
        await began.promise;
        throw refused;
      },
    }));
    const route = on(clicks, async () => {
      began.resolve();
      await gate.promise;
    });
    const { consumer } = start(broker, [route], { kafka });
    const done = expect(consumer.done).rejects.toBe(refused);
    await until(() => consumer.health().state === 'failed');
    expect(committed(broker)).toBe(0);
    gate.resolve();
    await done;
    expect(committed(broker)).toBe(1);
    expect(consumer.health()).toMatchObject({ state: 'failed', alive: false, error: refused });
  });

  it('rejects done with its own error, also where it cannot be closed', async () => {
    const broker = brokerWith();
    const refused = new ConsumerError('AUTHENTICATION', 'a password');
    const notClosed = new Error('not closed');
    const kafka = sourceWith(broker, () => ({
      subscribe: () => Promise.reject(refused),
      close: () => Promise.reject(notClosed),
    }));
    const { consumer, logger } = start(broker, [nothing], { kafka });
    await expect(consumer.done).rejects.toBe(refused);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        fields: expect.objectContaining({ error: notClosed }),
      }),
    );
  });

  it('rejects done where there is no such topic', async () => {
    const other = on({ ...clicks, name: 'elsewhere' }, () => {});
    const { consumer } = start(brokerWith(), [other]);
    await expect(consumer.done).rejects.toMatchObject({ code: 'TOPIC_UNKNOWN' });
  });
});

describe('brokers that are away', () => {
  it('are waited for, and a consumer that waits can be stopped', async () => {
    const broker = brokerWith();
    broker.stop();
    const { consumer } = start(broker, [nothing]);
    await until(() => consumer.health().state === 'disconnected');
    expect(consumer.health()).toMatchObject({ alive: true, ready: false });
    await consumer.stop();
    await consumer.done;
    expect(consumer.health().state).toBe('closed');
  });

  it('come back, and the consumer goes on where it was', async () => {
    const broker = brokerWith();
    write(broker, ['ann']);
    const seen: string[] = [];
    const { consumer } = start(broker, [on(clicks, (click) => void seen.push(click.user_id))]);
    await until(() => committed(broker) === 1);
    broker.stop();
    await until(() => !consumer.health().ready);
    broker.start();
    write(broker, ['bob']);
    await until(() => committed(broker) === 2);
    expect(seen).toEqual(['ann', 'bob']);
  });
});

it('that its registry is not given rejects done before it joins', async () => {
  const missing = new ConsumerError('CONFIG', 'no registry');
  const { consumer } = start(brokerWith(), [nothing], { registry: () => Promise.reject(missing) });
  await expect(consumer.done).rejects.toBe(missing);
});

it('a registry that takes long to be found does not keep it from stopping', async () => {
  const never = () => new Promise<never>(() => {});
  const { consumer } = start(brokerWith(), [nothing], { registry: never });
  await consumer.stop();
  await consumer.done;
  expect(consumer.health().state).toBe('closed');
});
