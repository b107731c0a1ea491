import type { FetchedRecord, SourcePartition } from '../source.js';
import { type Decompress, decompress } from './protocol/decompress.js';
import type { Fetched } from './protocol/log-requests.js';
import { committed, type RecordBatch, recordBatches } from './protocol/record-batches.js';
import { recordsOf } from './protocol/records.js';

/**
 * One partition of ours: what was fetched of it, and how far that was handed out. What was handed out
 * is kept until it is settled, so that it can be had again.
 */
export class Lane implements SourcePartition {
  readonly topic: string;
  readonly partition: number;
  /** What is to be fetched next; undefined until it is known. */
  position: bigint | undefined;
  /** A fetch is under way. */
  isFetching = false;
  /** The last fetch brought nothing. */
  isAtEnd = false;
  /** Goes up where what is under way is not wanted any more. */
  epoch = 0;
  /** Of what was fetched and is not settled. */
  bytes = 0;
  private readonly byClient: Decompress;
  private batches: RecordBatch[] = [];
  private records: readonly FetchedRecord[] = [];
  private next = 0;
  /** The end of what was handed out last. */
  private handedOutTo: bigint | undefined;
  private isOpen = false;
  /** Older records of the first batch are not wanted. */
  private from = 0n;

  constructor({ topic, partition }: SourcePartition, byClient: Decompress) {
    this.byClient = byClient;
    this.topic = topic;
    this.partition = partition;
  }

  /** Nothing of it waits to be handed out. */
  get isEmpty(): boolean {
    return this.batches.length === 0 && this.next === this.records.length;
  }

  /** Whether it has records to hand out, and what was handed out is settled. */
  get isReady(): boolean {
    return !this.isOpen && !this.isEmpty;
  }

  /** What was fetched from {@link position} on. @throws UnknownFormat */
  put({ batches, aborted }: Fetched): void {
    const found = [...recordBatches(batches)];
    for (const batch of committed(found, aborted)) {
      this.batches.push(batch);
      this.bytes += batch.bytes;
    }
    const last = found.at(-1);
    this.isAtEnd = last === undefined;
    if (last !== undefined) this.position = last.lastOffset + 1n;
  }

  /** The next records; none where the partition was lost, or is read from elsewhere, meanwhile. */
  async take(maxRecords: number): Promise<readonly FetchedRecord[]> {
    const { epoch } = this;
    while (this.records.length - this.next < maxRecords) {
      const batch = this.batches[0];
      if (batch === undefined) break;
      const { codec, records: bytes } = batch;
      const plain = codec === undefined ? bytes : await decompress(codec, bytes, this.byClient);
      if (this.epoch !== epoch) return [];
      this.append(batch, recordsOf(batch, plain));
    }
    const { records, next } = this;
    const end = Math.min(records.length, next + maxRecords);
    const taken = next === 0 && end === records.length ? records : records.slice(next, end);
    const last = taken.at(-1);
    if (last === undefined) return taken;
    this.next = end;
    this.handedOutTo = last.offset + 1n;
    this.isOpen = true;
    return taken;
  }

  /** All before `offset` was handled. */
  settle(offset: bigint): void {
    if (this.handedOutTo === undefined || offset < this.handedOutTo) return;
    this.isOpen = false;
    if (this.isEmpty) this.forget();
  }

  /** Hands out from there on; where that is not kept, it is to be fetched. */
  readFrom(offset: bigint): void {
    this.isOpen = false;
    if (offset === this.handedOutTo) {
      if (this.isEmpty) this.forget();
      return;
    }
    const index = this.records.findIndex((record) => record.offset >= offset);
    const isKept = index > 0 || (index === 0 && this.records[0]?.offset === offset);
    if (isKept) this.next = index;
    else this.moveTo(offset);
  }

  /** What was fetched is not wanted; it is fetched from there on. */
  moveTo(offset: bigint | undefined): void {
    this.epoch++;
    this.forget();
    this.batches = [];
    this.bytes = 0;
    this.isOpen = false;
    this.handedOutTo = undefined;
    this.position = offset;
    this.from = offset ?? 0n;
    this.isAtEnd = false;
  }

  drop(): void {
    this.moveTo(undefined);
  }

  private append(batch: RecordBatch, found: readonly FetchedRecord[]): void {
    this.batches.shift();
    const isOld = batch.firstOffset < this.from;
    const wanted = isOld ? found.filter(({ offset }) => offset >= this.from) : found;
    const left = this.records.slice(this.next);
    if (left.length === 0) this.forget(batch.bytes);
    this.records = left.length === 0 ? wanted : left.concat(wanted);
    this.next = 0;
  }

  /** Drops what was handed out, and counts what is left. */
  private forget(exceptBytes = 0): void {
    this.records = [];
    this.next = 0;
    const waiting = this.batches.reduce((sum, { bytes }) => sum + bytes, 0);
    this.bytes = waiting + exceptBytes;
  }
}
