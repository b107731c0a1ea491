/** Records that fail again and again, over invocations: the limit that moves them on. */
import { describe, expect, it } from '@jest/globals';
import {
  type AttemptStore,
  deadLetterTo,
  type FailurePolicy,
  type HandlerOptions,
  memoryAttempts,
  on,
} from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { clicks, framed, invocation } from './clicks.js';

const USERS = ['ann', 'bob', 'cid'];

/** A function that fails on bob, and what becomes of each delivery from the offset that is due. */
function failingOnBob(options: Partial<HandlerOptions>) {
  const handled: string[] = [];
  const { invoke, logger } = invocation({
    routes: [
      on(clicks, ({ user_id }, { id }) => {
        if (user_id === 'bob') throw new Error('no');
        handled.push(id);
      }),
    ],
    ...options,
  });
  const deliver = async (from = 0) => {
    const records = USERS.map((user, offset) => ({ topic: 'clicks', offset, value: framed(user) }));
    const answer = invoke(mskEvent(records.slice(from)));
    return answer.then(
      ({ batchItemFailures }) => batchItemFailures.map(({ itemIdentifier: { offset } }) => offset),
      ({ code }: { code: string }) => code,
    );
  };
  return { deliver, handled, logger };
}

function letters(refuse: () => boolean = () => false) {
  const ids: string[] = [];
  const deadLetter = deadLetterTo(({ id, error }) => {
    if (refuse()) throw new Error('the sink is full');
    ids.push(`${id} ${error.code}`);
  });
  return { ids, deadLetter };
}

describe('a record that fails in its handler', () => {
  it('goes to the dead letters after so many attempts under report, and those behind it go on', async () => {
    const { ids, deadLetter } = letters();
    const { deliver, handled } = failingOnBob({
      onFailure: 'report',
      attempts: { max: 3, deadLetter, store: memoryAttempts() },
    });
    expect([await deliver(), await deliver(1), ids, await deliver(1)]).toEqual([
      [1],
      [1],
      ['clicks-0@1 HANDLER'],
      [],
    ]);
    expect(handled).toEqual(['clicks-0@0', 'clicks-0@2']);
  });

  it('does so under fail, where the batch comes again as a whole', async () => {
    const { ids, deadLetter } = letters();
    const { deliver, handled } = failingOnBob({ attempts: { max: 2, deadLetter } });
    expect([await deliver(), await deliver(), ids]).toEqual([
      'HANDLER',
      [],
      ['clicks-0@1 HANDLER'],
    ]);
    expect(handled).toEqual(['clicks-0@0', 'clicks-0@0', 'clicks-0@2']);
  });

  it('has all its attempts anew when it was moved on and comes again', async () => {
    const { ids, deadLetter } = letters();
    const { deliver } = failingOnBob({ attempts: { max: 2, deadLetter } });
    for (let n = 0; n < 4; n++) await deliver();
    expect(ids).toEqual(['clicks-0@1 HANDLER', 'clicks-0@1 HANDLER']);
  });

  it.each<[string, FailurePolicy]>([
    ['skip', 'skip'],
    ['dead-letter', deadLetterTo(() => {})],
  ])('is not counted under %s, which passes it at once', async (_, onFailure) => {
    const counted: string[] = [];
    const store: AttemptStore = {
      failed: async (id) => counted.push(id),
      settled: async () => {},
    };
    const { deliver } = failingOnBob({ onFailure, attempts: { max: 1, store, ...letters() } });
    expect(await deliver()).toEqual([]);
    expect(counted).toEqual([]);
  });
});

it('what does not decode is not counted: no attempt makes it better or worse', async () => {
  const { ids, deadLetter } = letters();
  const { invoke } = invocation({
    routes: [on(clicks, () => {})],
    attempts: { max: 1, deadLetter },
  });
  const event = mskEvent([{ topic: 'clicks', value: new Uint8Array([9]) }]);
  await expect(invoke(event)).rejects.toMatchObject({ code: 'FRAME' });
  expect(ids).toEqual([]);
});

it('a store that is out of reach gives more attempts, and the batch fails by the record', async () => {
  const { ids, deadLetter } = letters();
  const down = () => Promise.reject(new Error('throttled'));
  const { deliver, logger } = failingOnBob({
    onFailure: 'report',
    attempts: { max: 1, store: { failed: down, settled: down }, deadLetter },
  });
  expect([await deliver(), await deliver(1)]).toEqual([[1], [1]]);
  expect(ids).toEqual([]);
  const warned = logger.lines.filter(({ message }) => message.startsWith('The store of attempts'));
  expect(warned).toHaveLength(2);
});

it('a store that does not hear that a record has gone keeps nothing back', async () => {
  const { ids, deadLetter } = letters();
  const store = { ...memoryAttempts(), settled: () => Promise.reject(new Error('throttled')) };
  const { deliver } = failingOnBob({
    onFailure: 'report',
    attempts: { max: 1, store, deadLetter },
  });
  expect(await deliver()).toEqual([]);
  expect(ids).toEqual(['clicks-0@1 HANDLER']);
});

it('a dead-letter sink that refuses fails the batch, until it takes the record', async () => {
  let full = true;
  const { ids, deadLetter } = letters(() => full);
  const { deliver } = failingOnBob({ onFailure: 'report', attempts: { max: 1, deadLetter } });
  expect([await deliver(), ids]).toEqual(['DEAD_LETTER', []]);
  full = false;
  expect([await deliver(), ids]).toEqual([[], ['clicks-0@1 HANDLER']]);
});
