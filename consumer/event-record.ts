import type { RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import type { IncomingRecord } from './incoming-record.js';
import { headersOf, partBytes, saysSchema, schemaHeader, schemaMetadata } from './read-event.js';
import type { Scratch } from './scratch.js';

/** A record of an event of Lambda. */
export class EventRecord implements IncomingRecord {
  private readonly raw: KafkaEventRecord;

  /** @param raw whose topic, partition and offset were checked */
  constructor(raw: KafkaEventRecord) {
    this.raw = raw;
  }

  get topic() {
    return this.raw.topic;
  }

  get partition() {
    return this.raw.partition;
  }

  get offset() {
    return this.raw.offset;
  }

  get timestampMs() {
    return this.raw.timestamp;
  }

  get timestampType() {
    return this.raw.timestampType;
  }

  bytes(part: RecordPart) {
    return partBytes(this.raw, part);
  }

  write(part: RecordPart, scratch: Scratch) {
    const base64 = part === 'key' ? this.raw.key : this.raw.value;
    return typeof base64 === 'string' && scratch.addBase64(base64);
  }

  saysSchema() {
    return saysSchema(this.raw);
  }

  keyMayBeFramed() {
    const { key } = this.raw;
    // The first six bits of a magic byte, which is 0, are an A.
    return typeof key === 'string' && key.startsWith('A');
  }

  keyIdentity() {
    return this.raw.key ?? null;
  }

  headers() {
    return headersOf(this.raw);
  }

  schemaHeader(part: RecordPart) {
    return schemaHeader(this.raw, part);
  }

  metadata(part: RecordPart) {
    return schemaMetadata(this.raw, part);
  }

  event() {
    return this.raw;
  }
}
