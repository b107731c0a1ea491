import type { KafkaEventRecord, Position } from '../../consumer/index.js';
import { type Batch, nextOffset, partitionId, ranges } from './batch.js';

/** How far each partition of a batch has come: to its first record that is still to be dealt with. */
export class Progress {
  private readonly ends = new Map<string, Position>();
  private readonly committed = new Map<string, bigint>();

  /** Of a batch whose records are dealt with in any order, in each partition from its first on. */
  constructor(batch: Batch) {
    for (const { id, topic, partition, records } of ranges(batch)) {
      const inOrder = [...records].sort((a, b) => a.offset - b.offset);
      this.ends.set(id, { topic, partition, offset: nextOffset(inOrder) });
      this.committed.set(id, BigInt(inOrder[0]?.offset ?? 0));
    }
  }

  /** What can be committed, beyond what is, while these records are still to be dealt with. */
  positions(outstanding: Iterable<KafkaEventRecord>): readonly Position[] {
    const first = new Map<string, bigint>();
    for (const record of outstanding) {
      const id = partitionId(record);
      const offset = BigInt(record.offset);
      if (offset < (first.get(id) ?? offset + 1n)) first.set(id, offset);
    }
    return [...this.ends].flatMap(([id, end]) => {
      const offset = first.get(id) ?? end.offset;
      return offset > (this.committed.get(id) ?? 0n) ? [{ ...end, offset }] : [];
    });
  }

  commit(position: Position): void {
    this.committed.set(partitionId(position), position.offset);
  }

  /** Another member of the group has these partitions. */
  drop(partitions: ReadonlySet<string>): void {
    for (const id of partitions) this.ends.delete(id);
  }

  /** The records of partitions that were not dropped. */
  kept(batch: Batch): Batch {
    return batch.filter((record) => this.ends.has(partitionId(record)));
  }
}
