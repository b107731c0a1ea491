import type { Position, SourcePartition, StartingPosition } from '../source.js';
import { BackOff } from './back-off.js';
import type { Cluster } from './cluster.js';
import type { Handout } from './handout.js';
import type { Lane } from './lane.js';
import { EARLIEST, LATEST, listOffsets } from './protocol/log-requests.js';
import { Refused } from './protocol/refused.js';

export interface Locating {
  readonly cluster: Cluster;
  readonly handout: Handout<Lane>;
  /** Where the group has committed nothing. */
  readonly from: StartingPosition;
  readonly closing: AbortSignal;
  committed(
    partitions: readonly SourcePartition[],
  ): Promise<readonly (SourcePartition & { readonly offset: bigint | undefined })[]>;
  refresh(): Promise<void>;
  /** Some of them begin somewhere now. */
  found(): void;
  /** Answers whether to go on. */
  trouble(error: unknown): boolean;
}

/** Finds out where partitions begin, as long as they are ours and however long it takes. */
export async function locate(
  partitions: readonly SourcePartition[],
  locating: Locating,
): Promise<void> {
  const { handout, closing } = locating;
  const backOff = new BackOff(closing);
  const unknown = () =>
    partitions.filter((one) => {
      const lane = handout.get(one);
      return lane !== undefined && lane.position === undefined;
    });
  for (let left = unknown(); left.length > 0 && !closing.aborted; left = unknown()) {
    try {
      for (const { offset, ...at } of await positionsOf(left, locating)) {
        const lane = handout.get(at);
        if (lane?.position === undefined) lane?.moveTo(offset);
      }
      locating.found();
      if (unknown().length === 0) return;
    } catch (error) {
      if (closing.aborted) return;
      // It passes with the transaction that commits them.
      const isUsual = error instanceof Refused && error.is('UNSTABLE_OFFSET_COMMIT');
      if (!isUsual && !locating.trouble(error)) return;
    }
    await locating.refresh();
    await backOff.wait();
  }
}

async function positionsOf(
  partitions: readonly SourcePartition[],
  { cluster, from, committed }: Locating,
): Promise<readonly Position[]> {
  const found = await committed(partitions);
  const none = found.filter(({ offset }) => offset === undefined);
  const begins = none.length === 0 ? [] : await startPositions(cluster, none, from);
  return found
    .flatMap(({ offset, ...at }) => (offset === undefined ? [] : [{ ...at, offset }]))
    .concat(begins);
}

/** Where partitions begin. Only those are answered that have a leader. */
async function startPositions(
  cluster: Cluster,
  partitions: readonly SourcePartition[],
  from: StartingPosition,
): Promise<readonly Position[]> {
  const time = from === 'earliest' ? EARLIEST : from === 'latest' ? LATEST : BigInt(from.getTime());
  const found = await ask(cluster, partitions, time);
  const none = found.filter(({ offset }) => offset === undefined);
  // Nothing is as new as that: what comes from now on.
  const ends = none.length === 0 ? [] : await ask(cluster, none, LATEST);
  return [...found, ...ends].flatMap(({ topic, partition, offset }) =>
    offset === undefined ? [] : [{ topic, partition, offset }],
  );
}

async function ask(cluster: Cluster, partitions: readonly SourcePartition[], time: bigint) {
  const byBroker = new Map<string, SourcePartition[]>();
  for (const one of partitions) {
    const broker = cluster.leader(one);
    if (broker === undefined) continue;
    byBroker.set(broker, [...(byBroker.get(broker) ?? []), one]);
  }
  const answers = [...byBroker].map(([broker, of]) =>
    cluster.call({ broker, purpose: 'ask' }, listOffsets(of, time)),
  );
  return (await Promise.all(answers)).flat();
}
