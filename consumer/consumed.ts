import { type IncomingRecord, recordId } from './incoming-record.js';
import { type AvroPart, writtenWith } from './open-record.js';
import type { ConsumedRecord } from './record.js';

/** What was decoded of a record. */
export interface Decoded {
  readonly key: unknown;
  readonly value: unknown;
  /** What the value was read from; null for a tombstone. */
  readonly opened: AvroPart | null;
  readonly writerVersion: number | undefined;
}

/** A decoded record: what costs something is made when a handler looks at it. */
export class Consumed implements ConsumedRecord<unknown, unknown> {
  readonly key: unknown;
  readonly value: unknown;
  readonly writerVersion: number | undefined;
  private readonly record: IncomingRecord;
  private readonly opened: AvroPart | null;

  constructor(record: IncomingRecord, { key, value, opened, writerVersion }: Decoded) {
    this.key = key;
    this.value = value;
    this.writerVersion = writerVersion;
    this.record = record;
    this.opened = opened;
  }

  get isTombstone() {
    return this.opened === null;
  }

  get id() {
    return recordId(this.record);
  }

  get topic() {
    return this.record.topic;
  }

  get partition() {
    return this.record.partition;
  }

  get offset() {
    return this.record.offset;
  }

  get timestamp() {
    return new Date(this.record.timestampMs);
  }

  get timestampType() {
    return this.record.timestampType;
  }

  get headers() {
    return this.record.headers();
  }

  get schemaId() {
    return writtenWith(this.opened).schemaId;
  }

  get schemaGuid() {
    return writtenWith(this.opened).schemaGuid;
  }

  /** The same record with another form of its value: a case's own. */
  with(value: unknown): Consumed {
    const { record, key, opened, writerVersion } = this;
    return new Consumed(record, { key, value, opened, writerVersion });
  }

  /** For logs, and `JSON.stringify`: all that a handler may look at. */
  toJSON(): ConsumedRecord<unknown, unknown> {
    const { id, topic, partition, offset, timestamp, timestampType } = this;
    const { key, value, headers, schemaId, schemaGuid, writerVersion } = this;
    const place = { id, topic, partition, offset, timestamp, timestampType };
    return { ...place, key, value, headers, schemaId, schemaGuid, writerVersion };
  }
}
