import { expect, it } from '@jest/globals';
import { inParallel } from '../../../codegen/registry/in-parallel.js';
import { Progress } from '../../../codegen/registry/progress.js';

const SECOND_MS = 1_000;

/** The seconds at which work with a step each second says something. */
function told(seconds: number): number[] {
  let now = 0;
  const said: number[] = [];
  const progress = new Progress({
    err: (line) => said.push(Number(line)),
    now: () => new Date(now),
  });
  for (; now <= seconds * SECOND_MS; now += SECOND_MS) progress.step(() => `${now / SECOND_MS}`);
  return said;
}

it('is silent while work is quick, then speaks ever more seldom', () => {
  expect(told(1)).toEqual([]);
  expect(told(9)).toEqual([2, 4, 6, 8]);
  const hours = told(4 * 3_600);
  expect(hours.length).toBeLessThan(100);
  expect(hours.at(-1)).toBeGreaterThan(3 * 3_600);
});

it('says at once what begins, once work is long', () => {
  let now = 0;
  const said: string[] = [];
  const progress = new Progress({ err: (line) => said.push(line), now: () => new Date(now) });
  progress.phase('early');
  now = 2 * SECOND_MS;
  progress.phase('late');
  progress.phase('later');
  expect(said).toEqual(['late', 'later']);
});

it('counts in numbers that people read', () => {
  let now = 0;
  const said: string[] = [];
  const progress = new Progress({ err: (line) => said.push(line), now: () => new Date(now) });
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
