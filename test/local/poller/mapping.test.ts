/** What a mapping is configured with, over the broker in memory. */
import { describe, expect, it } from '@jest/globals';
import type { KafkaEvent, KafkaEventRecord, PollOptions } from '../../../consumer/index.js';
import { fixedRegistry } from '../../../local/fixed-registry.js';
import { MemoryBroker, memorySource } from '../../../local/memory/index.js';
import type { PollerEvent } from '../../../local/poller/events.js';
import {
  type LambdaContext,
  type OnFailureRecord,
  type PollerOptions,
  startPoller,
} from '../../../local/poller/index.js';
import { createRegistry } from '../../../runtime/index.js';
import { CLICK_SCHEMA, framed } from '../../consumer/clicks.js';
import { subscription } from '../../consumer/subscription.js';
import { LogSource } from './log-source.js';

const T0 = { topic: 't', partition: 0 };
const MINUTE_MS = 60_000;

function brokerWith(partitions = 1): MemoryBroker {
  const broker = new MemoryBroker();
  broker.createTopic('t', { partitions });
  return broker;
}

function append(
  broker: MemoryBroker,
  value: Uint8Array | string | null,
  { at = T0, timestampMs = Date.now(), key = null as Uint8Array | null } = {},
): void {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  broker.append(at, { key, value: bytes, headers: [], timestampMs });
}

const recordsOf = (event: KafkaEvent) => Object.values(event.records).flat();
const text = (base64: string | null | undefined) =>
  base64 == null ? null : Buffer.from(base64, 'base64').toString();

interface Run {
  readonly records: KafkaEventRecord[];
  readonly events: PollerEvent[];
  readonly taken: OnFailureRecord[];
}

/** Polls until it holds, and stops. What is given up is taken. */
async function poll(
  broker: MemoryBroker,
  until: (run: Run) => boolean,
  options: Partial<PollerOptions> = {},
): Promise<Run> {
  const run: Run = { records: [], events: [], taken: [] };
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const poller = startPoller({
    source: memorySource(broker)('g'),
    topics: ['t'],
    windowMs: 0,
    handler: async (event) => void run.records.push(...recordsOf(event)),
    onFailure: (record) => void run.taken.push(record),
    wait: async () => {},
    ...options,
    onEvent: (event) => {
      run.events.push(event);
      if (until(run)) finish();
    },
  });
  await Promise.race([finished, poller.done]);
  await poller.stop();
  return run;
}

/** All of partition 0 is committed. */
const committed = (broker: MemoryBroker) => () =>
  broker.committed('g', T0) === broker.endOffset(T0);

describe('a starting position', () => {
  it.each<[Partial<PollerOptions>, string[]]>([
    [{}, ['a', 'b', 'c']],
    [{ startingPosition: 'TRIM_HORIZON' }, ['a', 'b', 'c']],
    [{ startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: new Date(2_000) }, ['b', 'c']],
  ])('%j', async (options, values) => {
    const broker = brokerWith();
    for (const [n, value] of ['a', 'b', 'c'].entries()) {
      append(broker, value, { timestampMs: 1_000 * (n + 1) });
    }
    const { records } = await poll(broker, committed(broker), options);
    expect(records.map(({ value }) => text(value))).toEqual(values);
  });

  it('LATEST begins with what comes once it reads', async () => {
    const broker = brokerWith();
    append(broker, 'before');
    const { records } = await poll(
      broker,
      (run) => {
        const event = run.events.at(-1);
        if (event?.kind === 'source' && event.is === 'reading') append(broker, 'after');
        return run.records.length > 0 && committed(broker)();
      },
      { startingPosition: 'LATEST' },
    );
    expect(records.map(({ value }) => text(value))).toEqual(['after']);
  });

  it('counts for nothing where the group has committed', async () => {
    const broker = brokerWith();
    for (const value of ['a', 'b']) append(broker, value);
    await poll(broker, committed(broker));
    append(broker, 'c');
    const { records } = await poll(broker, committed(broker), { startingPosition: 'LATEST' });
    expect(records.map(({ value }) => text(value))).toEqual(['c']);
  });
});

