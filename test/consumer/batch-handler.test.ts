/** `onBatch` in Lambda: what the answer of a batch handler does to each of its records. */
import { describe, expect, it } from '@jest/globals';
import {
  type BatchAnswer,
  type BatchHandler,
  type ConsumedRecord,
  deadLetterTo,
  type FailureOptions,
  on,
  onBatch,
  type Route,
} from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { type Click, clicks, framed, invocation } from './clicks.js';

type Records = readonly ConsumedRecord<Click, string | null>[];
type Answer = BatchAnswer<Click, string | null>;

const TOMBSTONE = 'tombstone';
const POISON = 'poison';

/** Delivers one record for each user, of one partition. */
async function deliver(route: Route, users: readonly string[], options: FailureOptions = {}) {
  const letters: string[] = [];
  const deadLetter = deadLetterTo(({ id, error }) => void letters.push(`${id} ${error.code}`));
  const { invoke, logger } = invocation({
    routes: [route],
    ...options,
    ...(options.onFailure === undefined && { onFailure: deadLetter }),
  });
  const event = mskEvent(
    users.map((user) => ({
      topic: 'clicks',
      key: user,
      value:
        user === TOMBSTONE ? null : user === POISON ? new TextEncoder().encode('no') : framed(user),
    })),
  );
  const outcome = await invoke(event).then(
    ({ batchItemFailures }) => ({
      offsets: batchItemFailures.map(({ itemIdentifier: { offset } }) => offset),
    }),
    (error: unknown) => ({ error }),
  );
  return { ...outcome, letters, logger };
}

/** A route that answers so, and what it was given. */
function answering(answer: (records: Records) => Answer | Promise<Answer>) {
  const given: (readonly string[])[] = [];
  const handler: BatchHandler<Click, string | null> = (records) => {
    given.push(records.map(({ value }) => value.user_id));
    return answer(records);
  };
  return { route: onBatch(clicks, handler), given };
}

const failing =
  (...users: readonly string[]) =>
  async (records: Records): Promise<Answer> =>
    records
      .filter(({ value }) => users.includes(value.user_id))
      .map((record) => ({ record, error: new Error(`no ${record.value.user_id}`) }));

describe('a batch handler', () => {
  it.each<[string, (records: Records) => Answer | Promise<Answer>]>([
    ['nothing', () => {}],
    ['a promise of nothing', async () => {}],
    ['an empty list', () => []],
  ])('that answers %s has handled all', async (_, answer) => {
    const { route, given } = answering(answer);
    expect(await deliver(route, ['ann', 'bob'])).toMatchObject({ offsets: [], letters: [] });
    expect(given).toEqual([['ann', 'bob']]);
  });

  it('that names records has handled the others', async () => {
    const { route } = answering(failing('bob', 'dan'));
    const outcome = await deliver(route, ['ann', 'bob', 'cid', 'dan']);
    expect(outcome).toMatchObject({
      offsets: [],
      letters: ['clicks-0@1 HANDLER', 'clicks-0@3 HANDLER'],
    });
    const warned = outcome.logger.lines.filter(({ fields }) => fields.code === 'HANDLER');
    expect(warned.map(({ fields }) => fields.error)).toMatchObject([
      { offset: 1, cause: { message: 'no bob' } },
      { offset: 3, cause: { message: 'no dan' } },
    ]);
  });

  it('that names records in any order, under report, has its lowest offset reported', async () => {
    const { route } = answering(async (records) =>
      [...((await failing('bob', 'dan')(records)) ?? [])].reverse(),
    );
    const outcome = await deliver(route, ['ann', 'bob', 'cid', 'dan'], { onFailure: 'report' });
    expect(outcome).toMatchObject({ offsets: [1], letters: [] });
  });

  it('that names a record, under fail, fails the invocation with what was wrong', async () => {
    const { route } = answering(failing('bob'));
    const { error } = {
      error: undefined,
      ...(await deliver(route, ['ann', 'bob'], { onFailure: 'fail' })),
    };
    expect(error).toMatchObject({ code: 'HANDLER', offset: 1, cause: { message: 'no bob' } });
  });

  it.each<[string, (records: Records) => Answer | Promise<Answer>, string]>([
    [
      'throws',
      () => {
        throw new Error('all of it');
      },
      'all of it',
    ],
    ['rejects', () => Promise.reject(new Error('all of it')), 'all of it'],
    [
      'names a record of somebody else',
      ([record]) => (record ? [{ record }, { record: { ...record } }] : []),
      'named a record that it was not given',
    ],
    // Wrong on purpose: what JavaScript may answer.
    ['answers no list', () => ({ failed: 1 }) as never, 'is not a function'],
  ])('that %s has handled none', async (_, answer, says) => {
    const { route } = answering(answer);
    const { letters, logger } = await deliver(route, ['ann', 'bob']);
    expect(letters).toEqual(['clicks-0@0 HANDLER', 'clicks-0@1 HANDLER']);
    const [line] = logger.lines.filter(({ fields }) => fields.code === 'HANDLER');
    expect(line?.fields.error).toMatchObject({ cause: { message: expect.stringContaining(says) } });
  });

  it('names a record twice and it fails once', async () => {
    const { route } = answering(([record]) => (record ? [{ record }, { record }] : []));
    expect((await deliver(route, ['ann', 'bob'])).letters).toEqual(['clicks-0@0 HANDLER']);
  });

  it('is called by partition, and gets the context', async () => {
    const given: unknown[] = [];
    const route = onBatch(clicks, (records, { requestId, attempt }) => {
      given.push([records.map(({ id }) => id), requestId, attempt]);
    });
    const { invoke } = invocation({ routes: [route] });
    const event = mskEvent(
      [0, 1, 0].map((partition) => ({ topic: 'clicks', partition, value: framed('ann') })),
    );
    await invoke(event, { awsRequestId: 'r' });
    expect(given).toEqual([
      [['clicks-0@0', 'clicks-0@1'], 'r', 1],
      [['clicks-1@0'], 'r', 1],
    ]);
  });
});

