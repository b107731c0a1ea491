import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  PartitionSequence,
  type Refusal,
  type Unstored,
} from '../../producer/platformatic/partition-sequence.js';
import { type Request, SequenceBroker } from './sequence-broker.js';

interface Batch {
  readonly name: number;
  readonly count: number;
  readonly isTooLarge: boolean;
}

const LOST: Refusal = { verdict: 'retry', ambiguous: true };
const NOT_NOW: Refusal = { verdict: 'retry', ambiguous: false };
const REFUSED: Refusal = { verdict: 'final', ambiguous: false };
const OUT_OF_ORDER: Refusal = { verdict: 'sequence', ambiguous: false };

type Fate = 'stored' | 'stored, and doubted' | 'not now';

/** A partition's sequence in front of a broker that it reaches over connections that break. */
class World {
  readonly sequence = new PartitionSequence<Batch>(5);
  readonly broker = new SequenceBroker();
  readonly outcomes = new Map<number, 'stored' | 'no' | 'unknown'>();
  names = 0;
  private epoch = -1;
  /** Requests in order, of which the broker has had the first `had`. */
  private wire: { readonly batch: Batch; readonly request: Request }[] = [];
  private had = 0;
  /** What is still in the broker's hands of connections that broke. */
  private readonly stray: Request[][] = [];
  /** Batches that a broken connection left in doubt. */
  private readonly doubtful = new Set<number>();

  add(count: number, isTooLarge: boolean): void {
    this.sequence.add({ name: this.names++, count, isTooLarge });
  }

  pump(): void {
    if (this.sequence.producer === undefined) {
      this.sequence.identify({ producerId: 1n, epoch: ++this.epoch });
    }
    const { epoch } = this;
    for (let next = this.sequence.next(); next !== undefined; next = this.sequence.next()) {
      const { batch, sequence } = next;
      const { name, count } = batch;
      this.wire.push({ batch, request: { name, epoch, sequence, count } });
    }
  }

  /** The broker has the next request and answers it. */
  serve(fate: Fate): void {
    // It answers in order.
    if (this.had > 0) return this.cut();
    const first = this.wire.shift();
    if (first === undefined) return;
    const { batch, request } = first;
    if (batch.isTooLarge) return this.settle(this.sequence.refused(batch, REFUSED));
    if (fate === 'not now') return this.settle(this.sequence.refused(batch, NOT_NOW));
    if (!this.broker.take(request)) return this.settle(this.sequence.refused(batch, OUT_OF_ORDER));
    if (fate === 'stored, and doubted') {
      this.doubtful.add(batch.name);
      return this.settle(this.sequence.refused(batch, LOST));
    }
    const isWaitedFor = this.sequence.batches.includes(batch);
    this.settle(this.sequence.stored(batch));
    if (isWaitedFor) this.outcomes.set(batch.name, 'stored');
  }

  /** The broker has the next request, and its answer does not come. */
  swallow(): void {
    const next = this.wire[this.had];
    if (next === undefined) return;
    this.had++;
    if (!next.batch.isTooLarge) this.broker.take(next.request);
  }

  cut(): void {
    const broken = this.wire;
    this.stray.push(
      broken.slice(this.had).flatMap(({ batch, request }) => (batch.isTooLarge ? [] : [request])),
    );
    this.wire = [];
    this.had = 0;
    for (const { batch } of broken) this.doubtful.add(batch.name);
    for (const { batch } of broken) this.settle(this.sequence.refused(batch, LOST));
  }

  /** A request of a broken connection is served after all. */
  stray1(pick: number): void {
    const connection = this.stray[pick % Math.max(1, this.stray.length)];
    const request = connection?.shift();
    if (request !== undefined) this.broker.take(request);
  }

  giveUp(pick: number): void {
    const { batches } = this.sequence;
    const batch = batches[pick % Math.max(1, batches.length)];
    if (batch === undefined) return;
    if (this.wire.some((one) => one.batch === batch)) this.doubtful.add(batch.name);
    this.settle(this.sequence.giveUp(batch));
  }

  /** The broker forgets producers. Where a batch is in doubt, no client could tell what then becomes of it. */
  forget(): void {
    const alive = [...this.sequence.batches, ...this.wire.map(({ batch }) => batch)];
    const isInDoubt = alive.some(({ name }) => this.doubtful.has(name));
    if (isInDoubt || this.had > 0 || this.stray.some((requests) => requests.length > 0)) return;
    this.broker.forget();
  }

  finish(): void {
    this.cut();
    for (let turn = 0; this.sequence.batches.length > 0; turn++) {
      if (turn > 10_000) throw new Error('it does not come to an end');
      this.pump();
      this.serve('stored');
    }
    for (const connection of this.stray)
      for (const request of connection) this.broker.take(request);
  }

  private settle(settled: readonly Unstored<Batch>[]): void {
    for (const { batch, delivered } of settled) {
      if (this.outcomes.has(batch.name)) throw new Error(`${batch.name} is settled twice`);
      this.outcomes.set(batch.name, delivered);
    }
  }
}

const pick = fc.nat({ max: 9 });
const act: fc.Arbitrary<(world: World) => void> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 9 })).map(
      ([count, n]) =>
        (world: World) =>
          world.add(count, n === 0),
    ),
  },
  { weight: 6, arbitrary: fc.constant((world: World) => world.pump()) },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom<Fate>('stored', 'stored', 'stored', 'stored, and doubted', 'not now')
      .map((fate) => (world: World) => world.serve(fate)),
  },
  { weight: 2, arbitrary: fc.constant((world: World) => world.swallow()) },
  { weight: 1, arbitrary: fc.constant((world: World) => world.cut()) },
  { weight: 2, arbitrary: pick.map((n) => (world: World) => world.stray1(n)) },
  { weight: 1, arbitrary: pick.map((n) => (world: World) => world.giveUp(n)) },
  { weight: 1, arbitrary: fc.constant((world: World) => world.forget()) },
);

describe('several batches under way', () => {
  it('are stored once, in order, and reported as they are, whatever fails', () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 30, maxLength: 120, size: 'max' }), (acts) => {
        const world = new World();
        for (const one of acts) one(world);
        world.finish();
        const { log } = world.broker;
        expect(new Set(log).size).toBe(log.length);
        const stored = [...world.outcomes].filter(([, outcome]) => outcome === 'stored');
        const acknowledged = new Set(stored.map(([name]) => name));
        const order = log.filter((name) => acknowledged.has(name));
        expect(order).toEqual([...acknowledged].sort((a, b) => a - b));
        for (const [name, outcome] of world.outcomes) {
          if (outcome === 'no') expect(log).not.toContain(name);
        }
        // What may be stored all the same is so before what came after it, or never.
        const last = new Map<number, number>();
        for (const [at, name] of log.entries()) last.set(name, at);
        for (const [name, outcome] of world.outcomes) {
          const at = last.get(name);
          if (outcome !== 'unknown' || at === undefined) continue;
          const later = log.slice(0, at).filter((one) => one > name && acknowledged.has(one));
          expect({ name, later }).toEqual({ name, later: [] });
        }
        expect(world.outcomes.size).toBe(world.names);
      }),
      { numRuns: 2_000 },
    );
  });
});
