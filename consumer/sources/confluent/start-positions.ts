import type { NativePosition } from '../../../producer/confluent/package.js';
import type { SourcePartition, StartingPosition } from '../../source.js';
import { BackOff } from '../back-off.js';
import type { ConsumerClient } from './client.js';

/** librdkafka's names for offsets. */
const END = -1;
const BEGINNING = -2;

export interface Starting {
  readonly from: StartingPosition;
  readonly closing: AbortSignal;
  trouble(error: unknown): void;
}

/** Where partitions begin: asked for as long as it takes, since nothing else may be assumed. */
export async function startPositions(
  client: ConsumerClient,
  partitions: readonly SourcePartition[],
  { from, closing, trouble }: Starting,
): Promise<readonly NativePosition[]> {
  const backOff = new BackOff(closing);
  while (partitions.length > 0 && !closing.aborted) {
    try {
      return await find(client, partitions, from);
    } catch (error) {
      if (!closing.aborted) trouble(error);
    }
    await backOff.wait();
  }
  return partitions.map((at) => ({ ...at, offset: BEGINNING }));
}

async function find(
  client: ConsumerClient,
  partitions: readonly SourcePartition[],
  from: StartingPosition,
): Promise<readonly NativePosition[]> {
  const committed = (await client.committed(partitions)).map(bare);
  // Nothing is committed where it is not a number of a record.
  const none = committed.filter(({ offset }) => !(offset >= 0));
  const begins =
    from instanceof Date && none.length > 0
      ? await client.offsetsAt(none, from.getTime())
      : none.map((at) => ({ ...at, offset: from === 'earliest' ? BEGINNING : END }));
  return [...committed.filter(({ offset }) => offset >= 0), ...begins.map(bare)];
}

function bare({ topic, partition, offset }: NativePosition): NativePosition {
  return { topic, partition, offset };
}