describe('what does not decode', () => {
  const users = ['ann', POISON, 'bob'];

  it('is passed under skip and dead-letter, and the others are handled together', async () => {
    for (const onFailure of [undefined, 'skip'] as const) {
      const { route, given } = answering(() => {});
      const { offsets, letters } = {
        offsets: undefined,
        ...(await deliver(route, users, { onFailure })),
      };
      expect(given).toEqual([['ann', 'bob']]);
      expect(offsets).toEqual([]);
      expect(letters).toEqual(onFailure === undefined ? ['clicks-0@1 FRAME'] : []);
    }
  });

  it('holds those behind it under report', async () => {
    const { route, given } = answering(() => {});
    expect(await deliver(route, users, { onFailure: 'report' })).toMatchObject({ offsets: [1] });
    expect(given).toEqual([['ann']]);
  });

  it('is not what is reported where one before it failed', async () => {
    const { route } = answering(failing('ann'));
    expect(await deliver(route, users, { onFailure: 'report' })).toMatchObject({ offsets: [0] });
  });

  it('fails the invocation under fail, before the handler is called', async () => {
    const { route, given } = answering(() => {});
    expect(await deliver(route, users, { onFailure: 'fail' })).toMatchObject({
      error: { code: 'FRAME' },
    });
    expect(given).toEqual([]);
  });

  it('alone, leaves nothing to call the handler with', async () => {
    const { route, given } = answering(() => {});
    expect((await deliver(route, [POISON])).letters).toEqual(['clicks-0@0 FRAME']);
    expect(given).toEqual([]);
  });
});

describe('tombstones', () => {
  it('come among the records where the handler asks for them', async () => {
    const given: unknown[] = [];
    const route = onBatch(clicks, {
      tombstones: true,
      batch: (records) =>
        void given.push(...records.map(({ key, value }) => [key, value?.user_id])),
    });
    expect((await deliver(route, ['ann', TOMBSTONE])).letters).toEqual([]);
    expect(given).toEqual([
      ['ann', 'ann'],
      [TOMBSTONE, undefined],
    ]);
  });

  it('are failures where it does not', async () => {
    const { route, given } = answering(() => {});
    expect((await deliver(route, ['ann', TOMBSTONE])).letters).toEqual(['clicks-0@1 TOMBSTONE']);
    expect(given).toEqual([['ann']]);
  });
});

it('counts the attempts of the records that it names', async () => {
  const letters: string[] = [];
  const { route } = answering(failing('bob'));
  const { invoke } = invocation({
    routes: [route],
    onFailure: 'report',
    attempts: { max: 2, deadLetter: deadLetterTo(({ id }) => void letters.push(id)) },
  });
  const event = mskEvent(
    ['ann', 'bob', 'cid'].map((user) => ({ topic: 'clicks', value: framed(user) })),
  );
  const first = await invoke(event);
  expect(first.batchItemFailures).toMatchObject([{ itemIdentifier: { offset: 1 } }]);
  expect(letters).toEqual([]);
  expect(await invoke(event)).toEqual({ batchItemFailures: [] });
  expect(letters).toEqual(['clicks-0@1']);
});

it('stands beside handlers of single records', async () => {
  const seen: string[] = [];
  const { invoke } = invocation({
    routes: [
      onBatch(clicks, (records) => void seen.push(`${records.length} together`)),
      on({ ...clicks, name: 'others' }, (_, { id }) => void seen.push(id)),
    ],
  });
  await invoke(
    mskEvent(['clicks', 'clicks', 'others'].map((topic) => ({ topic, value: framed('ann') }))),
  );
  expect(seen.sort()).toEqual(['2 together', 'others-0@0']);
});
