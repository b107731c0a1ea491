/** Records by key at the same time: whatever fails, and however long it takes, a key keeps its order. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Consumed, Refused } from '../../consumer/consumed.js';
import { EventRecord } from '../../consumer/event-record.js';
import { failureHandling } from '../../consumer/failure-handling.js';
import { FailureLog } from '../../consumer/failure-log.js';
import { ConsumerError, deadLetterTo, type FailurePolicy } from '../../consumer/index.js';
import { KeyOrder } from '../../consumer/key-order.js';
import { PartitionDelivery } from '../../consumer/partition-delivery.js';
import { eventRecord } from '../../local/msk-event.js';
import { testLogger } from './clicks.js';

const key = fc.constantFrom('a', 'b', 'c', null);

describe('the order of keys', () => {
  it('begins each place once, and none before the one of its key has ended', () => {
    fc.assert(
      fc.property(
        fc.array(key, { maxLength: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat()),
        (keys, atOnce, draws) => {
          const order = new KeyOrder(keys);
          const running: number[] = [];
          const begun: number[] = [];
          const begin = (place: number | undefined) => {
            if (place === undefined) return;
            const own = keys[place];
            if (own !== null) {
              expect(running.map((one) => keys[one])).not.toContain(own);
              const before = keys.slice(0, place).filter((one) => one === own).length;
              expect(begun.filter((one) => keys[one] === own)).toHaveLength(before);
            }
            running.push(place);
            begun.push(place);
          };
          for (let n = 0; n < atOnce; n++) begin(order.begin());
          while (running.length > 0) {
            const [ended = 0] = running.splice((draws.next().value ?? 0) % running.length, 1);
            begin(order.after(ended));
          }
          expect([...begun].sort((a, b) => a - b)).toEqual([...keys.keys()]);
        },
      ),
    );
  });

  it('goes past a busy key, and lets what has none wait for nothing', () => {
    const order = new KeyOrder(['a', 'a', null, null, 'b', 'a']);
    expect([order.begin(), order.begin(), order.begin(), order.begin()]).toEqual([0, 2, 3, 4]);
    expect(order.begin()).toBeUndefined();
    expect([order.after(2), order.after(0), order.after(1), order.after(5)]).toEqual([
      undefined,
      1,
      5,
      undefined,
    ]);
  });
});

type Kind = 'good' | 'thrown' | 'rejected' | 'slow' | 'slowly rejected' | 'undecodable';
const kind = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Kind>('good') },
  { weight: 4, arbitrary: fc.constant<Kind>('slow') },
  fc.constantFrom<Kind>('thrown', 'rejected', 'slowly rejected', 'undecodable'),
);
const policy = fc.constantFrom<FailurePolicy>(
  'fail',
  'report',
  'skip',
  deadLetterTo(() => {}),
);

describe('a partition that is handled by key', () => {
  it('keeps each key in order, begins nothing once it is held, and never passes an open record', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key, kind, turns: fc.nat(4) }), { minLength: 1, maxLength: 25 }),
        fc.record({ decode: policy, handler: policy }),
        fc.integer({ min: 1, max: 4 }),
        async (given, onFailure, keysAtOnce) => {
          const { delivery, begun, handled, begunWhenHeld } = deliveryOf(given, {
            onFailure,
            keysAtOnce,
          });
          await delivery.run();
          const first = delivery.firstOpen?.offset ?? given.length;
          for (const own of ['a', 'b', 'c']) {
            const places = begun.filter((place) => given[place]?.key === own);
            expect(places).toEqual([...places].sort((a, b) => a - b));
          }
          expect(new Set(begun).size).toBe(begun.length);
          expect(begunWhenHeld()).toBe(begun.length);
          const passes = (which: 'decode' | 'handler') =>
            onFailure[which] !== 'fail' && onFailure[which] !== 'report';
          for (const [place, { kind }] of given.entries()) {
            if (place >= first) break;
            const isPassed =
              kind === 'undecodable' ? passes('decode') : isBad(kind) && passes('handler');
            expect(handled.has(place) || isPassed).toBe(true);
          }
          if (delivery.held === undefined) expect(delivery.firstOpen).toBeUndefined();
          else if (keysAtOnce === 1) expect(delivery.held.error.offset).toBe(first);
          // What waits for its key may be open before it.
          else expect(delivery.held.error.offset).toBeGreaterThanOrEqual(first);
          const { tally } = delivery;
          expect(tally.handled).toBe(handled.size);
          expect(tally.handled + tally.skipped + tally.deadLettered + tally.held).toBe(
            given.length,
          );
        },
      ),
    );
  });
});

const isBad = (kind: Kind): boolean => kind !== 'good' && kind !== 'slow';

interface Options {
  readonly onFailure: { readonly decode: FailurePolicy; readonly handler: FailurePolicy };
  readonly keysAtOnce: number;
}

function deliveryOf(
  given: readonly { readonly key: string | null; readonly kind: Kind; readonly turns: number }[],
  { onFailure, keysAtOnce }: Options,
) {
  const begun: number[] = [];
  const handled = new Set<number>();
  let whenHeld: number | undefined;
  const logger = testLogger();
  const failures = failureHandling({ onFailure }, logger);
  const records = given.map(({ key, kind }, offset) => {
    const record = new EventRecord(eventRecord({ topic: 'clicks', offset, key, value: null }));
    const place = { topic: 'clicks', partition: 0, offset };
    return kind === 'undecodable'
      ? new Refused(record, new ConsumerError('FRAME', 'no', place))
      : new Consumed(record, { key, value: offset, schema: undefined, writerVersion: undefined });
  });
  const work = async (offset: number, kind: Kind, turns: number): Promise<void> => {
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    if (isBad(kind)) throw new Error('no');
    handled.add(offset);
  };
  const deliver = ({ offset }: Consumed): void | Promise<void> => {
    begun.push(offset);
    const { kind, turns } = given[offset] ?? { kind: 'good', turns: 0 };
    if (kind === 'thrown') throw new Error('no');
    if (kind !== 'good') return work(offset, kind, kind === 'rejected' ? 0 : turns);
    handled.add(offset);
  };
  const delivery = new PartitionDelivery(
    {
      id: 'clicks-0',
      records,
      arrived: records.map(({ incoming }) => incoming),
      handling: { takesTombstones: true, deliver },
      decodeMs: 0,
      arrivedMs: 0,
    },
    {
      failures,
      log: new FailureLog(failures, logger),
      batch: undefined,
      keysAtOnce,
      context: (attempt) => ({
        requestId: undefined,
        signal: new AbortController().signal,
        remainingMs: () => Number.POSITIVE_INFINITY,
        attempt,
      }),
      mayTake: () => true,
      afterFailure: () => 'failed',
      onHeld: () => {
        whenHeld ??= begun.length;
      },
    },
  );
  return { delivery, begun, handled, begunWhenHeld: () => whenHeld ?? begun.length };
}
