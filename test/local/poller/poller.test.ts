import { describe, expect, it } from '@jest/globals';
import type { KafkaEvent } from '../../../consumer/index.js';
import { fixedRegistry } from '../../../local/fixed-registry.js';
import { MAX_PAYLOAD_BYTES } from '../../../local/poller/collect.js';
import { PollerError } from '../../../local/poller/errors.js';
import type { PollerEvent } from '../../../local/poller/events.js';
import type { OnFailureRecord } from '../../../local/poller/on-failure.js';
import type { PollerOptions } from '../../../local/poller/options.js';
import { startPoller } from '../../../local/poller/poller.js';
import { LogSource } from './log-source.js';

/** Offsets of an event by partition. */
type Delivered = Record<string, number[]>;

function offsetsOf(event: KafkaEvent): Delivered {
  return Object.fromEntries(
    Object.entries(event.records).map(([id, records]) => [id, records.map(({ offset }) => offset)]),
  );
}

interface Run {
  readonly source: LogSource;
  readonly deliveries: Delivered[];
  readonly events: PollerEvent[];
  readonly waits: number[];
  /** Commits as they stood when each delivery began. */
  readonly committedBefore: Record<string, number>[];
}

type Respond = (event: KafkaEvent, delivery: number) => unknown;

/**
 * Polls what is in `source` until `until` holds after an invocation or an event, then stops.
 * Waiting between deliveries takes no time.
 */
async function poll(
  source: LogSource,
  respond: Respond,
  options: Partial<PollerOptions> & { readonly until: (run: Run) => boolean },
): Promise<Run> {
  const run: Run = { source, deliveries: [], events: [], waits: [], committedBefore: [] };
  const { until, ...pollerOptions } = options;
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const check = () => until(run) && finish();
  const poller = startPoller({
    source,
    topics: ['t'],
    // Full with the last record: no batch waits for its window.
    batchSize: source.size,
    windowMs: 60_000,
    ...pollerOptions,
    wait: async (ms) => void run.waits.push(ms),
    onEvent: (event) => {
      run.events.push(event);
      check();
    },
    handler: async (event) => {
      run.deliveries.push(offsetsOf(event));
      run.committedBefore.push(source.offsets);
      return respond(event, run.deliveries.length);
    },
  });
  await Promise.race([finished, poller.done]);
  await poller.stop();
  return run;
}

function filled(counts: readonly number[]): LogSource {
  const source = new LogSource();
  counts.forEach((count, partition) => {
    for (let record = 0; record < count; record++) source.append('t', partition);
  });
  return source;
}

const committed = (want: Record<string, number>) => (run: Run) =>
  Object.entries(want).every(([id, offset]) => run.source.offsets[id] === offset);

