/** Members of a group that come, go and crash: what is handed over, lost, repeated and kept in order. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { on, type RunningConsumer } from '../../consumer/index.js';
import { deferred } from '../deferred.js';
import { clicks } from './clicks.js';
import { brokerWith, committed, sourceWith, start, TOPIC, until, write } from './running.js';

describe('a partition that goes to another member', () => {
  it('waits for the handler that runs, and goes on behind it', async () => {
    const broker = brokerWith(2);
    write(broker, ['ann', 'bob'], { partition: 1 });
    const gate = deferred<void>();
    const seen: string[] = [];
    const one = start(broker, [
      on(clicks, async (click, _, { signal }) => {
        await gate.promise;
        seen.push(`one ${click.user_id} ${signal.aborted}`);
      }),
    ]);
    await until(() => one.consumer.health().partitions === 2);
    const two = start(broker, [on(clicks, (click) => void seen.push(`two ${click.user_id}`))]);
    await until(() =>
      one.logger.lines.some(({ message }) => message === 'Hands over a partition.'),
    );
    expect(two.consumer.health().partitions).toBe(0);
    gate.resolve();
    await until(() => committed(broker, 1) === 2);
    expect(seen).toEqual(['one ann false', 'two bob']);
  });

  it('waits so long and no longer, and what was not over comes again there', async () => {
    const broker = brokerWith(2);
    write(broker, ['ann', 'bob'], { partition: 1 });
    const gate = deferred<void>();
    const seen: string[] = [];
    const one = start(
      broker,
      [
        on(clicks, async (click, _, { signal }) => {
          if (click.user_id === 'bob') await gate.promise;
          seen.push(`one ${click.user_id} ${signal.aborted}`);
        }),
      ],
      { stopTimeoutMs: 50 },
    );
    await until(() => seen.length === 1);
    start(broker, [on(clicks, (click) => void seen.push(`two ${click.user_id}`))]);
    await until(() => committed(broker, 1) === 2);
    gate.resolve();
    await until(() => seen.length === 3);
    expect(seen).toEqual(['one ann false', 'two bob', 'one bob true']);
    expect(one.consumer.health()).toMatchObject({ state: 'reading', partitions: 1 });
  });

  it('that is lost commits nothing of what was under way', async () => {
    const broker = brokerWith(2, { rebalanceTimeoutMs: 20 });
    write(broker, ['ann', 'bob'], { partition: 1 });
    const gate = deferred<void>();
    const seen: string[] = [];
    const offsets: number[] = [];
    const kafka = sourceWith(broker, (inner) => ({
      commit: async (positions) => {
        offsets.push(...positions.map(({ offset }) => Number(offset)));
        await inner.commit(positions);
      },
    }));
    const one = start(
      broker,
      [
        on(clicks, async (click) => {
          if (click.user_id === 'ann') await gate.promise;
          seen.push(`one ${click.user_id}`);
        }),
      ],
      { kafka },
    );
    await until(() => one.consumer.health().partitions === 2);
    start(broker, [on(clicks, (click) => void seen.push(`two ${click.user_id}`))]);
    await until(() => committed(broker, 1) === 2);
    gate.resolve();
    await until(() => seen.includes('one ann'));
    await one.consumer.stop();
    expect(seen).toEqual(['two ann', 'two bob', 'one ann']);
    expect(offsets).toEqual([]);
  });

  it('and comes back is waited for as it is now, whatever ran of it before', async () => {
    const broker = brokerWith();
    const gates = [deferred<void>(), deferred<void>()];
    let lose = (): void => {};
    let began = 0;
    let ended = 0;
    const at = { topic: TOPIC, partition: 0 };
    const kafka = sourceWith(broker, (inner) => ({
      subscribe: (subscription) => {
        lose = () => {
          subscription.onLost([at]);
          subscription.onAssigned([at]);
          inner.readFrom({ ...at, offset: 0n });
        };
        return inner.subscribe(subscription);
      },
    }));
    const route = on(clicks, async () => {
      await gates[began++]?.promise;
      ended += 1;
    });
    const { consumer } = start(broker, [route], { kafka });
    write(broker, ['ann']);
    await until(() => began === 1);
    lose();
    await until(() => began === 2);
    gates[0]?.resolve();
    await until(() => ended === 1);
    // What settles it is over by then.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = consumer.stop();
    gates[1]?.resolve();
    await stopped;
    expect(committed(broker)).toBe(1);
  });
});

describe('a pause', () => {
  it('of a topic lets the others go on, and what came meanwhile is handled after it', async () => {
    const broker = brokerWith();
    broker.createTopic('others');
    const seen: string[] = [];
    const { consumer } = start(broker, [
      on(clicks, (click) => void seen.push(click.user_id)),
      on({ ...clicks, name: 'others' }, (click) => void seen.push(`other ${click.user_id}`)),
    ]);
    await until(() => consumer.health().partitions === 2);
    consumer.pause(TOPIC);
    write(broker, ['ann']);
    write(broker, ['bob'], { topic: 'others' });
    await until(() => seen.length === 1);
    expect(seen).toEqual(['other bob']);
    expect(consumer.health()).toMatchObject({ state: 'reading', partitions: 2 });
    consumer.resume(TOPIC);
    await until(() => committed(broker) === 1);
    expect(seen).toEqual(['other bob', 'ann']);
  });

  it('over does not begin more partitions at once than may be', async () => {
    const broker = brokerWith(6);
    let [atOnce, most, handled, polled] = [0, 0, 0, 0];
    const kafka = sourceWith(broker, (inner) => ({
      poll: async (options) => {
        const batch = await inner.poll(options);
        if (batch !== undefined) polled += 1;
        return batch;
      },
    }));
    const route = on(clicks, async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 3));
      atOnce -= 1;
      handled += 1;
    });
    const { consumer } = start(broker, [route], { kafka, partitionsAtOnce: 2 });
    await until(() => consumer.health().partitions === 6);
    consumer.pause(TOPIC);
    for (let partition = 0; partition < 6; partition++) write(broker, ['ann'], { partition });
    await until(() => polled === 6);
    consumer.resume(TOPIC);
    await until(() => handled === 6);
    expect(most).toBe(2);
  });

  it('does not keep it from stopping', async () => {
    const { consumer } = start(brokerWith(), [on(clicks, () => {})]);
    await until(() => consumer.health().ready);
    consumer.pause();
    await consumer.stop();
    await consumer.done;
    expect(consumer.health().state).toBe('closed');
  });
});

type Step = 'join' | 'stop' | 'crash' | 'commits fail';
const steps = fc.array(
  fc.record({
    what: fc.constantFrom<Step>('join', 'stop', 'crash', 'commits fail'),
    whom: fc.nat(5),
    afterRecords: fc.nat(25),
  }),
  { maxLength: 6 },
);
const PARTITIONS = 3;
const RECORDS = 40;
const BATCH = 5;

interface Handled {
  readonly member: number;
  readonly partition: number;
  readonly offset: number;
}

it('whatever members come, go and crash, nothing is lost, and no more than a batch of each partition repeated', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(1, 3), async (given, keysAtOnce) => {
      const broker = brokerWith(PARTITIONS);
      for (let partition = 0; partition < PARTITIONS; partition++)
        for (let n = 0; n < RECORDS; n++) write(broker, [`u${n}`], { partition, key: `k${n % 4}` });
      const handled: Handled[] = [];
      const members: RunningConsumer[] = [];
      const dead = new Set<number>();
      const alive = new Set<number>();
      let commitsFail = 0;
      const join = (): void => {
        const member = members.length;
        alive.add(member);
        // One that crashes answers nobody, and what it had was not committed.
        const kafka = sourceWith(broker, (inner) => ({
          poll: async (options) => (dead.has(member) ? undefined : inner.poll(options)),
          commit: async (positions) => {
            if (dead.has(member) || commitsFail-- > 0) throw new Error('not committed');
            await inner.commit(positions);
          },
        }));
        const route = on(clicks, async (_, { partition, offset }) => {
          await new Promise((resolve) => setImmediate(resolve));
          if (!dead.has(member)) handled.push({ member, partition, offset });
        });
        members.push(start(broker, [route], { kafka, maxRecords: BATCH, keysAtOnce }).consumer);
      };
      join();
      let faults = 0;
      for (const { what, whom, afterRecords } of given) {
        const from = handled.length;
        const enough = Math.min(from + afterRecords, PARTITIONS * RECORDS);
        await until(() => handled.length >= enough || alive.size === 0);
        const member = whom % members.length;
        if (what === 'join') join();
        else if (what === 'commits fail') commitsFail = 2;
        else {
          if (what === 'crash') dead.add(member);
          alive.delete(member);
          void members[member]?.stop();
        }
        if (what === 'crash' || what === 'commits fail') faults += 1;
        if (what !== 'commits fail') await new Promise((resolve) => setTimeout(resolve, 2));
      }
      join();
      const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);
      await until(() => all.every((partition) => committed(broker, partition) === RECORDS));
      await Promise.all(members.map((one) => one.stop()));
      for (const partition of all) {
        const own = handled.filter((one) => one.partition === partition);
        expect(new Set(own.map(({ offset }) => offset)).size).toBe(RECORDS);
        // A commit that fails leaves its batch, and what was handled behind it until the next one.
        expect(own.length - RECORDS).toBeLessThanOrEqual(2 * BATCH * faults);
        for (const member of members.keys()) expect(isInOrder(own, member)).toBe(true);
      }
    }),
    { numRuns: 20 },
  );
});

/** Whether a member handles the records of each key in order, but for going back to where the group has committed. */
function isInOrder(handled: readonly Handled[], member: number): boolean {
  const last = new Map<number, number>();
  for (const { member: by, offset } of handled) {
    if (by !== member) continue;
    const key = offset % 4;
    const before = last.get(key);
    if (before !== undefined && offset !== before + 4 && offset > before) {
      // Others handled what lies between.
      const between = handled.filter((one) => one.offset % 4 === key && one.offset > before);
      if (!between.some(({ offset: other }) => other === before + 4)) return false;
    }
    last.set(key, offset);
  }
  return true;
}
