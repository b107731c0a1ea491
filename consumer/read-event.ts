import { SCHEMA_ID_HEADERS } from '../runtime/wire/schema-id.js';
import { base64Bytes } from './base64-bytes.js';
import { ConsumerError, type RecordPart } from './errors.js';
import type { KafkaEvent, KafkaEventHeader, KafkaEventRecord, SchemaMetadata } from './event.js';
import { identityOf, recordId } from './incoming-record.js';
import type { RecordHeader } from './record.js';
import { isCount, whyNotKafka, whyUnreal } from './unreal-event.js';

/** The records of one partition in one event. */
export interface EventPartition {
  /** The key in the event: `<topic>-<partition>`. */
  readonly id: string;
  readonly records: readonly KafkaEventRecord[];
}

const EVENT_SOURCES: readonly unknown[] = ['aws:kafka', 'SelfManagedKafka'];

/**
 * Checks that an event is what a Kafka event source mapping sends: identities only, contents are
 * read record by record.
 * @throws ConsumerError `EVENT`
 */
export function readEvent(event: KafkaEvent): readonly EventPartition[] {
  const { eventSource, records } = event ?? {};
  if (!EVENT_SOURCES.includes(eventSource)) {
    throw new ConsumerError(
      'EVENT',
      'This handler takes Kafka events (eventSource "aws:kafka" or "SelfManagedKafka"), ' +
        `${whyNotKafka(event)}. Is the function wired to another trigger as well?`,
    );
  }
  if (typeof records !== 'object' || records === null || Array.isArray(records)) {
    throw new ConsumerError('EVENT', 'The Kafka event has no records object.');
  }
  return Object.entries(records).map(([id, list]) => {
    if (!Array.isArray(list)) {
      throw new ConsumerError('EVENT', `The Kafka event's entry "${id}" is not a list of records.`);
    }
    checkIdentities(id, list);
    return { id, records: list };
  });
}

function checkIdentities(id: string, records: readonly KafkaEventRecord[]): void {
  const [first] = records;
  // By place: this and its like are run once for each record, and an iterator costs what a check does.
  for (let place = 0; place < records.length; place++) {
    // Safe: it stands in the list; what is no record is refused.
    const record = records[place] as KafkaEventRecord;
    // The topic and partition of the first are those of the entry once it has been checked.
    const isAsFirst =
      record !== first && record?.topic === first?.topic && record?.partition === first?.partition;
    if (!isAsFirst || !isCount(record.offset)) checkIdentity(id, record);
  }
}

function checkIdentity(id: string, record: KafkaEventRecord): void {
  const { topic, partition, offset } = record ?? {};
  const why = whyUnreal(id, record);
  if (why === undefined) return;
  throw new ConsumerError('EVENT', `The Kafka event's entry "${id}" holds a record ${why}.`, {
    topic: typeof topic === 'string' ? topic : undefined,
    partition: isCount(partition) ? partition : undefined,
    offset: isCount(offset) ? offset : undefined,
  });
}

/** The bytes of a record's key or value; null when it has none. @throws ConsumerError `EVENT` */
export function partBytes(record: KafkaEventRecord, part: RecordPart): Uint8Array | null {
  const base64 = record[part];
  if (base64 === null || base64 === undefined) return null;
  const bytes = typeof base64 === 'string' ? base64Bytes(base64) : undefined;
  if (bytes !== undefined) return bytes;
  throw new ConsumerError(
    'EVENT',
    `The ${part} of ${recordId(record)} is not base64, as bytes are in real events.`,
    {
      ...identityOf(record),
      part,
    },
  );
}

/** The schema metadata of a record's key or value, where the mapping gave any. */
export function schemaMetadata(
  record: KafkaEventRecord,
  part: RecordPart,
): SchemaMetadata | undefined {
  const metadata = part === 'key' ? record.keySchemaMetadata : record.valueSchemaMetadata;
  return metadata?.schemaId === undefined ? undefined : metadata;
}

/** False where neither the headers nor the mapping say anything of a schema. */
export function saysSchema({
  headers,
  keySchemaMetadata,
  valueSchemaMetadata,
}: KafkaEventRecord): boolean {
  if (keySchemaMetadata || valueSchemaMetadata) return true;
  if (headers === null || headers === undefined) return false;
  // What is no list is refused where it is looked at.
  if (!Array.isArray(headers)) return true;
  for (const header of headers) {
    // As in `schemaHeader`.
    if (header?.[SCHEMA_ID_HEADERS.key] !== undefined) return true;
    if (header?.[SCHEMA_ID_HEADERS.value] !== undefined) return true;
  }
  return false;
}

/** The headers of a record, in order. @throws ConsumerError `EVENT` */
export function headersOf(record: KafkaEventRecord): readonly RecordHeader[] {
  return headerList(record).flatMap((header) => headerEntries(header, record));
}

/**
 * The bytes of the last header that says the part's schema: the one that counts in Kafka. null for one
 * without a value, `undefined` where there is none. The others are not looked at.
 * @throws ConsumerError `EVENT`
 */
export function schemaHeader(
  record: KafkaEventRecord,
  part: RecordPart,
): Uint8Array | null | undefined {
  const headers = headerList(record);
  for (let place = headers.length - 1; place >= 0; place--) {
    const header = headers[place] ?? {};
    // Each name at a place of its own in the code: an engine finds at once that it is not there.
    const signed = part === 'key' ? header[SCHEMA_ID_HEADERS.key] : header[SCHEMA_ID_HEADERS.value];
    if (signed !== undefined) return headerBytes(signed, SCHEMA_ID_HEADERS[part], record);
  }
  return undefined;
}

function headerList(record: KafkaEventRecord): readonly KafkaEventHeader[] {
  const headers = record.headers ?? [];
  if (Array.isArray(headers)) return headers;
  throw new ConsumerError(
    'EVENT',
    `The headers of ${recordId(record)} are not a list, which they are in real events.`,
    identityOf(record),
  );
}

function headerEntries(header: KafkaEventHeader, record: KafkaEventRecord): RecordHeader[] {
  return Object.entries(header).map(([name, signed]) => ({
    name,
    value: headerBytes(signed, name, record),
  }));
}

function headerBytes(
  signed: readonly number[] | null,
  name: string,
  record: KafkaEventRecord,
): Uint8Array | null {
  if (signed === null) return null;
  // Storing wraps: -61 becomes 0xC3, as Lambda means it.
  if (Array.isArray(signed) && signed.every(isByte)) return Uint8Array.from(signed);
  throw new ConsumerError(
    'EVENT',
    `Header "${name}" of ${recordId(record)} is not a list of bytes.`,
    identityOf(record),
  );
}

const LEAST_SIGNED_BYTE = -128;
const GREATEST_UNSIGNED_BYTE = 255;

function isByte(value: unknown): boolean {
  return (
    Number.isInteger(value) &&
    Number(value) >= LEAST_SIGNED_BYTE &&
    Number(value) <= GREATEST_UNSIGNED_BYTE
  );
}
