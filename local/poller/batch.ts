import type { KafkaEventRecord, SourcePartition } from '../../consumer/index.js';

/** Records of one invocation: partition after partition, each in offset order. */
export type Batch = readonly KafkaEventRecord[];

/** Where a partition of a batch begins and ends. */
export interface BatchRange {
  readonly topic: string;
  readonly partition: number;
  /** `<topic>-<partition>`. */
  readonly id: string;
  readonly records: Batch;
}

/** `<topic>-<partition>`, as events name it. */
export function partitionId({ topic, partition }: SourcePartition): string {
  return `${topic}-${partition}`;
}

/** The batch without the records of some partitions, by id. */
export function without(batch: Batch, partitions: ReadonlySet<string>): Batch {
  return batch.filter((record) => !partitions.has(partitionId(record)));
}

/** The batch by partition. */
export function ranges(batch: Batch): readonly BatchRange[] {
  const found = new Map<string, KafkaEventRecord[]>();
  for (const record of batch) {
    const id = partitionId(record);
    const records = found.get(id) ?? [];
    records.push(record);
    found.set(id, records);
  }
  return [...found].flatMap(([id, records]) => {
    const [first] = records;
    return first ? [{ id, topic: first.topic, partition: first.partition, records }] : [];
  });
}

/** The offset after the last record: what a consumer group commits. */
export function nextOffset(records: Batch): bigint {
  return BigInt(records.at(-1)?.offset ?? -1) + 1n;
}

/** Two halves; each keeps the order within its partitions. */
export function bisect(batch: Batch): readonly [Batch, Batch] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
