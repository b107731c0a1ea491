/** What becomes of invocations: bundles of the construct and of the sample's stack, under the client that calls handlers in Lambda. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { mskEvent } from '../../local/msk-event.js';
import { clicksRegistry, failureOf, sharedRegistry, whileDeployed } from './clicks.js';
import { type DeployedFunction, deployed, deployedSample } from './deployed.js';

const registry = sharedRegistry();
let functions: Readonly<Record<'Sample' | 'Clicks' | 'Broken', DeployedFunction>>;

beforeAll(() => {
  functions = {
    Sample: deployedSample(),
    ...deployed({
      Clicks: 'test/lambda/functions/clicks.ts',
      Broken: 'test/lambda/functions/broken.ts',
    }),
  };
});

const event = (...users: readonly string[]) => mskEvent(registry.clicksOf(users));

describe('an invocation', () => {
  it('answers that all is handled: what `npm run synth` bundles of the sample', async () => {
    const { logged } = await whileDeployed(functions.Sample, { registry }, async (fn) => {
      const { body } = await fn.invoke(event('ann', 'bob'));
      expect(body).toBe('{"batchItemFailures":[]}');
    });
    const handled = logged.filter(({ message }) => `${message}`.startsWith('Successfully'));
    expect(handled).toMatchObject([
      { id: 'user-clicks-avro-0@0', userId: 'ann' },
      { id: 'user-clicks-avro-0@1', userId: 'bob' },
    ]);
  });

  it('answers from which offset on a partition is not handled', async () => {
    const settings = { registry, environment: { ON_FAILURE: 'report' } };
    const { logged } = await whileDeployed(functions.Clicks, settings, async (fn) => {
      const others = registry.clicksOf(['cid']).map((record) => ({ ...record, partition: 1 }));
      const clicks = registry.clicksOf(['ann', 'broke', 'bob']);
      const { body } = await fn.invoke(mskEvent([...clicks, ...others]));
      const itemIdentifier = { partition: 'user-clicks-avro-0', offset: 1 };
      expect(JSON.parse(body)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
    });
    const handled = logged.filter(({ message }) => message === 'Handled.').map(({ id }) => id);
    expect(handled).toEqual(['user-clicks-avro-0@0', 'user-clicks-avro-1@0']);
  });

  it('fails with a type that names code and cause, a message without payload, and a trace of the sources', async () => {
    await whileDeployed(functions.Clicks, { registry }, async (fn) => {
      const { errorType, errorMessage, trace } = await failureOf(fn.invoke(event('ann', 'broke')));
      expect(errorType).toBe('ConsumerError.HANDLER.PaymentDeclined');
      expect(errorMessage).toBe(
        'The handler of topic "user-clicks-avro" failed on user-clicks-avro-0@1; its error is the cause.',
      );
      // Not of the bundle's only line.
      expect(trace?.slice(1).join('\n')).toMatch(/\/consumer\/[\w-]+\.ts:\d+:\d+\)/);
    });
  });

  it('fails with the type of what does not decode', async () => {
    await whileDeployed(functions.Clicks, { registry }, async (fn) => {
      const value = new TextEncoder().encode('{"user_id":"payload-secret"}');
      const [click] = registry.clicksOf(['ann']);
      const report = await failureOf(fn.invoke(mskEvent([{ topic: `${click?.topic}`, value }])));
      expect(report.errorType).toBe('ConsumerError.FRAME.AVRO_FRAME');
      expect(JSON.stringify(report)).not.toContain('payload-secret');
    });
  });
});

describe('a process', () => {
  it('keeps what it has from a cold invocation to a warm one, also behind one that failed', async () => {
    // What the cold invocation asks is not asked again: there is nobody left to ask.
    const own = await clicksRegistry();
    const { logged } = await whileDeployed(functions.Clicks, { registry: own }, async (fn) => {
      const clicks = mskEvent(own.clicksOf(['ann']));
      const failing = mskEvent(own.clicksOf(['broke']));
      const answers = [(await fn.invoke(clicks)).body];
      await own.stop();
      await failureOf(fn.invoke(failing));
      answers.push((await fn.invoke(clicks)).body);
      expect(answers).toEqual(['{"batchItemFailures":[]}', '{"batchItemFailures":[]}']);
      expect(fn.starts).toBe(1);
    });
    const invoked = logged.filter(({ message }) => message === 'Invoked.');
    expect(invoked.map(({ invocation }) => invocation)).toEqual([1, 2, 3]);
    expect(new Set(invoked.map(({ instance }) => instance)).size).toBe(1);
  });

  it('is started anew behind one that ended, or that Lambda killed since its time was up', async () => {
    const { logged } = await whileDeployed(
      functions.Clicks,
      { registry, timeoutMs: 5_000 },
      async (fn) => {
        const exited = await failureOf(fn.invoke(event('exit')));
        expect(exited.errorType).toBe('Runtime.ExitError');
        expect(exited.errorMessage).toMatch(/exited with error: 3$/);
        const killed = await failureOf(fn.invoke(event('busy')));
        expect(killed.errorType).toBe('Sandbox.Timedout');
        expect(killed.errorMessage).toMatch(/Task timed out after 5\.00 seconds$/);
        expect((await fn.invoke(event('ann'))).body).toBe('{"batchItemFailures":[]}');
        expect(fn.starts).toBe(3);
      },
    );
    const invoked = logged.filter(({ message }) => message === 'Invoked.');
    expect(invoked.map(({ invocation }) => invocation)).toEqual([1, 1, 1]);
    expect(new Set(invoked.map(({ instance }) => instance)).size).toBe(3);
  });

  it('that cannot start says what is wrong with its options', async () => {
    await whileDeployed(functions.Broken, { registry }, async (fn) => {
      const report = await failureOf(fn.invoke(event('ann')));
      expect(report).toMatchObject({
        errorType: 'ConsumerError.CONFIG',
        errorMessage: 'Two routes are given for topic "user-clicks-avro".',
      });
    });
  });
});
