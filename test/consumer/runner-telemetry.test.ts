/** What telemetry is told of a process that consumes: it adds up, and is handed on before the process ends. */
import { expect, it } from '@jest/globals';
import {
  type BatchOutcome,
  type ConsumerTelemetry,
  deadLetterTo,
  on,
  onBatch,
} from '../../consumer/index.js';
import { clicks } from './clicks.js';
import { brokerWith, committed, start, until, write } from './running.js';

function listening() {
  const outcomes: BatchOutcome[] = [];
  const groups = new Set<string | undefined>();
  let flushes = 0;
  const telemetry: ConsumerTelemetry = {
    onBatch: ({ group }) => {
      groups.add(group);
      return { onEnd: (batch) => void outcomes.push(batch) };
    },
    flush: async () => {
      flushes += 1;
    },
  };
  const sum = (of: 'received' | 'handled' | 'skipped' | 'deadLettered' | 'held') =>
    outcomes.flatMap(({ partitions }) => partitions).reduce((all, one) => all + one[of], 0);
  return { telemetry, outcomes, groups, sum, flushed: () => flushes };
}

it('counts what was handled and dead-lettered, and flushes at the end', async () => {
  const broker = brokerWith(2);
  for (const partition of [0, 1]) write(broker, ['ann', 'poison', 'boom', 'bob'], { partition });
  const { telemetry, groups, outcomes, sum, flushed } = listening();
  const route = on(clicks, ({ user_id }) => {
    if (user_id === 'boom') throw new TypeError('no');
  });
  const onFailure = { decode: deadLetterTo(() => {}), handler: 'skip' } as const;
  const { consumer } = start(broker, [route], { telemetry, onFailure });
  await until(() => committed(broker) === 4 && committed(broker, 1) === 4);
  await consumer.stop();
  expect([sum('received'), sum('handled'), sum('deadLettered'), sum('skipped')]).toEqual([
    8, 4, 2, 2,
  ]);
  expect(sum('held')).toBe(0);
  expect(groups).toEqual(new Set(['billing']));
  // Each attempt is a failure of its own, and there are two.
  expect(outcomes[0]?.partitions[0]?.failed).toEqual({ FRAME: 1, HANDLER: 2 });
  expect(flushed()).toBe(1);
});

it('counts what a batch handler names', async () => {
  const broker = brokerWith();
  write(broker, ['ann', 'bob', 'cid']);
  const { telemetry, sum } = listening();
  const given: number[] = [];
  const route = onBatch(clicks, (records) => {
    given.push(records.length);
    return records.filter(({ value }) => value.user_id === 'bob').map((record) => ({ record }));
  });
  const { consumer } = start(broker, [route], { telemetry, onFailure: 'skip' });
  await until(() => committed(broker) === 3);
  await consumer.stop();
  // Only what failed is tried again.
  expect(given).toEqual([3, 1]);
  expect([sum('received'), sum('handled'), sum('skipped')]).toEqual([3, 2, 1]);
});

it('counts what is held anew each time that it comes', async () => {
  const broker = brokerWith();
  write(broker, ['ann', 'bob']);
  const { telemetry, outcomes, sum } = listening();
  let broken = true;
  const route = on(clicks, ({ user_id }) => {
    if (broken && user_id === 'bob') throw new Error('no');
  });
  const { consumer } = start(broker, [route], { telemetry, onFailure: 'report' });
  await until(() => outcomes.length === 2);
  broken = false;
  await until(() => committed(broker) === 2);
  await consumer.stop();
  expect(sum('handled')).toBe(2);
  expect(sum('received') - sum('held')).toBe(2);
  expect(outcomes[0]?.error).toMatchObject({ code: 'HANDLER', offset: 1 });
});

it('harms nobody where it throws, or its flush never ends', async () => {
  const broker = brokerWith();
  write(broker, ['ann']);
  const telemetry: ConsumerTelemetry = {
    onBatch: () => {
      throw new Error('no telemetry');
    },
    flush: () => new Promise(() => {}),
  };
  const { consumer } = start(broker, [on(clicks, () => {})], { telemetry, stopTimeoutMs: 20 });
  await until(() => committed(broker) === 1);
  await consumer.stop();
  await consumer.done;
  expect(consumer.health().state).toBe('closed');
});
