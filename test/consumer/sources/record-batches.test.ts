import { describe, expect, it } from '@jest/globals';
import type { FetchedRecord } from '../../../consumer/index.js';
import { Lane } from '../../../consumer/sources/lane.js';
import type {
  AbortedTransaction,
  Fetched,
} from '../../../consumer/sources/protocol/log-requests.js';
import {
  committed,
  recordBatches,
  UnknownFormat,
} from '../../../consumer/sources/protocol/record-batches.js';
import { recordsOf } from '../../../consumer/sources/protocol/records.js';
import { batch, marker, transactional } from './batches.js';

const at = { topic: 't', partition: 0 };
const text = ({ value }: FetchedRecord) => Buffer.from(value ?? []).toString();
const noCodec = async () => Buffer.alloc(0);

/** What readers of committed records see. */
function seen(log: readonly Buffer[], aborted: readonly [id: number, first: number][]): string[] {
  const transactions: AbortedTransaction[] = aborted.map(([id, first]) => ({
    producerId: BigInt(id),
    firstOffset: BigInt(first),
  }));
  const batches = committed(recordBatches(Buffer.concat(log)), transactions);
  return [...batches].flatMap((one) => recordsOf(one, one.records).map(text));
}

function fetched(log: readonly Buffer[]): Fetched {
  return { ...at, error: undefined, logStart: 0n, aborted: [], batches: Buffer.concat(log) };
}

describe('of transactions', () => {
  it('what was committed is seen, markers are not', () => {
    const log = [
      transactional(0, 1, 'a', 'b'),
      marker(2, 1, 'commit'),
      batch({ firstOffset: 3, values: ['c'] }),
    ];
    expect(seen(log, [])).toEqual(['a', 'b', 'c']);
  });

  it('nothing is seen of aborted ones that overlap, in whatever order they ended', () => {
    // The first to begin is the last to end: kafkajs orders them by their ends, and shows 'one'.
    const log = [
      transactional(0, 1, 'one'),
      transactional(1, 2, 'two'),
      marker(2, 2, 'abort'),
      transactional(3, 1, 'one again'),
      batch({ firstOffset: 4, values: ['plain'] }),
      marker(5, 1, 'abort'),
      transactional(6, 1, 'next'),
      marker(7, 1, 'commit'),
    ];
    const byEnd: [number, number][] = [
      [2, 1],
      [1, 0],
    ];
    expect(seen(log, byEnd)).toEqual(['plain', 'next']);
  });

  it('a producer that aborted one and committed the next is seen from there on', () => {
    const log = [
      transactional(0, 1, 'gone'),
      marker(1, 1, 'abort'),
      transactional(2, 1, 'there'),
      marker(3, 1, 'commit'),
      transactional(4, 1, 'gone'),
      marker(5, 1, 'abort'),
    ];
    expect(
      seen(log, [
        [1, 0],
        [1, 4],
      ]),
    ).toEqual(['there']);
  });
});

describe('a fetch', () => {
  it('may be cut off at its end', () => {
    const first = batch({ firstOffset: 0, values: ['a'] });
    const log = Buffer.concat([first, batch({ firstOffset: 1, values: ['b'] })]);
    for (const size of [log.length - 1, first.length + 61, first.length + 1, first.length]) {
      expect([...recordBatches(log.subarray(0, size))]).toHaveLength(1);
    }
  });

  it('of another format is refused', () => {
    const old = batch({ firstOffset: 0, values: ['a'] });
    old.writeInt8(1, 16);
    expect(() => [...recordBatches(old)]).toThrow(UnknownFormat);
  });

  it('has records as they were written', async () => {
    const lane = new Lane(at, noCodec);
    lane.put(fetched([batch({ firstOffset: 7, values: ['a', 'b'] })]));
    expect(await lane.take(10)).toMatchObject([
      { offset: 7n, timestampMs: 1_000, timestampType: 'CREATE_TIME', key: null },
      { offset: 8n, timestampMs: 1_001, headers: [['n', Buffer.from('1')]] },
    ]);
  });

  it('of a damaged batch throws', () => {
    const damaged = batch({ firstOffset: 0, values: ['a'] });
    damaged.writeInt32BE(5, 57);
    const [first] = recordBatches(damaged);
    expect(() => first && recordsOf(first, first.records)).toThrow('damaged');
  });
});

describe('a partition', () => {
  const log = [
    batch({ firstOffset: 0, values: ['a', 'b'] }),
    batch({ firstOffset: 2, values: ['c', 'd', 'e'] }),
  ];
  const taken = async (lane: Lane, max: number) => (await lane.take(max)).map(text).join('');

  function filled(from = 0n): Lane {
    const lane = new Lane(at, noCodec);
    lane.moveTo(from);
    lane.put(fetched(log));
    return lane;
  }

  it('gives over the ends of batches, as many as asked for, and goes on behind them', async () => {
    const lane = filled();
    expect(await taken(lane, 3)).toBe('abc');
    expect(lane.isReady).toBe(false);
    lane.settle(2n);
    expect(lane.isReady).toBe(false);
    lane.settle(3n);
    expect(await taken(lane, 9)).toBe('de');
    lane.settle(5n);
    expect([lane.isEmpty, lane.bytes, lane.position]).toEqual([true, 0, 5n]);
  });

  it('leaves out what is before its position', async () => {
    expect(await taken(filled(3n), 9)).toBe('de');
  });

  it('gives again what is not settled, and fetches what it no longer has', async () => {
    const lane = filled();
    expect(await taken(lane, 4)).toBe('abcd');
    lane.readFrom(1n);
    expect(await taken(lane, 2)).toBe('bc');
    lane.readFrom(3n);
    expect(await taken(lane, 9)).toBe('de');
    lane.settle(5n);
    lane.readFrom(1n);
    expect([lane.isEmpty, lane.position]).toEqual([true, 1n]);
  });

  it('passes over what was aborted', () => {
    const lane = new Lane(at, noCodec);
    const gone = [transactional(0, 1, 'x'), marker(1, 1, 'abort')];
    lane.put({ ...fetched(gone), aborted: [{ producerId: 1n, firstOffset: 0n }] });
    expect([lane.isEmpty, lane.isAtEnd, lane.position]).toEqual([true, false, 2n]);
  });

  it('gives nothing that was dropped while it was decompressed', async () => {
    let open = (_: Buffer) => {};
    const plain = new Promise<Buffer>((resolve) => {
      open = resolve;
    });
    const lane = new Lane(at, () => plain);
    const snappy = batch({ firstOffset: 0, values: ['a'] });
    snappy.writeInt16BE(2, 21);
    lane.put(fetched([snappy]));
    const taking = lane.take(1);
    lane.drop();
    open(Buffer.alloc(0));
    expect(await taking).toEqual([]);
  });
});
