import { AvroError } from '../runtime/errors.js';
import {
  nameOfSchemaId,
  openFrame,
  readSchemaId,
  SCHEMA_ID_HEADERS,
  type SchemaId,
} from '../runtime/wire/schema-id.js';
import { isConfluentId } from '../runtime/wire/taken-off.js';
import { ConsumerError, type RecordPart } from './errors.js';
import { type IncomingRecord, identityOf, recordId } from './incoming-record.js';

/** Avro bytes without their frame, and the schema that they were written with. */
export interface AvroPart {
  readonly schemaId: SchemaId;
  readonly body: Uint8Array;
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Finds the schema of a record's key or value: by the header that says it, else by the frame before
 * the bytes, or, where the event source mapping has taken the frame off (registry configured, record
 * format SOURCE), by the metadata beside them. null when the record has no such part.
 * @throws ConsumerError `EVENT`, `FRAME`
 */
export function openPart(record: IncomingRecord, part: RecordPart): AvroPart | null {
  const bytes = record.bytes(part);
  if (bytes === null) return null;
  const said = schemaSaid(record, part);
  return said === undefined ? openPrefix(bytes, record, part) : { schemaId: said, body: bytes };
}

/**
 * The schema of a part that its header or the mapping says; its bytes have no frame then. undefined where the frame says it.
 * @throws ConsumerError `EVENT`, `FRAME`
 */
export function schemaSaid(record: IncomingRecord, part: RecordPart): SchemaId | undefined {
  const header = idInHeader(record, part);
  return record.metadata(part) === undefined ? header : idOfMapping(record, part, header);
}

/** The schema of a part as records and errors tell of it. */
export function writtenWith(schemaId: SchemaId | undefined): {
  readonly schemaId: number | undefined;
  readonly schemaGuid: string | undefined;
} {
  return typeof schemaId === 'string'
    ? { schemaId: undefined, schemaGuid: schemaId }
    : { schemaId, schemaGuid: undefined };
}

/**
 * A hint for bytes that did not decode: are they JSON, perhaps of the mapping? Asked only after the
 * fact, since Avro bytes may begin and end with braces too.
 */
export function looksLikeJson(body: Uint8Array): boolean {
  return body[0] === OPENING_BRACE && body.at(-1) === CLOSING_BRACE;
}

/**
 * What the header says of the schema: the last of that name, as Confluent's clients take it. One
 * without a value says nothing.
 */
function idInHeader(record: IncomingRecord, part: RecordPart): SchemaId | undefined {
  const header = record.schemaHeader(part);
  if (!header) return undefined;
  try {
    return readSchemaId(header);
  } catch (cause) {
    throw frameError(
      record,
      part,
      `its header ${SCHEMA_ID_HEADERS[part]} says no schema. ${reasonOf(cause)}`,
      cause,
    );
  }
}

/** The id that the mapping took off. It knows frames only: what it took off may have been a body. */
function idOfMapping(
  record: IncomingRecord,
  part: RecordPart,
  header: SchemaId | undefined,
): number {
  const { dataFormat = 'AVRO', schemaId = '' } = record.metadata(part) ?? {};
  if (dataFormat.toUpperCase() !== 'AVRO') {
    throw frameError(record, part, `the event source mapping says it is ${dataFormat}, not AVRO`);
  }
  if (!isConfluentId(schemaId)) {
    throw frameError(
      record,
      part,
      'the schema id beside it is not a Confluent one (AWS Glue registries are not supported)',
    );
  }
  if (header !== undefined && header !== Number(schemaId)) {
    throw frameError(
      record,
      part,
      `its header ${SCHEMA_ID_HEADERS[part]} says ${nameOfSchemaId(header)}, ` +
        `and the event source mapping took it for a frame of schema id ${schemaId}: take the ` +
        'schema registry out of the mapping, this handler reads both',
    );
  }
  return Number(schemaId);
}

/** Takes the frame off. @throws ConsumerError `FRAME` where there is none */
export function openPrefix(bytes: Uint8Array, record: IncomingRecord, part: RecordPart): AvroPart {
  try {
    return openFrame(bytes);
  } catch (cause) {
    throw frameError(record, part, reasonOf(cause) + hintOnHeaders(record, part), cause);
  }
}

/** Headers of Apicurio's serializers, which leave the bytes bare. Source: Apicurio Registry, `SerdeHeaders`. */
function hintOnHeaders(record: IncomingRecord, part: RecordPart): string {
  return record.headers().some(({ name }) => name.startsWith(`apicurio.${part}.`))
    ? ` It has headers of Apicurio's serializers (apicurio.${part}.…), which tavro does not follow: let its producers write ids into the message (apicurio.registry.headers.enabled=false).`
    : '';
}

function reasonOf(cause: unknown): string {
  return cause instanceof AvroError ? cause.message : 'it has no Confluent frame';
}

function frameError(
  record: IncomingRecord,
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
