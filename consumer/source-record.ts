import { MAGIC } from '../runtime/wire/frame.js';
import { isBytes } from '../runtime/wire/kind-of.js';
import { SCHEMA_ID_HEADERS } from '../runtime/wire/schema-id.js';
import { ConsumerError, type RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { type IncomingRecord, identityOf } from './incoming-record.js';
import type { RecordHeader } from './record.js';
import type { Scratch } from './scratch.js';
import type { FetchedRecord, SourcePartition } from './source.js';

const SCHEMA_HEADER_NAMES: readonly string[] = Object.values(SCHEMA_ID_HEADERS);

/** A record as a source gives it: bytes, which nothing has put into text. */
export class SourceRecord implements IncomingRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  private readonly fetched: FetchedRecord;

  /** @throws ConsumerError `EVENT` for an offset beyond 2^53 */
  constructor({ topic, partition }: SourcePartition, fetched: FetchedRecord) {
    this.topic = topic;
    this.partition = partition;
    this.offset = Number(fetched.offset);
    this.fetched = fetched;
    if (Number.isSafeInteger(this.offset)) return;
    throw new ConsumerError(
      'EVENT',
      `Partition ${partition} of topic "${topic}" has come to offset ${fetched.offset}, beyond 2^53: ` +
        'numbers of JavaScript do not tell such offsets apart.',
      identityOf(this),
    );
  }

  get timestampMs() {
    return this.fetched.timestampMs;
  }

  get timestampType() {
    return this.fetched.timestampType;
  }

  bytes(part: RecordPart) {
    return this.fetched[part];
  }

  write(part: RecordPart, scratch: Scratch) {
    const bytes = this.fetched[part];
    if (bytes === null || !isBytes(bytes)) return false;
    scratch.add(bytes);
    return true;
  }

  saysSchema() {
    const { headers } = this.fetched;
    return headers.length > 0 && headers.some(([name]) => SCHEMA_HEADER_NAMES.includes(name));
  }

  keyMayBeFramed() {
    return this.fetched.key?.[0] === MAGIC;
  }

  keyIdentity() {
    const { key } = this.fetched;
    return key && bufferOf(key).toString('latin1');
  }

  headers(): readonly RecordHeader[] {
    return this.fetched.headers.map(([name, value]) => ({ name, value }));
  }

  schemaHeader(part: RecordPart) {
    const name = SCHEMA_ID_HEADERS[part];
    return this.fetched.headers.findLast(([candidate]) => candidate === name)?.[1];
  }

  metadata() {
    return undefined;
  }

  event(): KafkaEventRecord {
    const { topic, partition, offset, timestampMs, timestampType } = this;
    const { key, value, headers } = this.fetched;
    return {
      topic,
      partition,
      offset,
      timestamp: timestampMs,
      timestampType,
      key: key && bufferOf(key).toString('base64'),
      value: value && bufferOf(value).toString('base64'),
      headers: headers.map(([name, bytes]) => ({ [name]: bytes && [...new Int8Array(bytes)] })),
    };
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