describe('a maximum age', () => {
  it('gives up what is older, wherever it stands, and delivers the rest', async () => {
    const broker = brokerWith();
    const old = Date.now() - 2 * MINUTE_MS;
    append(broker, 'old', { timestampMs: old });
    append(broker, 'young');
    append(broker, 'old too', { timestampMs: old });
    const run = await poll(broker, committed(broker), { maxRecordAgeSeconds: 60, batchSize: 3 });
    expect(run.records.map(({ value }) => text(value))).toEqual(['young']);
    const [taken, ...others] = run.taken;
    expect(others).toEqual([]);
    expect(taken?.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 0,
    });
    expect(taken && recordsOf(taken.payload).map(({ offset }) => offset)).toEqual([0, 2]);
    expect(run.events).toContainEqual({
      kind: 'given up',
      records: 2,
      condition: 'RecordAgeExceeded',
      destination: true,
    });
  });

  it('commits nothing beyond what is still to be delivered', async () => {
    const broker = brokerWith();
    append(broker, 'young');
    append(broker, 'old', { timestampMs: Date.now() - 2 * MINUTE_MS });
    const seen: (bigint | undefined)[] = [];
    await poll(broker, committed(broker), {
      maxRecordAgeSeconds: 60,
      batchSize: 2,
      handler: async () => {
        seen.push(broker.committed('g', T0));
      },
    });
    expect(seen).toEqual([undefined]);
  });

  it('delivers records of any age without one', async () => {
    const broker = brokerWith();
    append(broker, 'old', { timestampMs: 0 });
    const { records } = await poll(broker, committed(broker), { maxRecordAgeSeconds: -1 });
    expect(records).toHaveLength(1);
  });
});

describe('a schema registry', () => {
  const registry = fixedRegistry({ 7: CLICK_SCHEMA, 8: '{"type": "int"}' });

  it('puts values into JSON, with their schema beside them; the rest is as written', async () => {
    const broker = brokerWith();
    append(broker, framed('ann'), { key: framed('bob') });
    append(broker, null);
    const { records } = await poll(broker, committed(broker), {
      batchSize: 2,
      schemaRegistry: { registry, eventRecordFormat: 'JSON' },
    });
    const [first, second] = records;
    expect(JSON.parse(text(first?.value) ?? '')).toMatchObject({ user_id: 'ann' });
    expect(first?.valueSchemaMetadata).toEqual({ dataFormat: 'AVRO', schemaId: '7' });
    expect(first?.key).toBe(Buffer.from(framed('bob')).toString('base64'));
    expect(first).not.toHaveProperty('keySchemaMetadata');
    expect(second?.value).toBeNull();
    expect(second).not.toHaveProperty('valueSchemaMetadata');
  });

  it('takes frames off in SOURCE, of keys too where they are to be checked', async () => {
    const broker = brokerWith();
    append(broker, framed('ann'), { key: framed('bob') });
    const { records } = await poll(broker, committed(broker), {
      schemaRegistry: { registry, eventRecordFormat: 'SOURCE', attributes: ['KEY', 'VALUE'] },
    });
    const bare = (user: string) => Buffer.from(framed(user)).subarray(5).toString('base64');
    expect(records).toMatchObject([
      {
        key: bare('bob'),
        keySchemaMetadata: { dataFormat: 'AVRO', schemaId: '7' },
        value: bare('ann'),
        valueSchemaMetadata: { dataFormat: 'AVRO', schemaId: '7' },
      },
    ]);
  });

  const broken = (id: number) => Uint8Array.of(0, 0, 0, 0, id, 0xff);
  it.each([
    ['SCHEMA_NOT_FOUND', broken(9)],
    ['DESERIALIZATION_ERROR', broken(8)],
    ['DESERIALIZATION_ERROR', new TextEncoder().encode('plain')],
  ])('gives up with %s what it does not let through, as it was written', async (why, value) => {
    const broker = brokerWith();
    for (const one of [value, framed('ann')]) append(broker, one);
    const run = await poll(broker, committed(broker), {
      batchSize: 2,
      schemaRegistry: { registry, eventRecordFormat: 'JSON' },
    });
    expect(run.records.map(({ offset }) => offset)).toEqual([1]);
    expect(run.taken.map(({ requestContext }) => requestContext.condition)).toEqual([why]);
    const [record] = run.taken.flatMap(({ payload }) => recordsOf(payload));
    expect(record).toMatchObject({ offset: 0, value: Buffer.from(value).toString('base64') });
  });

  it('is waited for while it does not answer', async () => {
    const broker = brokerWith();
    append(broker, framed('ann'));
    let failures = 3;
    const away = createRegistry({
      url: 'http://registry.test',
      retries: 0,
      fetch: async () => {
        if (failures-- > 0) return new Response('{}', { status: 503 });
        return Response.json({ schema: CLICK_SCHEMA });
      },
    });
    const { events, records } = await poll(broker, committed(broker), {
      schemaRegistry: { registry: away, eventRecordFormat: 'SOURCE' },
    });
    expect(records).toHaveLength(1);
    const waits = events.flatMap((event) => (event.kind === 'registry away' ? event.waitMs : []));
    expect(waits).toEqual([100, 200, 400]);
  });
});

