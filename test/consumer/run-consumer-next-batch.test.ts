/** A partition's next batch begins before the consumer has heard that the one before is committed. */
import { expect, it } from '@jest/globals';
import {
  type FetchedBatch,
  on,
  type Position,
  runConsumer,
  type Source,
  type Subscription,
} from '../../consumer/index.js';
import { deferred } from '../deferred.js';
import { clicks, framed, testLogger, testRegistry } from './clicks.js';

const PARTITION = { topic: 'clicks', partition: 0 };

function batchAt(offset: bigint, user: string): FetchedBatch {
  const timestamp = { timestampMs: 0, timestampType: 'CREATE_TIME' } as const;
  const bytes = { key: new TextEncoder().encode(user), value: framed(user), headers: [] };
  return { ...PARTITION, records: [{ offset, ...timestamp, ...bytes }] };
}

/** Gives a batch when the one before is committed, and is done with that commit when `committed` says so. */
function sourceOf(batches: FetchedBatch[], committed: () => Promise<void>) {
  const commits: bigint[] = [];
  let wake = (): void => {};
  const waiting = [...batches.splice(0, 1)];
  const source: Source = {
    name: 'scripted',
    async subscribe({ onAssigned, onState }: Subscription) {
      onAssigned([PARTITION]);
      onState({ is: 'reading' });
    },
    async poll({ waitMs }) {
      if (waiting.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, waitMs);
        });
      return waiting.shift();
    },
    async commit(positions: readonly Position[]) {
      commits.push(...positions.map(({ offset }) => offset));
      waiting.push(...batches.splice(0, 1));
      wake();
      await committed();
    },
    readFrom() {},
    member: () => undefined,
    async close() {},
  };
  return { source, commits };
}

it('is waited for and committed by a stop', async () => {
  const secondBegun = deferred<void>();
  const { source, commits } = sourceOf([batchAt(0n, 'ann'), batchAt(1n, 'bob')], () =>
    commits.length === 1 ? secondBegun.promise : Promise.resolve(),
  );
  const consumer = runConsumer({
    kafka: () => source,
    group: 'billing',
    registry: testRegistry().registry,
    logger: testLogger(),
    stopOnSignals: false,
    stopTimeoutMs: 1_000,
    routes: [
      on(clicks, async ({ user_id }, _, { signal }) => {
        if (user_id !== 'bob') return;
        secondBegun.resolve();
        // Ends when it is told to, which is within the time that a stop waits.
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        });
      }),
    ],
  });
  await secondBegun.promise;
  // The first commit is heard of.
  await new Promise((resolve) => setImmediate(resolve));
  await consumer.stop();
  expect(commits).toEqual([1n, 2n]);
});
