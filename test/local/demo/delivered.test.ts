import { describe, expect, it } from '@jest/globals';
import { Cleanup, within } from '../../../local/demo/cleanup.js';
import { Commits } from '../../../local/demo/delivered.js';

const at = (partition: number, offset: bigint) => ({ topic: 't', partition, offset });

describe('Commits', () => {
  const pending = Symbol('pending');
  /** What `all` has come to, without waiting for more. */
  const stateOf = async (all: Promise<void>) => {
    const settled = all.then(
      () => 'all',
      (error: unknown) => error,
    );
    return Promise.race([settled, new Promise((resolve) => setImmediate(resolve, pending))]);
  };

  it('waits for the last offset of every partition', async () => {
    const commits = new Commits();
    const all = commits.all([at(0, 4n), at(0, 5n), at(1, 0n)]);
    for (const [topic, partition, nextOffset] of [
      ['t', 0, 5n],
      ['other', 1, 9n],
      ['t', 1, 1n],
    ] as const) {
      commits.onEvent({ kind: 'committed', topic, partition, nextOffset });
      expect(await stateOf(all)).toBe(pending);
    }
    commits.onEvent({ kind: 'committed', topic: 't', partition: 0, nextOffset: 6n });
    expect(await stateOf(all)).toBe('all');
  });

  it('knows what was committed before anybody waited for it', async () => {
    const commits = new Commits();
    commits.onEvent({ kind: 'committed', topic: 't', partition: 0, nextOffset: 3n });
    expect(await stateOf(commits.all([at(0, 2n)]))).toBe('all');
    expect(await stateOf(commits.all([at(0, 3n)]))).toBe(pending);
  });

  it('gives up on a batch that fails for the third time, with its error', async () => {
    const error = new Error('no');
    const commits = new Commits();
    const all = commits.all([at(0, 0n)]);
    const retry = { kind: 'retrying', records: 1, waitMs: 1, reason: 'error', error } as const;
    commits.onEvent({ ...retry, deliveries: 2 });
    expect(await stateOf(all)).toBe(pending);
    commits.onEvent({ ...retry, deliveries: 3 });
    expect(await stateOf(all)).toBe(error);
  });
});

describe('Cleanup', () => {
  it('ends everything, last first, whatever fails', async () => {
    const ended: string[] = [];
    const cleanup = new Cleanup();
    cleanup.add('first', async () => ended.push('first'));
    cleanup.add('second', () => Promise.reject(new Error('stuck')));
    cleanup.add('third', async () => ended.push('third'));
    expect(await cleanup.run()).toEqual(['second: stuck']);
    expect(ended).toEqual(['third', 'first']);
    expect(await cleanup.run()).toEqual([]);
  });
});

it('within() rejects when the time is over', async () => {
  await expect(within(1, new Promise(() => {}), 'Waiting')).rejects.toThrow(
    'Waiting took longer than 0.001 s.',
  );
});
