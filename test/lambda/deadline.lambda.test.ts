/** A batch that takes longer than the function may run, delivered as the event source mapping would. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { mskEvent } from '../../local/msk-event.js';
import { startPoller } from '../../local/poller/index.js';
import { LogSource } from '../local/poller/log-source.js';
import { failureOf, type Logged, sharedRegistry, whileDeployed } from './clicks.js';
import { type DeployedFunction, deployed } from './deployed.js';
import type { LambdaFunction } from './lambda-function.js';

const RECORDS = 100;
const WORK_MS = 100;
const TIMEOUT_MS = 3_000;
/** What createHandler keeps back by default of so short a time. */
const MARGIN_MS = 500;

const registry = sharedRegistry();
let clicks: DeployedFunction;
beforeAll(() => {
  clicks = deployed({ Clicks: 'test/lambda/functions/clicks.ts' }).Clicks;
});

const settings = (onFailure: 'fail' | 'report') => ({
  registry,
  timeoutMs: TIMEOUT_MS,
  environment: { WORK_MS: `${WORK_MS}`, ON_FAILURE: onFailure },
});

/** With as much kept back as a busy machine may take to answer. */
const patient = (
  onFailure: 'fail' | 'report',
  environment: Readonly<Record<string, string>> = {},
) => ({
  registry,
  timeoutMs: 8_000,
  environment: { ...settings(onFailure).environment, MARGIN_MS: '4000', ...environment },
});

const slow = () => registry.clicksOf(Array.from({ length: RECORDS }, (_, n) => `user-${n}`));

/** Delivers all of the records in one batch, and what is reported of it again, until all are committed. */
async function poll(fn: LambdaFunction): Promise<void> {
  const source = new LogSource();
  const topic = 'user-clicks-avro';
  for (const { value } of slow()) source.append(topic, 0, { value });
  const poller = startPoller({
    source,
    topics: [topic],
    batchSize: RECORDS,
    windowMs: 60_000,
    reportBatchItemFailures: true,
    // Lambda's time-out is that of the function here.
    functionTimeoutMs: 10 * TIMEOUT_MS,
    handler: async (event) => JSON.parse((await fn.invoke(event)).body),
    onEvent: (event) => {
      if (event.kind === 'committed' && Number(event.nextOffset) === RECORDS) void poller.stop();
    },
  });
  await poller.done;
}

const saying = (logged: readonly Logged[], message: string): readonly Logged[] =>
  logged.filter((line) => line.message === message);

describe('a batch of 10 s', () => {
  it('is done in 4 or 5 invocations of 3 s, each record once, where what is left is reported', async () => {
    let [starts, invocations] = [0, 0];
    const { logged } = await whileDeployed(clicks, settings('report'), async (fn) => {
      await poll(fn);
      ({ starts, invocations } = fn);
    });
    // None was killed.
    expect(starts).toBe(1);
    const ids = saying(logged, 'Handled.').map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: RECORDS }, (_, n) => `user-clicks-avro-0@${n}`));
    const left = saying(logged, 'Ends.').map(({ remainingMs }) => Number(remainingMs));
    expect(left).toHaveLength(invocations);
    for (const ms of left) expect(ms).toBeGreaterThan(0);
    // All but the last had used up their time, so that there are no more than there have to be: 4 or 5, or more
    // on a machine so busy that the records took longer than they ask for.
    for (const ms of left.slice(0, -1)) expect(ms).toBeLessThanOrEqual(MARGIN_MS);
    const tookMs = left.reduce((sum, ms) => sum + TIMEOUT_MS - ms, 0);
    expect(invocations).toBeGreaterThanOrEqual(4);
    expect(invocations).toBeLessThanOrEqual(1 + Math.floor(tookMs / (TIMEOUT_MS - MARGIN_MS)));
  });

  it('fails with a code of its own before the function is killed, where the batch comes again', async () => {
    const { logged } = await whileDeployed(clicks, patient('fail'), async (fn) => {
      const { errorType, errorMessage } = await failureOf(fn.invoke(mskEvent(slow())));
      expect(errorType).toBe('ConsumerError.DEADLINE');
      expect(errorMessage).toMatch(/^The function's time-out was near with \d+ records handled/);
      expect((await fn.invoke(mskEvent(slow().slice(0, 1)))).body).toBe('{"batchItemFailures":[]}');
      expect(fn.starts).toBe(1);
    });
    const handled = saying(logged, 'Handled.').length - 1;
    expect(handled).toBeGreaterThan(0);
    expect(handled).toBeLessThan(RECORDS);
  });
});

it('a handler that does not end is reported before the function is killed', async () => {
  const stuck = patient('report', { WORK_MS: '60000' });
  await whileDeployed(clicks, stuck, async (fn) => {
    const { body } = await fn.invoke(mskEvent(slow()));
    const itemIdentifier = { partition: 'user-clicks-avro-0', offset: 0 };
    expect(JSON.parse(body)).toEqual({ batchItemFailures: [{ itemIdentifier }] });
  });
});