describe('a function that is over its time', () => {
  it('has failed, whatever it answers later', async () => {
    const broker = brokerWith();
    append(broker, 'a');
    const late: Promise<unknown>[] = [];
    const run = await poll(broker, committed(broker), {
      functionTimeoutMs: 20,
      handler: async () => {
        if (late.length > 1) return undefined;
        const over = new Promise<void>((resolve) => setTimeout(resolve, 200));
        // The one answers too late, the other rejects.
        const answer = late.length === 0 ? over : over.then(() => Promise.reject(new Error('no')));
        late.push(answer.catch(() => undefined));
        return answer;
      },
    });
    await Promise.all(late);
    const failures = run.events.flatMap((event) =>
      event.kind === 'retrying' ? [{ reason: event.reason, error: event.error }] : [],
    );
    const timedOut = expect.objectContaining({
      name: 'Sandbox.Timedout',
      message: 'Task timed out after 0.02 seconds',
    });
    expect(failures).toEqual([
      { reason: 'error', error: timedOut },
      { reason: 'error', error: timedOut },
    ]);
  });

  it('sees how long it has, in whole milliseconds, down to none', async () => {
    const broker = brokerWith();
    append(broker, 'a');
    const left: number[] = [];
    let context: LambdaContext | undefined;
    await poll(broker, ({ events }) => events.some(({ kind }) => kind === 'retrying'), {
      functionTimeoutMs: 30,
      handler: async (_, given) => {
        context = given;
        left.push(given.getRemainingTimeInMillis());
        await new Promise(() => {});
      },
    });
    expect(left.every((ms) => Number.isInteger(ms) && ms > 0 && ms <= 30)).toBe(true);
    expect(context?.getRemainingTimeInMillis()).toBe(0);
    expect(context?.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('several mappings to one function', () => {
  /** A function that ends no invocation before it has seen so many values, which one after the other never comes. */
  function meeting(count: number) {
    const seen = new Set<string>();
    const met = deferred();
    const handler = async (event: KafkaEvent) => {
      for (const { value } of recordsOf(event)) seen.add(`${text(value)}`);
      if (seen.size === count) met.resolve();
      await met.promise;
    };
    return { handler, seen, met: met.promise };
  }

  it('invoke it at the same time, each for its own topic', async () => {
    const broker = brokerWith();
    broker.createTopic('u');
    append(broker, 'of t');
    append(broker, 'of u', { at: { topic: 'u', partition: 0 } });
    const { handler, seen, met } = meeting(2);
    const pollers = ['t', 'u'].map((topic) =>
      startPoller({ source: memorySource(broker)(topic), topics: [topic], windowMs: 0, handler }),
    );
    await met;
    await Promise.all(pollers.map((poller) => poller.stop()));
    expect(seen).toEqual(new Set(['of t', 'of u']));
    expect(broker.committed('t', T0)).toBe(1n);
    expect(broker.committed('u', { topic: 'u', partition: 0 })).toBe(1n);
  });

  it('of one group share its partitions, as the pollers of one mapping do', async () => {
    const broker = brokerWith(2);
    const { handler, seen, met } = meeting(2);
    const pollers = [];
    for (const _ of [1, 2]) {
      const reading = deferred();
      const onEvent = (event: PollerEvent) => {
        if (event.kind === 'source' && event.is === 'reading') reading.resolve();
      };
      const source = memorySource(broker)('g');
      pollers.push(startPoller({ source, topics: ['t'], windowMs: 0, handler, onEvent }));
      await reading.promise;
    }
    for (const partition of [0, 1]) {
      append(broker, `of ${partition}`, { at: { topic: 't', partition } });
    }
    await met;
    await Promise.all(pollers.map((poller) => poller.stop()));
    expect(seen).toEqual(new Set(['of 0', 'of 1']));
    for (const partition of [0, 1]) {
      expect(broker.committed('g', { topic: 't', partition })).toBe(1n);
    }
  });
});

describe('a rebalance', () => {
  it('waits for the invocation under way, and leaves what failed to the other', async () => {
    const broker = brokerWith(2);
    for (const value of ['a', 'b']) append(broker, value, { at: { topic: 't', partition: 1 } });
    const other = memorySource(broker)('g');
    const deliveries: number[][] = [];
    const invoked = deferred();
    let joining = Promise.resolve();
    const poller = startPoller({
      source: memorySource(broker)('g'),
      topics: ['t'],
      batchSize: 2,
      reportBatchItemFailures: true,
      handler: async (event) => {
        deliveries.push(recordsOf(event).map(({ offset }) => offset));
        joining = other.subscribe(subscription(['t']));
        invoked.resolve();
        return { batchItemFailures: [{ itemIdentifier: { partition: 't-1', offset: 1 } }] };
      },
    });
    await invoked.promise;
    await joining;
    const batch = await other.poll({ maxRecords: 10, waitMs: 0 });
    expect(batch?.records.map(({ offset }) => offset)).toEqual([1n]);
    await poller.stop();
    expect(deliveries).toEqual([[0, 1]]);
  });

  it('takes what was gathered of a partition out of the batch', async () => {
    const given = deferred();
    class Watched extends LogSource {
      override async poll(options: PollOptions) {
        const batch = await super.poll(options);
        if (batch !== undefined) given.resolve();
        return batch;
      }
    }
    const source = new Watched();
    source.append('t', 1);
    const delivered = deferred();
    const ids: string[] = [];
    const poller = startPoller({
      source,
      topics: ['t'],
      batchSize: 2,
      windowMs: 60_000,
      handler: async (event) => {
        ids.push(...Object.keys(event.records));
        delivered.resolve();
      },
    });
    await given.promise;
    await new Promise(setImmediate);
    await source.subscription?.onRevoked([{ topic: 't', partition: 1 }]);
    for (const _ of [1, 2]) source.append('t', 0);
    await delivered.promise;
    await poller.stop();
    expect(ids).toEqual(['t-0']);
    expect(source.offsets).toEqual({ 't-0': 2 });
  });

  it('commits nothing of a partition that was lost meanwhile', async () => {
    const source = new LogSource();
    source.append('t', 0);
    source.append('t', 1);
    const over = deferred();
    const poller = startPoller({
      source,
      topics: ['t'],
      batchSize: 2,
      handler: async () => source.subscription?.onLost([{ topic: 't', partition: 0 }]),
      onEvent: ({ kind }) => kind === 'committed' && over.resolve(),
    });
    await over.promise;
    await poller.stop();
    expect(source.offsets).toEqual({ 't-1': 1 });
  });
});

describe('a broker that is away', () => {
  it('is waited for, when the poller starts and later', async () => {
    const broker = brokerWith();
    broker.stop();
    let handled = 0;
    const told: string[] = [];
    const poller = startPoller({
      source: memorySource(broker)('g'),
      topics: ['t'],
      windowMs: 0,
      handler: async () => {
        handled += 1;
      },
      onEvent: (event) => {
        if (event.kind === 'source') told.push(event.is);
        if (event.kind === 'committed' && handled === 1) {
          broker.stop();
          setImmediate(() => {
            broker.start();
            append(broker, 'b');
          });
        }
        if (event.kind === 'committed' && handled === 2) void poller.stop();
      },
    });
    await new Promise(setImmediate);
    broker.start();
    append(broker, 'a');
    await poller.done;
    expect(broker.committed('g', T0)).toBe(2n);
    expect(told).toEqual([
      'disconnected',
      'joining',
      'reading',
      'disconnected',
      'reading',
      'closed',
    ]);
  });

  it('does not keep a poller from stopping', async () => {
    const broker = brokerWith();
    broker.stop();
    const source = memorySource(broker)('g');
    const poller = startPoller({ source, topics: ['t'], handler: async () => undefined });
    await poller.stop();
  });
});

function deferred() {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}
