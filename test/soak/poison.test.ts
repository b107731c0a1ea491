import { expect, it } from '@jest/globals';
import { createHandler, type FailureSeen, on } from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { drawsFrom } from '../chaos/draws.js';
import { testLogger } from '../consumer/clicks.js';
import { GOOD, plan } from './events.js';
import { contentOf, FATAL_USER, POISON } from './poison.js';
import { clicksIn, soakRegistry } from './topic.js';

/** Hands one record to a handler; answers who clicked, and which code it was skipped with. */
async function deliver(kind: string) {
  const users: string[] = [];
  const failures: FailureSeen[] = [];
  const handler = createHandler({
    registry: soakRegistry(),
    logger: testLogger(),
    onFailure: 'skip',
    telemetry: { onBatch: () => ({ onFailure: (failure) => void failures.push(failure) }) },
    routes: [
      on(clicksIn('clicks'), ({ value: click }) => {
        if (click.user_id === FATAL_USER) throw new TypeError('fatal');
        users.push(click.user_id);
      }),
    ],
  });
  await handler(mskEvent([{ topic: 'clicks', ...contentOf(kind, 'ann', 7) }]));
  return { users, codes: failures.map(({ error }) => error.code) };
}

it('a good event is handled', async () => {
  expect(await deliver(GOOD)).toEqual({ users: ['ann'], codes: [] });
});

it.each(Object.entries(POISON))('%s is what it is taken for', async (kind, { code }) => {
  expect(await deliver(kind)).toEqual({ users: [], codes: [code] });
});

it('one event in a hundred is poison, of every kind', () => {
  const kinds = plan(5_000, drawsFrom(1));
  const poison = kinds.filter((kind) => kind !== GOOD);
  expect(poison).toHaveLength(50);
  expect(new Set(poison)).toEqual(new Set(Object.keys(POISON)));
  expect(plan(5_000, drawsFrom(1))).toEqual(kinds);
  expect(plan(5_000, drawsFrom(2))).not.toEqual(kinds);
});
