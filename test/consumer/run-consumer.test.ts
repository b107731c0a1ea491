/** `runConsumer` over the in-memory broker: what is handled, committed, held, handed over. */
import { describe, expect, it } from '@jest/globals';
import { deadLetterTo, on, onBatch } from '../../consumer/index.js';
import { clicks } from './clicks.js';
import { brokerWith, committed, start, TOPIC, until, write } from './running.js';

describe('what is handled', () => {
  it('is committed, once all of a batch is done', async () => {
    const broker = brokerWith();
    write(broker, ['ann', 'bob']);
    const seen: string[] = [];
    let letGo = (): void => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    start(broker, [
      on(clicks, async (click, record) => {
        if (click.user_id === 'bob') await gate;
        seen.push(record.id);
      }),
    ]);
    await until(() => seen.length === 1);
    expect(committed(broker)).toBeLessThan(2);
    letGo();
    await until(() => committed(broker) === 2);
    expect(seen).toEqual(['clicks-0@0', 'clicks-0@1']);
  });

  it('is handled in the order of each partition, partitions at the same time', async () => {
    const broker = brokerWith(3);
    for (const partition of [0, 1, 2]) write(broker, ['a', 'b', 'c'], { partition });
    const seen: string[] = [];
    let atOnce = 0;
    let most = 0;
    start(broker, [
      on(clicks, async (click, { partition }) => {
        most = Math.max(most, ++atOnce);
        // Each first one waits for those of the other partitions.
        await until(() => most === 3);
        seen.push(`${partition}${click.user_id}`);
        atOnce--;
      }),
    ]);
    await until(() => seen.length === 9);
    expect(most).toBe(3);
    for (const partition of [0, 1, 2])
      expect(seen.filter((one) => one.startsWith(`${partition}`))).toEqual(
        ['a', 'b', 'c'].map((user) => `${partition}${user}`),
      );
  });

  it('is handled by key at the same time, in the order of each key', async () => {
    const broker = brokerWith();
    for (const user of ['1', '2', '3']) {
      write(broker, [user], { key: 'slow' });
      write(broker, [user], { key: 'quick' });
    }
    const seen: string[] = [];
    start(
      broker,
      [
        on(clicks, async (click, { key }) => {
          if (key === 'slow') await until(() => seen.includes('quick 3'));
          seen.push(`${key} ${click.user_id}`);
        }),
      ],
      { keysAtOnce: 2 },
    );
    await until(() => committed(broker) === 6);
    expect(seen.filter((one) => one.startsWith('slow'))).toEqual(['slow 1', 'slow 2', 'slow 3']);
    expect(seen.slice(0, 3)).toEqual(['quick 1', 'quick 2', 'quick 3']);
  });

  it('comes in batches where a batch handler takes it', async () => {
    const broker = brokerWith();
    write(broker, ['ann', 'bob', 'cid']);
    const seen: (readonly string[])[] = [];
    start(broker, [
      onBatch(clicks, async (records) => {
        seen.push(records.map(({ value }) => value.user_id));
      }),
    ]);
    await until(() => committed(broker) === 3);
    expect(seen).toEqual([['ann', 'bob', 'cid']]);
  });
});

