/** A producer on the real client, the system's clock and a registry that fails over real HTTP. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createProducer, type ProducerOptions } from '../../producer/index.js';
import { RegistryError, type RegistryOptions, unframe } from '../../runtime/index.js';
import {
  type FailingRegistry,
  failures,
  patienceWith,
  startFailingRegistry,
} from '../runtime/registry/failing-registry.js';
import { click, failureOf, newClicks, ScriptedTransport } from './clicks.js';

/** Its schema has no id yet, and other subjects know nothing of it. */
const otherClicks = { ...newClicks, name: 'other', subjects: { value: 'other-value' } };

let registry: FailingRegistry;
beforeEach(async () => {
  registry = await startFailingRegistry();
});
afterEach(() => registry.stop());

function start(client: Partial<RegistryOptions> = {}, options: Partial<ProducerOptions> = {}) {
  const transport = new ScriptedTransport();
  const producer = createProducer({
    transport,
    registry: registry.client(client),
    register: 'allowed',
    lingerMs: 0,
    ...options,
  });
  const send = (n: number, topic = newClicks) =>
    producer.send(topic, { key: `${n}`, value: click(n) });
  return { transport, producer, send };
}

const causeOf = ({ cause }: Error): unknown => cause instanceof RegistryError && cause.code;

describe('a producer whose registry', () => {
  it.each(failures)(
    '$condition fails to send, and sends again when it is well',
    async (failure) => {
      const { transport, send } = start(patienceWith(failure.condition));
      await registry.be(failure.condition);
      const error = await failureOf(send(1));
      expect(error).toMatchObject({
        code: 'REGISTRY',
        topic: 'clicks',
        subject: 'clicks-value',
        delivered: 'no',
        retriable: failure.retriable,
      });
      expect(error.message).toContain(registry.url);
      expect(causeOf(error)).toBe(failure.code);
      expect(transport.sent).toEqual([]);

      await registry.be('well');
      await send(2);
      expect(transport.users()).toEqual([['user-2']]);
    },
  );

  it.each(failures)('$condition once it has told the id goes on without it', async (failure) => {
    const { transport, send } = start(patienceWith(failure.condition));
    await send(1);
    const asked = registry.heard.length;
    await registry.be(failure.condition);
    for (const n of [2, 3]) await send(n);
    expect(transport.users()).toEqual([['user-1'], ['user-2'], ['user-3']]);
    expect(registry.heard).toHaveLength(asked);
    const ids = transport.sent.map(
      ({ messages }) => unframe(messages[0]?.value ?? new Uint8Array()).schemaId,
    );
    expect(new Set(ids).size).toBe(1);
  });

  it.each(failures.filter(({ retriable }) => retriable))(
    '$condition for a while loses nothing, and keeps the order',
    async ({ condition }) => {
      const { transport, send } = start({
        ...patienceWith(condition),
        retries: 1_000,
        totalTimeoutMs: 60_000,
      });
      await registry.be(condition);
      const asked = condition === 'gone' ? Promise.resolve() : registry.asked();
      const sending = [1, 2, 3].map((n) => send(n));
      await asked;
      sending.push(send(4));
      await registry.be('well');
      const offsets = (await Promise.all(sending)).map(({ offset }) => offset);
      expect(offsets).toEqual([0n, 1n, 2n, 3n]);
      expect(transport.users().flat()).toEqual(['user-1', 'user-2', 'user-3', 'user-4']);
    },
  );

  it('hangs holds back no topic whose id is known', async () => {
    const { transport, producer, send } = start(patienceWith('hangs'));
    await send(1);
    await registry.be('hangs');
    const asked = registry.asked();
    const stuck = failureOf(send(2, otherClicks));
    await asked;
    await send(3);
    expect(transport.users()).toEqual([['user-1'], ['user-3']]);
    expect(await stuck).toMatchObject({ code: 'REGISTRY', topic: 'other' });
    await producer.close();
  });

  it('hangs for longer than the delivery timeout sends nothing late', async () => {
    const patient = { timeoutMs: 60_000, totalTimeoutMs: 60_000 };
    const { transport, producer, send } = start(patient, { deliveryTimeoutMs: 200 });
    await registry.be('hangs');
    const error = await failureOf(send(1));
    expect(error).toMatchObject({ code: 'TIMED_OUT', delivered: 'no', retriable: true });
    expect(error.message).toContain('schema id');
    await producer.close();
    expect(transport.sent).toEqual([]);
  });

  it('hangs lets the producer close, and tells every sender', async () => {
    const { transport, producer, send } = start(patienceWith('hangs'));
    await registry.be('hangs');
    const sending = [1, 2, 3].map((n) => failureOf(send(n)));
    await producer.close();
    const codes = (await Promise.all(sending)).map(({ code }) => code);
    expect(codes).toEqual(['REGISTRY', 'REGISTRY', 'REGISTRY']);
    expect(transport.calls).not.toContain('send');
    expect(transport.calls.at(-1)).toBe('disconnect');
  });

  it('is broken is asked once per try, however many messages wait', async () => {
    const { send } = start({ retries: 2 });
    await registry.be('broken');
    const errors = await Promise.all(Array.from({ length: 50 }, (_, n) => failureOf(send(n))));
    expect(new Set(errors.map(causeOf))).toEqual(new Set(['SERVER']));
    expect(registry.heard.length % 3).toBe(0);
    expect(registry.heard.length).toBeLessThan(10);
  });

  it('is gone leaves the others of its list to answer', async () => {
    const spare = await startFailingRegistry();
    try {
      const { transport, send } = start({ url: [registry.url, spare.url] });
      await registry.be('gone');
      await send(1);
      expect(transport.users()).toEqual([['user-1']]);
      expect(spare.heard).not.toEqual([]);
    } finally {
      await spare.stop();
    }
  });
});
