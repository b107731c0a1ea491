/** Metrics in the log, held to CloudWatch's own schema of its format. */
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import {
  type BatchOutcome,
  ConsumerError,
  type EmbeddedMetricsOptions,
  embeddedMetrics,
  type PartitionOutcome,
} from '../../consumer/index.js';
import { begin, outcome, partition } from './outcomes.js';

const NOW = new Date('2026-12-01T08:00:00Z');

/** As AWS has it in "Specification: Embedded metric format", and the limits that stand in its text. */
const EMF = new Ajv().compile({
  type: 'object',
  required: ['_aws'],
  properties: {
    _aws: {
      type: 'object',
      required: ['Timestamp', 'CloudWatchMetrics'],
      properties: {
        Timestamp: { type: 'integer' },
        CloudWatchMetrics: {
          type: 'array',
          items: {
            type: 'object',
            required: ['Namespace', 'Dimensions', 'Metrics'],
            additionalProperties: false,
            properties: {
              Namespace: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^(.*)$' },
              Dimensions: {
                type: 'array',
                minItems: 1,
                items: {
                  type: 'array',
                  minItems: 0,
                  maxItems: 30,
                  items: { type: 'string', minLength: 1, maxLength: 250, pattern: '^(.*)$' },
                },
              },
              Metrics: {
                type: 'array',
                maxItems: 100,
                items: {
                  type: 'object',
                  required: ['Name'],
                  additionalProperties: false,
                  properties: {
                    Name: { type: 'string', minLength: 1, maxLength: 1024, pattern: '^(.*)$' },
                    Unit: { enum: ['Count', 'Milliseconds'] },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
});

interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly [
      {
        readonly Namespace: string;
        readonly Dimensions: readonly [readonly string[]];
        readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
      },
    ];
  };
  readonly [member: string]: unknown;
}

/** A line that CloudWatch takes: the schema, and that each name stands for a member of the right kind. */
function checked(text: string): Line {
  expect(text).not.toContain('\n');
  const line: Line = JSON.parse(text);
  expect(EMF(line) ? undefined : EMF.errors).toBeUndefined();
  const [{ Dimensions, Metrics }] = line._aws.CloudWatchMetrics;
  for (const name of Dimensions[0]) {
    expect(line[name]).toEqual(expect.any(String));
    expect(String(line[name]).length).toBeLessThanOrEqual(1_024);
  }
  for (const { Name } of Metrics) {
    const values = [line[Name]].flat();
    expect(values.length).toBeGreaterThan(0);
    expect(values.length).toBeLessThanOrEqual(100);
    expect(values.every(Number.isFinite)).toBe(true);
  }
  return line;
}

function metricsOf(options: Partial<EmbeddedMetricsOptions> = {}) {
  const texts: string[] = [];
  const telemetry = embeddedMetrics({
    namespace: 'Clicks',
    dimensions: {},
    now: () => NOW,
    write: (line) => texts.push(line),
    ...options,
  });
  return {
    batch(batch: BatchOutcome, requestId?: string) {
      begin(telemetry, { requestId }).onEnd(batch);
    },
    written: () => texts.map(checked),
    async flush() {
      await telemetry.flush?.();
      return texts.splice(0).map(checked);
    },
  };
}

/** A line without what describes it. */
function membersOf({ _aws, ...members }: Line): Record<string, unknown> {
  return members;
}

function dimensionsOf(line: Line | undefined): readonly string[] | undefined {
  return line?._aws.CloudWatchMetrics[0].Dimensions[0];
}

describe('embeddedMetrics', () => {
  it('writes a line for a topic, one for each cause and one for each version', async () => {
    const { batch, flush } = metricsOf({ dimensions: { Service: 'web' } });
    batch(
      outcome([
        partition({
          firstOffset: 40,
          lastOffset: 49,
          received: 10,
          handled: 5,
          skipped: 1,
          deadLettered: 2,
          held: 2,
          failed: { DECODE: 3, HANDLER: 1 },
          writers: [
            { schemaId: 7, version: 2, records: 5 },
            { schemaId: 8, version: 2, records: 1 },
            { schemaId: 9, version: undefined, records: 1 },
          ],
          decodeMs: 1.23456,
          oldestAgeMs: 900,
        }),
        partition({ partition: 1, received: 1, handled: 1, decodeMs: 1, oldestAgeMs: 20 }),
      ]),
      'r-1',
    );
    const lines = await flush();
    const [first] = lines;
    const base = { Service: 'web', Topic: 'clicks' };
    expect(lines.map(membersOf)).toEqual([
      {
        ...base,
        Received: 11,
        Handled: 6,
        Skipped: 1,
        DeadLettered: 2,
        Held: 2,
        Failed: 4,
        DecodeTime: 2.235,
        OldestRecordAge: 900,
        requestId: 'r-1',
        partitions: [
          { partition: 0, records: 10, firstOffset: 40, lastOffset: 49 },
          { partition: 1, records: 1, firstOffset: 0, lastOffset: 0 },
        ],
      },
      { ...base, Cause: 'DECODE', Failed: 3, requestId: 'r-1' },
      { ...base, Cause: 'HANDLER', Failed: 1, requestId: 'r-1' },
      { ...base, WriterVersion: '2', Decoded: 6, requestId: 'r-1' },
      { ...base, WriterVersion: 'unknown', Decoded: 1, requestId: 'r-1' },
    ]);
    expect(lines.map(dimensionsOf)).toEqual([
      ['Service', 'Topic'],
      ['Service', 'Topic', 'Cause'],
      ['Service', 'Topic', 'Cause'],
      ['Service', 'Topic', 'WriterVersion'],
      ['Service', 'Topic', 'WriterVersion'],
    ]);
    expect(first?._aws).toMatchObject({
      Timestamp: NOW.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'Clicks',
          Metrics: [
            { Name: 'Received', Unit: 'Count' },
            { Name: 'Handled', Unit: 'Count' },
            { Name: 'Skipped', Unit: 'Count' },
            { Name: 'DeadLettered', Unit: 'Count' },
            { Name: 'Held', Unit: 'Count' },
            { Name: 'Failed', Unit: 'Count' },
            { Name: 'DecodeTime', Unit: 'Milliseconds' },
            { Name: 'OldestRecordAge', Unit: 'Milliseconds' },
          ],
        },
      ],
    });
    expect(await flush()).toEqual([]);
  });

  it('keeps topics apart, and gathers batches until it is flushed', async () => {
    const { batch, flush, written } = metricsOf();
    const clicks = partition({ received: 2, handled: 2, firstOffset: 4, lastOffset: 5, lag: 9 });
    batch(outcome([clicks, partition({ topic: 'orders', received: 1, held: 1 })]));
    batch(outcome([{ ...clicks, firstOffset: 6, lastOffset: 7, lag: 3 }]));
    expect(written()).toEqual([]);
    const [first, second, ...others] = (await flush()).map(membersOf);
    expect(first).toMatchObject({
      Topic: 'clicks',
      Received: 4,
      Handled: 4,
      DecodeTime: [0, 0],
      Lag: [9, 3],
      partitions: [{ partition: 0, records: 4, firstOffset: 4, lastOffset: 7 }],
    });
    expect(second).toMatchObject({ Topic: 'orders', Received: 1, Held: 1 });
    expect(others).toEqual([]);
  });

  it('writes before a line is full', async () => {
    const { batch, flush, written } = metricsOf();
    const one = outcome([partition({ received: 1, handled: 1, oldestAgeMs: 1 })]);
    for (let i = 0; i < 250; i++) batch(one);
    expect(written().map(({ Received }) => Received)).toEqual([100, 100]);
    expect((await flush()).map(({ Received }) => Received)).toEqual([100, 100, 50]);
  });

  it('writes what it has gathered for a minute, where nobody flushes', () => {
    let nowMs = NOW.getTime();
    const { batch, written } = metricsOf({ now: () => new Date(nowMs) });
    const one = outcome([partition({ received: 1 })]);
    batch(one);
    nowMs += 59_999;
    batch(one);
    expect(written()).toEqual([]);
    nowMs += 1;
    batch(one);
    batch(one);
    expect(written()).toMatchObject([{ Received: 3, _aws: { Timestamp: nowMs } }]);
  });

  it('names no more than 100 partitions, and counts all', async () => {
    const { batch, flush } = metricsOf();
    batch(outcome(Array.from({ length: 150 }, (_, i) => partition({ partition: i, received: 1 }))));
    const [line] = await flush();
    expect(line).toMatchObject({ Received: 150, partitions: { length: 100 } });
  });

  it('writes text of strangers as CloudWatch takes it', async () => {
    const { batch, flush } = metricsOf();
    batch(outcome([partition({ topic: `a\n\u202e${'x'.repeat(2_000)}`, received: 1 })]));
    expect((await flush()).map(({ Topic }) => String(Topic).slice(0, 4))).toEqual(['a\n\u202ex']);
  });

  it('takes the name of the function in Lambda', async () => {
    const name = 'AWS_LAMBDA_FUNCTION_NAME';
    const before = process.env[name];
    try {
      process.env[name] = 'clicks-fn';
      const { batch, flush } = metricsOf({ dimensions: undefined });
      batch(outcome([partition({ received: 1 })]));
      const [line] = await flush();
      expect(line).toMatchObject({ FunctionName: 'clicks-fn' });
      expect(dimensionsOf(line)).toEqual(['FunctionName', 'Topic']);
    } finally {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  });

  it('adds up: what lines say together is what happened', async () => {
    const count = fc.nat(1_000);
    const code = fc.constantFrom('DECODE' as const, 'HANDLER' as const, 'NO_ROUTE' as const);
    const arbitrary: fc.Arbitrary<PartitionOutcome> = fc
      .record({
        topic: fc.constantFrom('a', 'b', 'c'),
        partition: fc.nat(3),
        handled: count,
        skipped: count,
        deadLettered: count,
        held: count,
        failed: fc.dictionary(code, count),
        writers: fc.array(
          fc.record({
            schemaId: fc.nat(9),
            version: fc.option(fc.nat(3), { nil: undefined }),
            records: count,
          }),
          { maxLength: 4 },
        ),
      })
      .map((one) =>
        partition({
          ...one,
          received: one.handled + one.skipped + one.deadLettered + one.held,
        }),
      );
    const batches = fc.array(fc.array(arbitrary, { maxLength: 5 }), { maxLength: 130 });
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const { batch, flush } = metricsOf();
        for (const one of all) batch(outcome(one));
        const lines = await flush();
        const said = (name: string, kind: 'Topic' | 'Cause' | 'WriterVersion') =>
          lines
            .filter((line) => dimensionsOf(line)?.at(-1) === kind)
            .reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
        const sum = (of: (one: PartitionOutcome) => number) =>
          all.flat().reduce((total, one) => total + of(one), 0);
        const failed = ({ failed }: PartitionOutcome) =>
          Object.values(failed).reduce((total, one) => total + one, 0);
        expect(said('Received', 'Topic')).toBe(sum(({ received }) => received));
        expect(said('Received', 'Topic')).toBe(
          said('Handled', 'Topic') +
            said('Skipped', 'Topic') +
            said('DeadLettered', 'Topic') +
            said('Held', 'Topic'),
        );
        expect(said('Failed', 'Topic')).toBe(sum(failed));
        expect(said('Failed', 'Cause')).toBe(sum(failed));
        expect(said('Decoded', 'WriterVersion')).toBe(
          sum(({ writers }) => writers.reduce((total, { records }) => total + records, 0)),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('embeddedMetrics refuses what CloudWatch does not take', () => {
  const many = Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`D${i}`, 'v']));
  it.each([
    ['no namespace', { namespace: '' }],
    ["AWS's own", { namespace: 'AWS/Lambda' }],
    ['a namespace with other marks', { namespace: 'Clicks!' }],
    ['a long one', { namespace: 'x'.repeat(256) }],
    ['a namespace that is none', { namespace: undefined as unknown as string }],
    ['too many dimensions', { dimensions: many }],
    ['a dimension without a name', { dimensions: { '': 'v' } }],
    ['a dimension that begins with a colon', { dimensions: { ':a': 'v' } }],
    ['one of our names', { dimensions: { Topic: 'v' } }],
    ["a metric's", { dimensions: { Received: 'v' } }],
    ['a property', { dimensions: { requestId: 'v' } }],
    ['an empty value', { dimensions: { Service: ' ' } }],
    ['a value of another kind', { dimensions: { Service: 1 as unknown as string } }],
  ])('%s', (_, options) => {
    const make = () => embeddedMetrics({ namespace: 'Clicks', ...options });
    expect(make).toThrow(ConsumerError);
    expect(make).toThrow(/^embeddedMetrics: /);
  });

  it('and takes as much as it does', async () => {
    const { D28: _, ...most } = many;
    const { batch, flush } = metricsOf({ namespace: 'x'.repeat(255), dimensions: most });
    batch(outcome([partition({ received: 1, failed: { DECODE: 1 } })]));
    expect((await flush()).map((line) => dimensionsOf(line)?.length)).toEqual([29, 30]);
  });
});