describe('what fails', () => {
  const failing = (user: string, calls: string[]) =>
    on(clicks, async (click, _, { attempt }) => {
      calls.push(`${click.user_id} ${attempt}`);
      if (click.user_id === user) throw new Error('no');
    });

  it('is tried again, and goes to the dead letters', async () => {
    const broker = brokerWith();
    write(broker, ['ann', 'bob', 'poison', 'cid']);
    const calls: string[] = [];
    const letters: string[] = [];
    const onFailure = deadLetterTo(({ id, error }) => {
      letters.push(`${id} ${error.code}`);
    });
    start(broker, [failing('bob', calls)], { onFailure });
    await until(() => committed(broker) === 4);
    expect(calls).toEqual(['ann 1', 'bob 1', 'bob 2', 'cid 1']);
    expect(letters).toEqual(['clicks-0@1 HANDLER', 'clicks-0@2 FRAME']);
  });

  it('ends the consumer under the policy fail, with what was handled committed', async () => {
    const broker = brokerWith();
    write(broker, ['ann', 'bob', 'cid']);
    const calls: string[] = [];
    const { consumer } = start(broker, [failing('bob', calls)]);
    await expect(consumer.done).rejects.toMatchObject({ code: 'HANDLER', offset: 1 });
    expect(committed(broker)).toBe(1);
    expect(calls).toEqual(['ann 1', 'bob 1', 'bob 2']);
    expect(consumer.health()).toMatchObject({ state: 'failed', alive: false, ready: false });
  });

  it('holds its partition under the policy report, and no other', async () => {
    const broker = brokerWith(2);
    let broken = true;
    write(broker, ['ann', 'bob', 'cid']);
    write(broker, ['dan'], { partition: 1 });
    const { consumer } = start(
      broker,
      [
        on(clicks, (click) => {
          if (broken && click.user_id === 'bob') throw new Error('no');
        }),
      ],
      { onFailure: 'report' },
    );
    await until(() => committed(broker, 1) === 1 && consumer.health().held.length === 1);
    expect(committed(broker)).toBe(1);
    expect(consumer.health().held).toMatchObject([
      { topic: TOPIC, partition: 0, offset: 1, error: { code: 'HANDLER' } },
    ]);
    broken = false;
    await until(() => committed(broker) === 3);
    expect(consumer.health().held).toEqual([]);
  });
});

describe('the end', () => {
  it('lets what runs end, and leaves the rest to the next member', async () => {
    const broker = brokerWith();
    write(broker, ['ann', 'bob', 'cid']);
    const seen: string[] = [];
    const { consumer } = start(broker, [
      on(clicks, async (click) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        seen.push(click.user_id);
        if (click.user_id === 'ann') void consumer.stop();
      }),
    ]);
    await consumer.done;
    expect(consumer.health().state).toBe('closed');
    start(broker, [on(clicks, (click) => void seen.push(click.user_id))]);
    await until(() => committed(broker) === 3);
    expect(seen).toEqual(['ann', 'bob', 'cid']);
  });

  it('tells handlers to end that take too long, and does not wait for ever', async () => {
    const broker = brokerWith();
    write(broker, ['ann']);
    let told = false;
    let began = false;
    const { consumer } = start(
      broker,
      [
        on(clicks, (_, __, { signal }) => {
          began = true;
          signal.addEventListener('abort', () => {
            told = true;
          });
          return new Promise(() => {});
        }),
      ],
      { stopTimeoutMs: 100 },
    );
    await until(() => began);
    await consumer.stop();
    expect(told).toBe(true);
    expect(committed(broker)).toBe(0);
  });

  it('of a pause is a resume, and the member keeps its partitions', async () => {
    const broker = brokerWith();
    const seen: string[] = [];
    const { consumer } = start(broker, [on(clicks, (click) => void seen.push(click.user_id))]);
    await until(() => consumer.health().ready);
    expect(() => consumer.pause('typo')).toThrow(/^pause: the topic must be one of clicks/);
    consumer.pause();
    write(broker, ['ann']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toEqual([]);
    expect(consumer.health()).toMatchObject({ state: 'paused', partitions: 1 });
    consumer.resume();
    await until(() => committed(broker) === 1);
    expect(seen).toEqual(['ann']);
  });
});

it('hands partitions over to a member that joins, with no record handled twice', async () => {
  const broker = brokerWith(4);
  const seen: string[] = [];
  const route = on(clicks, async (_, { id }) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.push(id);
  });
  for (const partition of [0, 1, 2, 3])
    write(
      broker,
      Array.from({ length: 50 }, (_, i) => `u${i}`),
      { partition },
    );
  start(broker, [route], { maxRecords: 10 });
  await until(() => seen.length > 20);
  const { consumer } = start(broker, [route], { maxRecords: 10 });
  await until(() => seen.length >= 200);
  await until(() => [0, 1, 2, 3].every((partition) => committed(broker, partition) === 50));
  expect(consumer.health().partitions).toBe(2);
  expect(new Set(seen).size).toBe(200);
  expect(seen).toHaveLength(200);
});
