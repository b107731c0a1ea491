import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { EXIT } from '../../codegen/context.js';
import { run } from '../../codegen/program.js';
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

/** What a command shows when each look at the clock is three seconds later. */
async function shown(...argv: readonly string[]): Promise<readonly string[]> {
  let looks = 0;
  const said: string[] = [];
  const exit = await run(argv, {
    out: () => undefined,
    err: () => undefined,
    env: {},
    signal: new AbortController().signal,
    status: (line) => said.push(line),
    now: () => new Date(3 * SECOND_MS * looks++),
  });
  expect(exit).toBe(EXIT.clean);
  return said;
}

it('is told by commands, in words of their own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tavro-progress-'));
  const [schemas, out, data] = ['schemas', 'generated', 'data.txt'].map((name) =>
    join(folder, name),
  );
  if (schemas === undefined || out === undefined || data === undefined) throw new Error('no names');
  mkdirSync(schemas);
  const names = Array.from({ length: 6 }, (_, index) => `T${index}`);
  for (const name of names)
    writeFileSync(
      join(schemas, `${name}.avsc`),
      JSON.stringify({
        type: 'record',
        name,
        namespace: 'a',
        fields: [{ name: 'x', type: 'int' }],
      }),
    );
  const topics = Object.fromEntries(
    names.slice(0, 5).map((name) => [name, { value: `a.${name}` }]),
  );
  writeFileSync(join(schemas, 'tavro.json'), JSON.stringify({ topics }));
  writeFileSync(data, '02\n04\n06\n08\n');
  const folders = ['--schemas', schemas, '--no-cache'];
  expect(await shown('codegen', ...folders, '--out', out)).toEqual([
    'read 6 files',
    'checked 1 of 5 subjects',
    'checked 2 of 5 subjects',
    'checked 3 of 5 subjects',
    'checked 4 of 5 subjects',
    'checked 5 of 5 subjects',
    'generated 1 of 1 types',
    'comparing with what is there',
    expect.stringMatching(/^writing \d+ files$/),
  ]);
  expect((await shown('check', ...folders)).at(-1)).toBe('checked 5 of 5 subjects');
  const decode = ['--encoding', 'hex', '--form', 'plain', '--type', 'a.T0', '--schemas', schemas];
  expect((await shown('decode', data, ...decode)).at(-1)).toBe('decoded 4 messages');
  rmSync(folder, { recursive: true });
});
