import { expect, it } from '@jest/globals';
import { Progress, progressOf } from '../../codegen/progress.js';
import { inParallel } from '../../codegen/registry/in-parallel.js';

const SECOND_MS = 1_000;

/** The seconds at which work with a step each second says something. */
function told(seconds: number): number[] {
  let now = 0;
  const said: number[] = [];
  const progress = new Progress({
    status: (line) => said.push(Number(line)),
    now: () => new Date(now),
  });
  for (; now <= seconds * SECOND_MS; now += SECOND_MS) progress.step(() => `${now / SECOND_MS}`);
  return said;
}

it('is silent while work is quick, then speaks with each step', () => {
  expect(told(1)).toEqual([]);
  expect(told(5)).toEqual([2, 3, 4, 5]);
});

it('speaks no more than ten times a second', () => {
  let now = 0;
  const said: number[] = [];
  const progress = new Progress({ status: () => said.push(now), now: () => new Date(now) });
  for (; now < 3 * SECOND_MS; now += 30) progress.step(() => '');
  expect(said).toEqual([2_010, 2_130, 2_250, 2_370, 2_490, 2_610, 2_730, 2_850, 2_970]);
});

it('is silent where nobody looks, and makes no line', () => {
  let now = 0;
  const progress = new Progress({ now: () => new Date(now) });
  now = 5 * SECOND_MS;
  progress.phase('late');
  progress.step(() => {
    throw new Error('made');
  });
});

it('is one for a whole command', () => {
  const context = { status: () => undefined };
  expect(progressOf(context)).toBe(progressOf(context));
  expect(progressOf(context)).not.toBe(progressOf({ ...context }));
});

it('says at once what begins, once work is long', () => {
  let now = 0;
  const said: string[] = [];
  const progress = new Progress({ status: (line) => said.push(line), now: () => new Date(now) });
  progress.phase('early');
  now = 2 * SECOND_MS;
  progress.phase('late');
  progress.phase('later');
  expect(said).toEqual(['late', 'later']);
});

it('counts in numbers that people read', () => {
  let now = 0;
  const said: string[] = [];
  const progress = new Progress({ status: (line) => said.push(line), now: () => new Date(now) });
  const count = progress.counter(300_000, (done, all) => `${done} of ${all}`);
  for (let i = 0; i < 1_199; i++) count();
  now = 5 * SECOND_MS;
  count();
  expect(said).toEqual(['1,200 of 300,000']);
});

it('in parallel: so many at a time, in their order, and none after one that failed', async () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item % 5; turn++) await Promise.resolve();
    running--;
    return item * 2;
  };
  expect(await inParallel(items, work, 4)).toEqual(items.map((item) => item * 2));
  expect(most).toBe(4);
  const begun: number[] = [];
  const failing = inParallel(
    items,
    async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 5) throw new Error('no');
      return item;
    },
    2,
  );
  await expect(failing).rejects.toThrow('no');
  await Promise.resolve();
  expect(Math.max(...begun)).toBeLessThan(8);
});