describe('a batch', () => {
  it('holds several partitions, in the shape of an MSK event', async () => {
    const source = new LogSource();
    source.append('t', 0, {
      key: Uint8Array.of(1),
      value: Uint8Array.of(0, 255),
      timestampMs: 5,
      headers: [['h', Uint8Array.of(104, 0xc3, 0xab)]],
    });
    source.append('t', 1, { value: null, timestampType: 'LOG_APPEND_TIME', offset: 7n });
    const events: KafkaEvent[] = [];
    await poll(source, (event) => void events.push(event), {
      until: committed({ 't-0': 1, 't-1': 8 }),
      mapping: { eventSourceArn: 'arn', bootstrapServers: 'b:9096' },
    });
    expect(events).toEqual([
      {
        eventSource: 'aws:kafka',
        eventSourceArn: 'arn',
        bootstrapServers: 'b:9096',
        records: {
          't-0': [
            {
              topic: 't',
              partition: 0,
              offset: 0,
              timestamp: 5,
              timestampType: 'CREATE_TIME',
              key: 'AQ==',
              value: 'AP8=',
              headers: [{ h: [104, -61, -85] }],
            },
          ],
          't-1': [
            {
              topic: 't',
              partition: 1,
              offset: 7,
              timestamp: 0,
              timestampType: 'LOG_APPEND_TIME',
              key: null,
              value: null,
              headers: [],
            },
          ],
        },
      },
    ]);
  });

  it('has at most batchSize records', async () => {
    const { deliveries } = await poll(filled([6]), () => {}, {
      batchSize: 3,
      until: committed({ 't-0': 6 }),
    });
    expect(deliveries).toEqual([{ 't-0': [0, 1, 2] }, { 't-0': [3, 4, 5] }]);
  });

  it('is filled with what arrives within the window', async () => {
    const source = filled([1]);
    // Not ended by time: the batch is full when the third record is there.
    const run = poll(source, () => {}, {
      batchSize: 3,
      windowMs: 60_000,
      until: committed({ 't-0': 2, 't-1': 1 }),
    });
    setTimeout(() => source.append('t', 0), 1);
    setTimeout(() => source.append('t', 1), 2);
    expect((await run).deliveries).toEqual([{ 't-0': [0, 1], 't-1': [0] }]);
  });

  it('has at most 6 MB of JSON', async () => {
    const source = new LogSource();
    for (let record = 0; record < 5; record++) {
      source.append('t', 0, { value: new Uint8Array(2_000_000) });
    }
    const sizes: number[] = [];
    const { deliveries } = await poll(
      source,
      (event) => void sizes.push(Buffer.byteLength(JSON.stringify(event))),
      { until: committed({ 't-0': 4 }) },
    );
    expect(deliveries).toEqual([{ 't-0': [0, 1] }, { 't-0': [2, 3] }]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  });
});

describe('commits', () => {
  it('follow success, to the offset after the last record', async () => {
    const run = await poll(filled([2, 1]), () => {}, { until: committed({ 't-0': 2, 't-1': 1 }) });
    expect(run.committedBefore).toEqual([{}]);
    expect(run.source.offsets).toEqual({ 't-0': 2, 't-1': 1 });
    expect(run.source.subscription?.topics).toEqual(['t']);
    expect(run.source.closed).toBe(true);
  });

  it('do not follow failure: the whole batch comes again until it passes', async () => {
    const fail: Respond = (_, delivery) => {
      if (delivery < 4) throw new Error('no');
    };
    const run = await poll(filled([2, 1]), fail, { until: committed({ 't-0': 2, 't-1': 1 }) });
    expect(run.deliveries).toEqual(
      Array.from({ length: 4 }, () => ({ 't-0': [0, 1], 't-1': [0] })),
    );
    expect(run.committedBefore).toEqual([{}, {}, {}, {}]);
    expect(run.waits).toEqual([100, 200, 400]);
  });

  it('wait between deliveries no longer than a bound', async () => {
    const fail: Respond = (_, delivery) => {
      if (delivery < 12) throw new Error('no');
    };
    const { waits } = await poll(filled([1]), fail, { until: committed({ 't-0': 1 }) });
    expect(waits.at(-1)).toBe(10_000);
    expect(Math.max(...waits)).toBe(10_000);
  });

  it('do not depend on the answer where the mapping does not read it', async () => {
    const response = { batchItemFailures: [{ itemIdentifier: { partition: 't-0', offset: 0 } }] };
    const run = await poll(filled([1]), () => response, { until: committed({ 't-0': 1 }) });
    expect(run.deliveries).toHaveLength(1);
  });

  it('do not happen when the function is over its time', async () => {
    const run = await poll(
      filled([1]),
      (_, delivery) => (delivery === 1 ? new Promise(() => {}) : undefined),
      { functionTimeoutMs: 20, until: committed({ 't-0': 1 }) },
    );
    expect(run.deliveries).toHaveLength(2);
    const retry = run.events.find(({ kind }) => kind === 'retrying');
    expect(retry).toMatchObject({
      reason: 'error',
      error: new Error('Task timed out after 0.02 seconds'),
    });
  });

  it('do not happen for what a stopped poller has not handled', async () => {
    const source = filled([1]);
    const fail: Respond = () => {
      throw new Error('no');
    };
    const run = await poll(source, fail, { until: ({ deliveries }) => deliveries.length === 3 });
    expect(run.source.offsets).toEqual({});
  });
});

describe('a partial batch response', () => {
  const answer = (...ids: readonly (readonly [partition: string, offset: unknown])[]) => ({
    batchItemFailures: ids.map(([partition, offset]) => ({
      itemIdentifier: { partition, offset },
    })),
  });
  const all = { 't-0': 4, 't-1': 2 };
  const whole = { 't-0': [0, 1, 2, 3], 't-1': [0, 1] };

  it.each<{ name: string; first: unknown; second: Delivered; before: Record<string, number> }>([
    {
      name: 'brings a partition again from its first failed offset on',
      first: answer(['t-0', 2]),
      second: { 't-0': [2, 3] },
      before: { 't-0': 2, 't-1': 2 },
    },
    {
      name: 'may name every failed offset, in any order',
      first: answer(['t-1', 1], ['t-0', 3], ['t-0', 1]),
      second: { 't-0': [1, 2, 3], 't-1': [1] },
      before: { 't-0': 1, 't-1': 1 },
    },
    {
      name: 'may name all of it',
      first: answer(['t-0', 0], ['t-1', 0]),
      second: whole,
      before: {},
    },
    { name: 'names a partition not sent', first: answer(['t-9', 0]), second: whole, before: {} },
    {
      name: 'names an offset not sent, beside a good one',
      first: answer(['t-0', 2], ['t-0', 99]),
      second: whole,
      before: {},
    },
    { name: 'has offsets as text', first: answer(['t-0', '2']), second: whole, before: {} },
    {
      name: 'has identifiers as text',
      first: { batchItemFailures: [{ itemIdentifier: 't-0-2' }] },
      second: whole,
      before: {},
    },
    { name: 'is no list', first: { batchItemFailures: {} }, second: whole, before: {} },
    { name: 'is text', first: { batchItemFailures: 't-0' }, second: whole, before: {} },
    {
      name: 'has an empty identifier',
      first: { batchItemFailures: [{ itemIdentifier: '' }] },
      second: whole,
      before: {},
    },
    {
      name: 'has no identifier',
      first: { batchItemFailures: [{ itemIdentifier: null }] },
      second: whole,
      before: {},
    },
    {
      name: 'has nothing for a failure',
      first: { batchItemFailures: [null] },
      second: whole,
      before: {},
    },
    {
      name: 'has another key for the identifier',
      first: { batchItemFailures: [{ itemId: { partition: 't-0', offset: 2 } }] },
      second: whole,
      before: {},
    },
    { name: 'has an empty partition', first: answer(['', 2]), second: whole, before: {} },
    { name: 'has a topic for a partition', first: answer(['t', 2]), second: whole, before: {} },
    { name: 'has part of an offset', first: answer(['t-0', 2.5]), second: whole, before: {} },
  ])('$name', async ({ first, second, before }) => {
    const run = await poll(filled([4, 2]), (_, delivery) => (delivery === 1 ? first : undefined), {
      reportBatchItemFailures: true,
      until: committed(all),
    });
    expect(run.deliveries).toEqual([whole, second]);
    expect(run.committedBefore[1]).toEqual(before);
  });

  it.each([undefined, null, {}, { batchItemFailures: null }, { batchItemFailures: [] }, 'text'])(
    '%p means handled',
    async (response) => {
      const run = await poll(filled([4, 2]), () => response, {
        reportBatchItemFailures: true,
        until: committed(all),
      });
      expect(run.deliveries).toEqual([whole]);
    },
  );
});

describe('giving up', () => {
  const poison =
    (offset: number): Respond =>
    (event) => {
      if (offsetsOf(event)['t-0']?.includes(offset)) throw new TypeError('no');
    };

  it('happens after maxRetries: the batch goes to the destination, then is committed', async () => {
    const taken: OnFailureRecord[] = [];
    const run = await poll(filled([2]), poison(1), {
      maxRetries: 2,
      functionName: 'clicks',
      onFailure: (record) => void taken.push(record),
      until: committed({ 't-0': 2 }),
    });
    expect(run.deliveries).toHaveLength(3);
    expect(run.events).toContainEqual({
      kind: 'given up',
      records: 2,
      condition: 'RetriesExhausted',
      destination: true,
    });
    expect(taken).toEqual([
      expect.objectContaining({
        requestContext: expect.objectContaining({
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
          functionArn: expect.stringContaining(':clicks'),
        }),
        KafkaBatchInfo: expect.objectContaining({ batchSize: 2 }),
      }),
    ]);
    expect(taken.map(({ payload }) => offsetsOf(payload))).toEqual([{ 't-0': [0, 1] }]);
  });

  it('drops the batch where there is no destination, and says so', async () => {
    const run = await poll(filled([1]), poison(0), {
      maxRetries: 0,
      until: committed({ 't-0': 1 }),
    });
    expect(run.deliveries).toHaveLength(1);
    expect(run.events).toContainEqual({
      kind: 'given up',
      records: 1,
      condition: 'RetriesExhausted',
      destination: false,
    });
  });

  it('comes after ten retries where there is a destination and no limit', async () => {
    const run = await poll(filled([1]), poison(0), {
      onFailure: () => {},
      until: committed({ 't-0': 1 }),
    });
    expect(run.deliveries).toHaveLength(11);
  });

  it('finds the one record at fault by halving', async () => {
    const taken: Delivered[] = [];
    const handled: number[] = [];
    const respond: Respond = (event) => {
      poison(5)(event, 0);
      handled.push(...(offsetsOf(event)['t-0'] ?? []));
    };
    await poll(filled([8]), respond, {
      maxRetries: 1,
      bisectBatchOnError: true,
      onFailure: ({ payload }) => void taken.push(offsetsOf(payload)),
      until: committed({ 't-0': 8 }),
    });
    expect(taken).toEqual([{ 't-0': [5] }]);
    expect(handled).toEqual([0, 1, 2, 3, 4, 6, 7]);
  });

  it('ends the poller when the destination does not take the batch: nothing is dropped', async () => {
    const run = poll(filled([1]), poison(0), {
      maxRetries: 0,
      onFailure: () => Promise.reject(new Error('full')),
      until: () => false,
    });
    await expect(run).rejects.toMatchObject({ code: 'DESTINATION', cause: new Error('full') });
  });

  it('ends the poller for a record that no invocation can carry', async () => {
    const source = new LogSource();
    source.append('t', 0, { value: new Uint8Array(MAX_PAYLOAD_BYTES) });
    const run = poll(source, () => {}, { until: () => false });
    await expect(run).rejects.toMatchObject({ code: 'RECORD_TOO_LARGE' });
    await expect(run).rejects.toThrow('t-0@0');
    expect(source.closed).toBe(true);
    expect(source.offsets).toEqual({});
  });

  it('hands such a record to the destination where there is one', async () => {
    const source = filled([1]);
    source.append('t', 0, { value: new Uint8Array(MAX_PAYLOAD_BYTES) });
    source.append('t', 0);
    const conditions: string[] = [];
    const run = await poll(source, () => {}, {
      windowMs: 20,
      onFailure: ({ requestContext }) => void conditions.push(requestContext.condition),
      until: committed({ 't-0': 3 }),
    });
    expect(run.deliveries).toEqual([{ 't-0': [0] }, { 't-0': [2] }]);
    expect(conditions).toEqual(['RecordTooLarge']);
  });
});

describe('startPoller', () => {
  const registry = fixedRegistry({});

  it.each<[object, string]>([
    [{ batchSize: 0 }, 'batchSize must be a whole number from 1 to 10000; it is 0.'],
    [{ batchSize: 10_001 }, 'from 1 to 10000; it is 10001.'],
    [{ batchSize: 1.5 }, 'a whole number from 1 to 10000; it is 1.5.'],
    [{ batchSize: '5' }, 'it is string.'],
    [{ windowMs: -1 }, 'windowMs must be a whole number from 0 to 300000; it is -1.'],
    [{ windowMs: 300_001 }, 'it is 300001.'],
    [{ functionTimeoutMs: 0 }, 'functionTimeoutMs must be a whole number from 1 to 840000'],
    [{ functionTimeoutMs: 840_001 }, 'it is 840001.'],
    [{ maxRetries: -2 }, 'maxRetries must be a whole number from -1 to 10000; it is -2.'],
    [{ maxRetries: 10_001 }, 'it is 10001.'],
    [{ maxRecordAgeSeconds: 59 }, 'a whole number from 60 to 604800, or -1; it is 59.'],
    [{ maxRecordAgeSeconds: 604_801 }, 'it is 604801.'],
    [{ startingPosition: 'EARLIEST' }, "'TRIM_HORIZON' or 'LATEST' or 'AT_TIMESTAMP'"],
    [{ startingPosition: 'AT_TIMESTAMP' }, 'come together or not at all'],
    [{ startingPositionTimestamp: new Date() }, 'come together or not at all'],
    [
      { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: new Date('never') },
      'startingPositionTimestamp must be a Date; it is invalid Date.',
    ],
    [{ topics: [] }, 'topics must be one topic name'],
    [{ topics: ['t', 'u'] }, 'topics must be one topic name'],
    [{ topics: 't' }, 'it is string.'],
    [{ topics: ['x'.repeat(250)] }, 'of up to 249 characters'],
    [{ handler: {} }, 'handler must be a function; it is object.'],
    [{ handler: undefined }, 'handler must be a function; it is undefined.'],
    [{ source: {} }, 'source must be an object with subscribe, poll'],
    [{ functionName: 'a name' }, 'functionName must be a name of 1 to 64'],
    [{ reportBatchItemFailures: 'yes' }, 'must be true or false; it is string.'],
    [{ onFailure: 'queue' }, 'onFailure must be a function'],
    [{ batchsize: 3 }, 'There is no option batchsize. Did you mean "batchSize"?'],
    [{ retryPolicy: 3 }, 'There is no option retryPolicy.'],
    [{ mapping: { eventSource: 'kafka' } }, 'mapping.eventSource must be'],
    [{ mapping: { recordFormat: 'SOURCE' } }, 'There is no option mapping.recordFormat.'],
    [{ schemaRegistry: { eventRecordFormat: 'JSON' } }, 'schemaRegistry.registry must be'],
    [{ schemaRegistry: { registry, eventRecordFormat: 'AVRO' } }, "'JSON' or 'SOURCE'"],
    [{ schemaRegistry: { registry } }, 'schemaRegistry.eventRecordFormat must be'],
    [
      { schemaRegistry: { registry, eventRecordFormat: 'JSON', attributes: ['KEY', 'KEY'] } },
      "schemaRegistry.attributes must be of 'KEY' and 'VALUE', one or both; it is array.",
    ],
  ])('refuses %j', (options, message) => {
    const given = { source: new LogSource(), topics: ['t'], handler: async () => {}, ...options };
    const start = () => startPoller(given);
    expect(start).toThrow(PollerError);
    expect(start).toThrow(message);
    expect(start).toThrow(expect.objectContaining({ code: 'OPTIONS' }));
  });

  it.each<Partial<PollerOptions>>([
    { batchSize: 10_000, windowMs: 300_000, functionTimeoutMs: 840_000, maxRetries: 10_000 },
    { batchSize: 1, windowMs: 0, functionTimeoutMs: 1, maxRetries: -1 },
    { maxRecordAgeSeconds: 60, bisectBatchOnError: false },
    { maxRecordAgeSeconds: 604_800, functionName: 'x'.repeat(64), topics: ['x'.repeat(249)] },
    { batchSize: undefined, startingPosition: undefined, schemaRegistry: undefined },
  ])('takes %j', async (options) => {
    const given = { source: new LogSource(), topics: ['t'], handler: async () => {}, ...options };
    await startPoller(given).stop();
  });

  it('fails with what the source failed with, and closes it', async () => {
    class Broken extends LogSource {
      override async poll(): Promise<never> {
        throw new Error('broker is gone');
      }
    }
    const source = new Broken();
    const poller = startPoller({ source, topics: ['t'], handler: async () => {} });
    await expect(poller.done).rejects.toThrow('broker is gone');
    await expect(poller.stop()).rejects.toThrow('broker is gone');
    expect(source.closed).toBe(true);
  });

  it('goes on when a commit fails, as after a rebalance', async () => {
    class Rebalanced extends LogSource {
      failures = 1;
      override async commit(...args: Parameters<LogSource['commit']>): Promise<void> {
        if (this.failures-- > 0) throw new Error('not assigned');
        await super.commit(...args);
      }
    }
    const source = new Rebalanced();
    source.append('t', 0);
    source.append('t', 0);
    const run = await poll(source, () => {}, { batchSize: 1, until: committed({ 't-0': 2 }) });
    expect(run.deliveries).toEqual([{ 't-0': [0] }, { 't-0': [1] }]);
    expect(run.events).toContainEqual({
      kind: 'commit failed',
      topic: 't',
      partition: 0,
      error: new Error('not assigned'),
    });
  });

  it('ends the invocation under way, commits it, and begins no other', async () => {
    const source = filled([2]);
    let release = (): void => {};
    const begun = new Promise<void>((resolve) => {
      release = resolve;
    });
    let deliveries = 0;
    let finish = (): void => {};
    const poller = startPoller({
      source,
      topics: ['t'],
      batchSize: 1,
      handler: async () => {
        deliveries += 1;
        release();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
      },
    });
    await begun;
    const stopped = poller.stop();
    finish();
    await stopped;
    expect(deliveries).toBe(1);
    expect(source.offsets).toEqual({ 't-0': 1 });
  });
});
