import type { SchemaId } from '../runtime/index.js';
import type { ConsumerError } from './errors.js';
import { type IncomingRecord, recordId } from './incoming-record.js';
import { writtenWith } from './open-record.js';
import type { ConsumedRecord } from './record.js';

/** What was decoded of a record. */
export interface Decoded {
  readonly key: unknown;
  readonly value: unknown;
  /** The schema that the value was written with; undefined for a tombstone. */
  readonly schema: SchemaId | undefined;
  readonly writerVersion: number | undefined;
}

/** A decoded record: what costs something is made when a handler looks at it. */
export class Consumed implements ConsumedRecord<unknown, unknown> {
  readonly key: unknown;
  readonly value: unknown;
  readonly writerVersion: number | undefined;
  /** What it was before. */
  readonly incoming: IncomingRecord;
  private readonly schema: SchemaId | undefined;

  constructor(incoming: IncomingRecord, { key, value, schema, writerVersion }: Decoded) {
    this.key = key;
    this.value = value;
    this.writerVersion = writerVersion;
    this.incoming = incoming;
    this.schema = schema;
  }

  get isTombstone() {
    return this.schema === undefined;
  }

  get id() {
    return recordId(this.incoming);
  }

  get topic() {
    return this.incoming.topic;
  }

  get partition() {
    return this.incoming.partition;
  }

  get offset() {
    return this.incoming.offset;
  }

  get timestamp() {
    return new Date(this.incoming.timestampMs);
  }

  get timestampType() {
    return this.incoming.timestampType;
  }

  get headers() {
    return this.incoming.headers();
  }

  get schemaId() {
    return writtenWith(this.schema).schemaId;
  }

  get schemaGuid() {
    return writtenWith(this.schema).schemaGuid;
  }

  /** The same record with another form of its value: a case's own. */
  with(value: unknown): Consumed {
    const { incoming, key, schema, writerVersion } = this;
    return new Consumed(incoming, { key, value, schema, writerVersion });
  }

  /** For logs, and `JSON.stringify`: all that a handler may look at. */
  toJSON(): ConsumedRecord<unknown, unknown> {
    const { id, topic, partition, offset, timestamp, timestampType } = this;
    const { key, value, headers, schemaId, schemaGuid, writerVersion } = this;
    const place = { id, topic, partition, offset, timestamp, timestampType };
    return { ...place, key, value, headers, schemaId, schemaGuid, writerVersion };
  }
}

/** A record that has no value for a handler, and why. */
export class Refused {
  readonly incoming: IncomingRecord;
  readonly error: ConsumerError;

  constructor(incoming: IncomingRecord, error: ConsumerError) {
    this.incoming = incoming;
    this.error = error;
  }
}

/** A record that is ready for its handler, or one that never will be. */
export type DecodedRecord = Consumed | Refused;
