/** What an application's telemetry may do, and cannot. */
import { describe, expect, it, jest } from '@jest/globals';
import { harmless, MAX_FLUSH_MS } from '../../consumer/harmless.js';
import {
  type BatchObserver,
  type BatchOutcome,
  type BatchReceived,
  type CallObserver,
  ConsumerError,
  type ConsumerTelemetry,
} from '../../consumer/index.js';

const BATCH: BatchReceived = {
  requestId: 'r-1',
  group: undefined,
  topic: 'clicks',
  count: 1,
  records: () => [],
};
const SEEN: BatchOutcome = { durationMs: 1, error: undefined, partitions: [] };
const ERROR = new ConsumerError('HANDLER', 'no');
const FAILURE = { topic: 'clicks', partition: 0, offset: 1, error: ERROR, policy: undefined };

function batchOf(...observers: readonly BatchObserver[]) {
  const batch = harmless(observers.map((one) => ({ onBatch: () => one }))).onBatch(BATCH);
  if (batch === undefined) throw new Error('nobody listens');
  return batch;
}

const oh = (): never => {
  throw new Error('oh');
};
const ohLater = async (): Promise<never> => oh();

describe('a telemetry', () => {
  it('hears nothing where there is none, or none that listens', async () => {
    for (const none of [undefined, {}, [], [{}, { onBatch: () => undefined }]]) {
      const telemetry = harmless(none);
      expect(telemetry.onBatch(BATCH)).toBeUndefined();
      await telemetry.flush(1);
    }
  });

  it('hears what happened, as do others beside it', async () => {
    const heard: unknown[] = [];
    const one = (name: string): ConsumerTelemetry => ({
      onBatch(batch) {
        heard.push([name, batch]);
        return {
          onCall: (records) => ({
            onHandled: () => heard.push([name, 'handled', records.length]),
            onFailed: (error) => heard.push([name, error.code]),
          }),
          onFailure: (failure) => heard.push([name, failure]),
          onEnd: (seen) => heard.push([name, seen]),
        };
      },
      flush: () => void heard.push([name, 'flush']),
    });
    const telemetry = harmless([one('a'), one('b')]);
    const batch = telemetry.onBatch(BATCH);
    const call = batch?.onCall?.([]);
    call?.onHandled();
    call?.onFailed(ERROR);
    batch?.onFailure(FAILURE);
    batch?.onEnd(SEEN);
    await telemetry.flush(1);
    const want = [[BATCH], ['handled', 0], ['HANDLER'], [FAILURE], [SEEN], ['flush']];
    expect(heard).toEqual(want.flatMap((what) => ['a', 'b'].map((name) => [name, ...what])));
  });

  it('is not asked about calls where it does not listen to them', () => {
    expect(batchOf({}).onCall).toBeUndefined();
    expect(batchOf({}, { onCall: () => undefined }).onCall?.([])).toBeDefined();
  });

  it.each([
    ['throws', oh],
    ['rejects', ohLater],
  ])('that %s stops nothing', async (_, fails) => {
    // Typed as no telemetry would be: it may come from JavaScript.
    const broken = fails as () => never;
    const call: CallObserver = { run: broken, onHandled: broken, onFailed: broken };
    const observer: BatchObserver = {
      run: broken,
      onCall: () => call,
      onFailure: broken,
      onEnd: broken,
    };
    const telemetry = harmless({ onBatch: () => observer, flush: broken });
    const batch = telemetry.onBatch(BATCH);
    expect(batch?.run(() => 1)).toBe(1);
    const one = batch?.onCall?.([]);
    expect(one?.run(() => 2)).toBe(2);
    one?.onHandled();
    one?.onFailed(ERROR);
    batch?.onFailure(FAILURE);
    batch?.onEnd(SEEN);
    await telemetry.flush(1);
    expect(harmless({ onBatch: broken }).onBatch(BATCH)?.onCall).toBeUndefined();
    expect(
      batchOf({ onCall: broken })
        .onCall?.([])
        .run(() => 3),
    ).toBe(3);
  });
});

describe('what a telemetry runs', () => {
  const RUNS: readonly (readonly [string, NonNullable<BatchObserver['run']>])[] = [
    ['and answers', (work) => work()],
    ['and then throws', (work) => [work(), oh()][0] ?? oh()],
    ['after it threw', oh],
    [
      'twice',
      (work) => {
        work();
        return work();
      },
    ],
    [
      'and hides what it threw',
      (work) => {
        try {
          return work();
        } catch {
          return oh();
        }
      },
    ],
  ];
  it.each(RUNS)('is run once, %s', async (_, run) => {
    const work = jest.fn(() => 7);
    expect(batchOf({ run }, { run }).run(work)).toBe(7);
    expect(work).toHaveBeenCalledTimes(1);
    const mine = new Error('mine');
    const failing = jest.fn(() => {
      throw mine;
    });
    expect(() => batchOf({ run }).run(failing)).toThrow(mine);
    expect(failing).toHaveBeenCalledTimes(1);
    await expect(batchOf({ run }).run(async () => Promise.reject(mine))).rejects.toBe(mine);
  });

  it('is run by each within the one before it', () => {
    const order: string[] = [];
    const named = (name: string): BatchObserver => ({
      run(work) {
        order.push(name);
        return work();
      },
    });
    batchOf(named('outer'), {}, named('inner')).run(() => order.push('work'));
    expect(order).toEqual(['outer', 'inner', 'work']);
  });
});

describe('flush', () => {
  it('is waited for', async () => {
    let done = false;
    const flush = async (): Promise<void> => {
      await new Promise(setImmediate);
      done = true;
    };
    await harmless({ flush }).flush(MAX_FLUSH_MS);
    expect(done).toBe(true);
  });

  it.each([
    [10, 10],
    [60_000, MAX_FLUSH_MS],
  ])('is not waited for beyond its time: %i', async (given, want) => {
    jest.useFakeTimers();
    try {
      let isOver = false;
      const flushing = harmless({ flush: () => new Promise<void>(() => {}) })
        .flush(given)
        .then(() => {
          isOver = true;
        });
      await jest.advanceTimersByTimeAsync(want - 1);
      expect(isOver).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      await flushing;
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });
});
