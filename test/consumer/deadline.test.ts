/** Invocations whose time ends: what is begun, interrupted, abandoned and reported. The clock is a fake one. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Deadline } from '../../consumer/deadline.js';
import {
  type ConsumedRecord,
  deadLetterTo,
  type HandlerContext,
  type HandlerOptions,
  type InvocationContext,
  memoryAttempts,
  on,
} from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { type Click, clicks, framed, invocation } from './clicks.js';

/** A schema id that the generated code knows, so that no registry is asked. */
const KNOWN = 70;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  const left = jest.getTimerCount();
  jest.useRealTimers();
  // Nothing keeps the process, or fires in the next invocation.
  expect(left).toBe(0);
});

/** The context of an invocation that begins now. */
function contextOf(timeoutMs: number): Required<InvocationContext> {
  const endMs = Date.now() + timeoutMs;
  return { awsRequestId: 'request-1', getRemainingTimeInMillis: () => endMs - Date.now() };
}

type Work = (
  click: Click,
  record: ConsumedRecord<Click, string | null>,
  context: HandlerContext,
) => void | Promise<void>;

/** A function of so many milliseconds, and what it says to records from an offset on. */
function functionOf(work: Work, options: Partial<HandlerOptions> = {}, timeoutMs = 3_000) {
  const { invoke, logger } = invocation({ ...options, routes: [on(clicks, work)] });
  const from = async (offset: number, records: number, partitions = 1) => {
    const event = mskEvent(
      Array.from({ length: partitions }, (_, partition) =>
        Array.from({ length: records }, (_, n) => ({
          topic: 'clicks',
          partition,
          offset: offset + n,
          value: framed(`user-${offset + n}`, KNOWN),
        })),
      ).flat(),
    );
    const startMs = Date.now();
    const ended = invoke(event, contextOf(timeoutMs)).then(
      ({ batchItemFailures }) => ({
        offsets: batchItemFailures.map(({ itemIdentifier: { offset } }) => offset),
        error: undefined,
        tookMs: Date.now() - startMs,
      }),
      (error: unknown) => ({ offsets: undefined, error, tookMs: Date.now() - startMs }),
    );
    await jest.advanceTimersByTimeAsync(timeoutMs);
    return ended;
  };
  return { from, logger };
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const never = () => new Promise<void>(() => {});

describe('the margin', () => {
  it.each<{ leftMs: number; given?: number; marginMs: number }>([
    { leftMs: 3_000, marginMs: 500 },
    { leftMs: 5_000, marginMs: 500 },
    { leftMs: 60_000, marginMs: 6_000 },
    { leftMs: 900_000, marginMs: 90_000 },
    { leftMs: 600, marginMs: 300 },
    { leftMs: 0, marginMs: 0 },
    { leftMs: 3_000, given: 1_000, marginMs: 1_000 },
    { leftMs: 3_000, given: 0, marginMs: 0 },
    { leftMs: 3_000, given: 2_000, marginMs: 1_500 },
  ])('of $leftMs ms, with $given given, is $marginMs ms', ({ leftMs, given, marginMs }) => {
    const deadline = new Deadline(contextOf(leftMs), given);
    expect(deadline.marginMs).toBe(marginMs);
    deadline.end();
  });

  it.each<[string, InvocationContext | undefined]>([
    ['no context', undefined],
    ['one without a clock', { awsRequestId: 'x' }],
    ['one whose clock says nothing', { getRemainingTimeInMillis: () => undefined as never }],
    ['one that never ends', { getRemainingTimeInMillis: () => Number.POSITIVE_INFINITY }],
    ['one that ends in a thousand years', { getRemainingTimeInMillis: () => 1e14 }],
  ])('does not matter to %s', async (_, context) => {
    const deadline = new Deadline(context);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect([deadline.mayTake(), deadline.isNear]).toEqual([true, false]);
    expect(deadline.handlerContext(1).signal.aborted).toBe(false);
    deadline.end();
  });
});

describe('100 records of 100 ms in 3 s', () => {
  it('are done in 4 invocations, none of them twice, where what is left is reported', async () => {
    const handled: number[] = [];
    const work: Work = async (_, { offset }) => {
      await sleep(100);
      handled.push(offset);
    };
    const { from } = functionOf(work, { onFailure: 'report' });
    let next: number | undefined = 0;
    let invocations = 0;
    while (next !== undefined && invocations < 10) {
      invocations += 1;
      const { offsets, tookMs } = await from(next, 100 - next);
      expect(tookMs).toBeLessThanOrEqual(2_600);
      next = offsets?.[0];
    }
    expect(invocations).toBe(4);
    expect(handled).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('fail with a code of their own before Lambda kills, where answers are not read', async () => {
    const { from } = functionOf(() => sleep(100));
    const { error, tookMs } = await from(0, 100);
    expect(error).toMatchObject({
      code: 'DEADLINE',
      name: 'ConsumerError.DEADLINE',
      message: expect.stringContaining('with 25 records handled and 75 left'),
    });
    expect(tookMs).toBe(2_500);
  });

  it('are begun for longer by a smaller margin', async () => {
    const { from } = functionOf(() => sleep(100), { onFailure: 'report', deadlineMarginMs: 200 });
    expect((await from(0, 100)).offsets).toEqual([28]);
  });

  it('are reported by partition', async () => {
    const work: Work = (_, { partition }) => sleep(partition === 0 ? 100 : 500);
    const { from } = functionOf(work, { onFailure: 'report', partitionsAtOnce: 2 });
    expect((await from(0, 100, 3)).offsets).toEqual([25, 5, 0]);
  });
});

describe('a handler that runs when the time is near', () => {
  it('is told so, and handled where it ends in time', async () => {
    const told: unknown[] = [];
    const work: Work = async (_, { offset }, { signal, remainingMs, requestId }) => {
      if (offset > 0) return;
      signal.addEventListener('abort', () => told.push(signal.reason, remainingMs(), requestId));
      await sleep(2_700);
    };
    const { from } = functionOf(work, { onFailure: 'report' });
    expect((await from(0, 2)).offsets).toEqual([1]);
    expect(told).toEqual([expect.objectContaining({ code: 'DEADLINE' }), 500, 'request-1']);
  });

  it('is left open where it rejects for that, and nothing is dead-lettered', async () => {
    const letters: string[] = [];
    const work: Work = (_, __, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { from, logger } = functionOf(work, {
      onFailure: { handler: deadLetterTo(({ id }) => void letters.push(id)), decode: 'report' },
    });
    expect(await from(7, 2)).toMatchObject({ offsets: [7], tookMs: 2_500 });
    expect(letters).toEqual([]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is abandoned at half the margin where it does not listen, whatever becomes of it', async () => {
    const work: Work = async (_, { offset }) => {
      if (offset === 1) await sleep(2_800);
      if (offset === 1) throw new Error('too late for anybody to hear');
    };
    const { from, logger } = functionOf(work, { onFailure: 'report' });
    expect(await from(0, 3)).toMatchObject({ offsets: [1], tookMs: 2_750 });
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('fails the batch with DEADLINE where answers are not read', async () => {
    const { from } = functionOf(never, { onFailure: 'skip' });
    expect(await from(0, 3)).toMatchObject({ error: { code: 'DEADLINE' }, tookMs: 2_750 });
  });

  it('does not take the place of a failure that came before', async () => {
    const work: Work = (_, { partition }) => {
      if (partition === 0) throw new Error('no');
      return never();
    };
    const { from } = functionOf(work, { partitionsAtOnce: 2 });
    expect((await from(0, 1, 2)).error).toMatchObject({ code: 'HANDLER', partition: 0 });
  });
});

describe('attempts', () => {
  const limited = (work: Work, letters: string[]) =>
    functionOf(work, {
      onFailure: 'report',
      attempts: {
        max: 2,
        store: memoryAttempts(),
        deadLetter: deadLetterTo(({ id, error }) => void letters.push(`${id} ${error.code}`)),
      },
    });

  it('count a record that ran when the time was over, and none behind it', async () => {
    const letters: string[] = [];
    const { from } = limited(never, letters);
    const answers = [];
    for (const offset of [0, 0, 1]) answers.push((await from(offset, 3)).offsets);
    expect(answers).toEqual([[0], [1], [1]]);
    expect(letters).toEqual(['clicks-0@0 DEADLINE']);
  });

  it('count a record whose handler rejected since the time was near', async () => {
    const letters: string[] = [];
    const work: Work = (_, __, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const { from } = limited(work, letters);
    expect([(await from(0, 2)).offsets, (await from(0, 2)).offsets]).toEqual([[0], [1]]);
    expect(letters).toEqual(['clicks-0@0 DEADLINE']);
  });

  it('do not keep the answer, where a dead letter is not taken in time', async () => {
    const { from } = functionOf(never, {
      onFailure: 'report',
      attempts: { max: 1, store: memoryAttempts(), deadLetter: deadLetterTo(never) },
    });
    // Of the last 500 ms, 50 are left for the answer.
    expect(await from(0, 2)).toMatchObject({ offsets: [0], tookMs: 2_950 });
  });

  it('do not count records that nobody had begun', async () => {
    const letters: string[] = [];
    const { from } = limited(() => sleep(2_600), letters);
    for (const offset of [0, 1, 2]) expect((await from(offset, 3)).offsets).toEqual([offset + 1]);
    expect(letters).toEqual([]);
  });
});
