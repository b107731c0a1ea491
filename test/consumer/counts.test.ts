/** What telemetry is told of events adds up, whatever they hold and whatever becomes of it. */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type BatchOutcome,
  ConsumerError,
  createHandler,
  deadLetterTo,
  embeddedMetrics,
  type FailurePolicy,
  type FailureSeen,
  on,
  onBatch,
} from '../../consumer/index.js';
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import { clicks, framed, keyless, testLogger, testRegistry } from './clicks.js';

const KINDS = {
  good: framed('ann'),
  known: framed('bob', 70),
  thrown: framed('boom'),
  garbage: new TextEncoder().encode('garbage'),
  unknown: framed('ann', 99),
  tombstone: null,
} as const;
type Kind = keyof typeof KINDS;

interface Given {
  readonly kind: Kind;
  readonly topic: 'clicks' | 'keyless' | 'nowhere';
  readonly partition: number;
}

/** How many became what, by the handlers and sinks themselves. */
function setUp(decode: FailurePolicy, handler: FailurePolicy) {
  const happened = { handled: 0, deadLettered: 0 };
  const outcomes: BatchOutcome[] = [];
  const failures: FailureSeen[] = [];
  const counting = (policy: FailurePolicy): FailurePolicy =>
    typeof policy === 'string'
      ? policy
      : deadLetterTo(() => {
          happened.deadLettered += 1;
        });
  const lines: Record<string, unknown>[] = [];
  const handle = createHandler({
    registry: testRegistry().registry,
    logger: testLogger(),
    onFailure: { decode: counting(decode), handler: counting(handler) },
    telemetry: [
      {
        onBatch: () => ({
          onEnd: (batch) => outcomes.push(batch),
          onFailure: (failure) => failures.push(failure),
        }),
      },
      embeddedMetrics({ namespace: 'Clicks', write: (line) => lines.push(JSON.parse(line)) }),
    ],
    routes: [
      on(clicks, (click) => {
        if (click.user_id === 'boom') throw new TypeError('no');
        happened.handled += 1;
      }),
      onBatch(keyless, async (records) => {
        const failed = records.filter(({ value }) => value.user_id === 'boom');
        happened.handled += records.length - failed.length;
        return failed.map((record) => ({ record, error: new TypeError('no') }));
      }),
    ],
  });
  return { handle, happened, outcomes, failures, lines };
}

const given: fc.Arbitrary<Given> = fc.record({
  kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
  topic: fc.constantFrom(
    'clicks' as const,
    'clicks' as const,
    'keyless' as const,
    'nowhere' as const,
  ),
  partition: fc.nat(2),
});
const policy = fc.constantFrom<FailurePolicy>(
  'fail',
  'report',
  'skip',
  deadLetterTo(() => {}),
);

it('to what was received', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(given, { minLength: 1, maxLength: 25 }),
      policy,
      policy,
      async (records, decode, handler) => {
        const { handle, happened, outcomes, failures, lines } = setUp(decode, handler);
        const inputs = records.map(
          ({ kind, topic, partition }): KafkaRecordInput => ({
            topic,
            partition,
            value: KINDS[kind],
          }),
        );
        const thrown = await handle(mskEvent(inputs)).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(outcomes).toHaveLength(1);
        const { partitions, error } = outcomes[0] ?? { partitions: [] };
        expect(error).toBe(thrown);
        for (const { received, handled, skipped, deadLettered, held } of partitions) {
          expect(held).toBeGreaterThanOrEqual(0);
          expect(received).toBe(handled + skipped + deadLettered + held);
        }
        const sum = (name: 'received' | 'handled' | 'skipped' | 'deadLettered' | 'held') =>
          partitions.reduce((total, one) => total + one[name], 0);
        expect(sum('received')).toBe(records.length);
        expect(sum('deadLettered')).toBe(happened.deadLettered);
        expect(sum('handled')).toBe(happened.handled);
        expect(sum('held') > 0).toBe(
          thrown !== undefined || failures.some(({ policy }) => policy === 'report'),
        );
        const byCode = new Map<string, number>();
        for (const { failed } of partitions)
          for (const [code, count] of Object.entries(failed))
            byCode.set(code, (byCode.get(code) ?? 0) + count);
        const told = new Map<string, number>();
        for (const { error } of failures) told.set(error.code, (told.get(error.code) ?? 0) + 1);
        expect(byCode).toEqual(told);
        if (thrown !== undefined) expect(thrown).toBeInstanceOf(ConsumerError);
        const received = lines.reduce((total, line) => total + Number(line.Received ?? 0), 0);
        expect(received).toBe(records.length);
      },
    ),
    { numRuns: 150 },
  );
});
