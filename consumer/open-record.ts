import { AvroError, unframe } from '../runtime/index.js';
import { ConsumerError, type RecordPart } from './errors.js';
import type { KafkaEventRecord } from './event.js';
import { identityOf, partBytes, recordId, schemaMetadata } from './read-event.js';

/** Avro bytes without their frame, and the schema that they were written with. */
export interface AvroPart {
  readonly schemaId: number;
  readonly body: Uint8Array;
}

const CONFLUENT_ID = /^\d{1,10}$/;
const GREATEST_ID = 2 ** 32 - 1;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Takes the schema id off a record's key or value: from the Confluent frame, or, where the event
 * source mapping has taken the frame off (registry configured, record format SOURCE), from the
 * metadata beside it. null when the record has no such part.
 * @throws ConsumerError `EVENT`, `FRAME`
 */
export function openPart(record: KafkaEventRecord, part: RecordPart): AvroPart | null {
  const bytes = partBytes(record, part);
  if (bytes === null) return null;
  const metadata = schemaMetadata(record, part);
  if (metadata === undefined) return openFrame(bytes, record, part);
  const { dataFormat = 'AVRO', schemaId = '' } = metadata;
  if (dataFormat.toUpperCase() !== 'AVRO') {
    throw frameError(record, part, `the event source mapping says it is ${dataFormat}, not AVRO`);
  }
  if (!CONFLUENT_ID.test(schemaId) || Number(schemaId) > GREATEST_ID) {
    throw frameError(
      record,
      part,
      'the schema id beside it is not a Confluent one (AWS Glue registries are not supported)',
    );
  }
  return { schemaId: Number(schemaId), body: bytes };
}

/**
 * A hint for bytes that did not decode: is this the mapping's JSON rendering of the record? Asked
 * only after the fact, since Avro bytes may begin and end with braces too.
 */
export function looksLikeJson({ body }: AvroPart): boolean {
  return body[0] === OPENING_BRACE && body.at(-1) === CLOSING_BRACE;
}

function openFrame(bytes: Uint8Array, record: KafkaEventRecord, part: RecordPart): AvroPart {
  try {
    return unframe(bytes);
  } catch (cause) {
    const why = cause instanceof AvroError ? cause.message : 'it has no Confluent frame';
    throw frameError(record, part, why, cause);
  }
}

function frameError(
  record: KafkaEventRecord,
  part: RecordPart,
  why: string,
  cause?: unknown,
): ConsumerError {
  return new ConsumerError('FRAME', `Cannot read the ${part} of ${recordId(record)}: ${why}`, {
    ...identityOf(record),
    part,
    cause,
  });
}
