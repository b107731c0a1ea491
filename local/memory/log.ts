/** One record as stored; times in milliseconds since the epoch. */
export interface StoredRecord {
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly timestampType: TimestampType;
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly (readonly [name: string, value: Uint8Array | null])[];
}

export type TimestampType = 'CREATE_TIME' | 'LOG_APPEND_TIME';
export type NewRecord = Omit<StoredRecord, 'offset' | 'timestampType'>;

/** The records of one partition, with those of transactions that are open, or were aborted. */
export class Log {
  /** Of the next record. */
  endOffset = 0n;
  private readonly records: StoredRecord[] = [];
  /** Offsets of each transaction that is open, the first of which is as far as committed reading goes. */
  private readonly open = new Map<object, bigint[]>();
  private readonly aborted = new Set<bigint>();

  append(record: Omit<StoredRecord, 'offset'>, transaction?: object): bigint {
    const offset = this.endOffset++;
    this.records.push(copy({ ...record, offset }));
    if (transaction !== undefined) {
      this.open.set(transaction, [...(this.open.get(transaction) ?? []), offset]);
    }
    return offset;
  }

  /** Keeps the newest. */
  trim(maxRecords: number): void {
    while (this.records.length > maxRecords) {
      const gone = this.records.shift();
      if (gone !== undefined) this.aborted.delete(gone.offset);
    }
  }

  read(offset: bigint, maxRecords: number, uncommitted: boolean): readonly StoredRecord[] {
    const end = uncommitted ? this.endOffset : this.stableEnd();
    const found: StoredRecord[] = [];
    for (let at = this.indexOf(offset); found.length < maxRecords; at++) {
      const record = this.records[at];
      if (record === undefined || record.offset >= end) break;
      if (uncommitted || !this.aborted.has(record.offset)) found.push(copy(record));
    }
    return found;
  }

  /** Of the first record that is as young as this; of the next one where none is. */
  offsetAt(timestampMs: number): bigint {
    const found = this.records.find((record) => record.timestampMs >= timestampMs);
    return found?.offset ?? this.endOffset;
  }

  /** As in Kafka, the end of a transaction is a record of its own, which nobody reads. */
  end(transaction: object, how: 'commit' | 'abort'): void {
    const offsets = this.open.get(transaction) ?? [];
    this.open.delete(transaction);
    this.endOffset++;
    if (how === 'abort') for (const offset of offsets) this.aborted.add(offset);
  }

  private stableEnd(): bigint {
    let end = this.endOffset;
    for (const [first = end] of this.open.values()) if (first < end) end = first;
    return end;
  }

  /** Of the first record from an offset on, which may be one that is not there. */
  private indexOf(offset: bigint): number {
    let [low, high] = [0, this.records.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.records[middle]?.offset ?? offset) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is stored never changes with what a caller does to its bytes. */
function copy(record: StoredRecord): StoredRecord {
  return {
    ...record,
    key: record.key && Uint8Array.from(record.key),
    value: record.value && Uint8Array.from(record.value),
    headers: record.headers.map(
      ([name, value]) => [name, value && Uint8Array.from(value)] as const,
    ),
  };
}
