import type { NativeRecord } from '../../../producer/confluent/package.js';
import type { FetchedRecord, SourcePartition } from '../../source.js';

/** A record as the package gives it, which does not say whose its time is. */
class ConfluentRecord implements FetchedRecord {
  readonly timestampType = 'CREATE_TIME';
  private readonly record: NativeRecord;

  constructor(record: NativeRecord) {
    this.record = record;
  }

  get offset(): bigint {
    return BigInt(this.record.offset);
  }

  get timestampMs(): number {
    return this.record.timestamp;
  }

  get key(): Uint8Array | null {
    return this.record.key;
  }

  get value(): Uint8Array | null {
    return this.record.value;
  }

  get headers(): readonly (readonly [name: string, value: Uint8Array])[] {
    const { headers = [] } = this.record;
    return Array.from(headers, (header) => Object.entries(header)).flat();
  }

  get bytes(): number {
    const { key, value } = this.record;
    return (key?.length ?? 0) + (value?.length ?? 0) + RECORD_BYTES;
  }
}

/** What a record takes besides its key and value, about, in bytes. */
const RECORD_BYTES = 200;

/** A partition of ours: what librdkafka gave of it, and how far that was handed out. */
export class ConfluentLane implements SourcePartition {
  readonly topic: string;
  readonly partition: number;
  /** Of what was fetched and is not settled. */
  bytes = 0;
  /** librdkafka fetches nothing of it. */
  isPaused = false;
  /** Where it is to be read from instead. */
  seekTo: bigint | undefined;
  private records: ConfluentRecord[] = [];
  private next = 0;
  private handedOutTo: bigint | undefined;
  private isOpen = false;

  constructor({ topic, partition }: SourcePartition) {
    this.topic = topic;
    this.partition = partition;
  }

  get isEmpty(): boolean {
    return this.next === this.records.length;
  }

  get isReady(): boolean {
    return !this.isOpen && !this.isEmpty;
  }

  put(record: NativeRecord): void {
    // From before a seek.
    if (this.seekTo !== undefined) return;
    const one = new ConfluentRecord(record);
    this.records.push(one);
    this.bytes += one.bytes;
  }

  async take(maxRecords: number): Promise<readonly FetchedRecord[]> {
    const end = Math.min(this.records.length, this.next + maxRecords);
    const taken = this.records.slice(this.next, end);
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
    this.forget();
  }

  /** Hands out from there on; where that is not kept, it is to be fetched. */
  readFrom(offset: bigint): void {
    if (offset === this.handedOutTo && this.seekTo === undefined) return this.forget();
    this.isOpen = false;
    const index = this.records.findIndex((record) => record.offset >= offset);
    const isKept = index > 0 || (index === 0 && this.records[0]?.offset === offset);
    if (isKept) this.next = index;
    else this.moveTo(offset);
  }

  drop(): void {
    this.moveTo(undefined);
  }

  private moveTo(offset: bigint | undefined): void {
    this.records = [];
    this.next = 0;
    this.bytes = 0;
    this.isOpen = false;
    this.handedOutTo = undefined;
    this.seekTo = offset;
  }

  /** Drops what was handed out. */
  private forget(): void {
    this.isOpen = false;
    for (const { bytes } of this.records.splice(0, this.next)) this.bytes -= bytes;
    this.next = 0;
  }
}
