import type { Position, SourcePartition, StartingPosition } from '../source.js';
import type { Cluster } from './cluster.js';
import { EARLIEST, LATEST, listOffsets } from './protocol/log-requests.js';

/** Where partitions begin. Only those are answered that have a leader. */
export async function startPositions(
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
