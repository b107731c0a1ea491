/** A record as Kafka holds it, from the form in which an event brings it. */
import { ownHeaders } from '../runtime/dead-letter/cause.js';
import { frame } from '../runtime/wire/frame.js';
import { idTakenOff } from '../runtime/wire/taken-off.js';
import type { RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { headersOf, partBytes, schemaMetadata } from './read-event.js';
import type { RecordHeader } from './record.js';

export interface OriginalRecord {
  readonly key: Uint8Array | null;
  /** null is a tombstone. */
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/**
 * The bytes that were written. Where the event source mapping took a Confluent frame off (a registry in
 * the mapping, record format SOURCE), it is put before them again.
 * @throws ConsumerError `EVENT` for what is not base64, and headers that are no bytes
 */
export function originalRecord(record: KafkaEventRecord): OriginalRecord {
  return {
    key: writtenBytes(record, 'key'),
    value: writtenBytes(record, 'value'),
    headers: ownHeaders(headersOf(record)),
  };
}

function writtenBytes(record: KafkaEventRecord, part: RecordPart): Uint8Array | null {
  const bytes = partBytes(record, part);
  const id = idTakenOff(schemaMetadata(record, part) ?? {});
  return bytes === null || id === undefined ? bytes : frame(id, bytes);
}
