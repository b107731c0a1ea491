/** A handler on the real client and a registry that fails over real HTTP. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ConsumerError,
  createHandler,
  deadLetterTo,
  type HandlerOptions,
  type KafkaEvent,
  on,
} from '../../consumer/index.js';
import { mskEvent } from '../../local/msk-event.js';
import { RegistryError, type RegistryOptions } from '../../runtime/index.js';
import {
  type FailingRegistry,
  failures,
  patienceWith,
  startFailingRegistry,
} from '../runtime/registry/failing-registry.js';
import { CLICK_SCHEMA, type Click, clicks, framed, testLogger } from './clicks.js';

/** A writer's schema that is not the reader's. */
const WIDER_SCHEMA = CLICK_SCHEMA.replace(
  /\]\}$/,
  ',{"name":"from","type":["null","string"],"default":null}]}',
);
const FROM_NULL = Uint8Array.of(0);

let registry: FailingRegistry;
let id: number;
let widerId: number;
beforeEach(async () => {
  registry = await startFailingRegistry();
  id = await registry.client().register('clicks-value', CLICK_SCHEMA);
  widerId = await registry.client().register('clicks-value', WIDER_SCHEMA);
});
afterEach(() => registry.stop());

function start(client: Partial<RegistryOptions> = {}, options: Partial<HandlerOptions> = {}) {
  const users: string[] = [];
  const handler = createHandler({
    registry: registry.client(client),
    logger: testLogger(),
    routes: [on(clicks, (click: Click) => void users.push(click.user_id))],
    ...options,
  });
  return { handler, users };
}

const event = (...users: string[]): KafkaEvent =>
  mskEvent(users.map((user) => ({ topic: 'clicks', value: framed(user, id) })));

/** One record of the reader's schema, and one of the other. */
const mixed = (): KafkaEvent =>
  mskEvent([
    { topic: 'clicks', value: framed('ann', id) },
    { topic: 'clicks', value: Buffer.concat([framed('bob', widerId), FROM_NULL]) },
  ]);

async function failureOf(work: Promise<unknown>): Promise<ConsumerError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ConsumerError) return error;
  throw new Error(`expected a ConsumerError, got ${error}`);
}

/** Those that pass; the other is an answer, which its policy settles. */
const passing = failures.filter(({ retriable }) => retriable);
const causeOf = ({ cause }: Error): unknown => cause instanceof RegistryError && cause.code;
const ALL = { batchItemFailures: [] };

describe('a handler whose registry', () => {
  it.each(passing)(
    '$condition fails its batch, and handles it when it is well',
    async (failure) => {
      const { handler, users } = start(patienceWith(failure.condition));
      await registry.be(failure.condition);
      const error = await failureOf(handler(event('ann', 'bob')));
      expect(error).toMatchObject({ code: 'REGISTRY', topic: 'clicks', schemaId: id });
      expect(error.message).toContain(registry.url);
      expect(users).toEqual([]);
      const single = await failureOf(handler(event('ann')));
      expect(causeOf(single)).toBe(failure.code);

      await registry.be('well');
      expect(await handler(event('ann', 'bob'))).toEqual(ALL);
      expect(users).toEqual(['ann', 'bob']);
    },
  );

  it.each(failures)(
    '$condition once it has told the schema goes on without it',
    async (failure) => {
      const { handler, users } = start(patienceWith(failure.condition));
      await handler(event('ann'));
      const asked = registry.heard.length;
      await registry.be(failure.condition);
      expect(await handler(event('bob', 'cid'))).toEqual(ALL);
      expect(users).toEqual(['ann', 'bob', 'cid']);
      expect(registry.heard).toHaveLength(asked);
    },
  );

  it.each(passing)(
    '$condition before a new schema came handles none of its batch',
    async (failure) => {
      const { handler, users } = start(patienceWith(failure.condition));
      await handler(event('ann'));
      await registry.be(failure.condition);
      expect(await failureOf(handler(mixed()))).toMatchObject({
        code: 'REGISTRY',
        schemaId: widerId,
      });
      expect(users).toEqual(['ann']);
      await registry.be('well');
      expect(await handler(mixed())).toEqual(ALL);
      expect(users).toEqual(['ann', 'ann', 'bob']);
    },
  );

  it.each(passing)('$condition for a while is asked until it answers', async ({ condition }) => {
    const { handler, users } = start({
      ...patienceWith(condition),
      retries: 1_000,
      totalTimeoutMs: 60_000,
    });
    await registry.be(condition);
    const asked = condition === 'gone' ? Promise.resolve() : registry.asked();
    const handling = handler(event('ann'));
    await asked;
    await registry.be('well');
    expect(await handling).toEqual(ALL);
    expect(users).toEqual(['ann']);
  });

  const taken: string[] = [];
  const policies = [
    { policy: 'skip', onFailure: 'skip' },
    { policy: 'report', onFailure: 'report' },
    {
      policy: 'dead-letter',
      onFailure: deadLetterTo(async (letter) => void taken.push(letter.id)),
    },
  ] as const;
  it.each(passing.flatMap((failure) => policies.map((row) => ({ ...failure, ...row }))))(
    '$condition loses no record where the policy is $policy',
    async ({ condition, onFailure }) => {
      const { handler, users } = start(patienceWith(condition), { onFailure });
      await registry.be(condition);
      expect(await failureOf(handler(event('ann')))).toMatchObject({ code: 'REGISTRY' });
      expect([users, taken]).toEqual([[], []]);
      await registry.be('well');
      expect(await handler(event('ann'))).toEqual(ALL);
      expect(users).toEqual(['ann']);
    },
  );

  it('is broken is asked once per try, however many records wait', async () => {
    const { handler } = start({ retries: 2 });
    const asked = registry.heard.length;
    await registry.be('broken');
    await failureOf(handler(event(...Array.from({ length: 100 }, (_, n) => `user-${n}`))));
    expect(registry.heard.slice(asked)).toEqual(Array(3).fill(`GET /schemas/ids/${id}`));
  });

  it('is gone leaves the others of its list to answer', async () => {
    const spare = await startFailingRegistry();
    try {
      const other = await spare.client().register('clicks-value', CLICK_SCHEMA);
      expect(other).toBe(id);
      const { handler, users } = start({ url: [registry.url, spare.url] });
      await registry.be('gone');
      expect(await handler(event('ann'))).toEqual(ALL);
      expect(users).toEqual(['ann']);
    } finally {
      await spare.stop();
    }
  });
});
