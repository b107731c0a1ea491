/** From the records of a topic, as they came, to what its handler takes: opened, decoded, in their order. */
import { writerDecoders } from '../runtime/codec/decoders.js';
import type { AnyTopic } from '../runtime/codec/topic.js';
import { typeDecoders } from '../runtime/codec/type-decoders.js';
import type { Registry } from '../runtime/registry/client.js';
import { Consumed, type DecodedRecord, Refused } from './consumed.js';
import { ConsumerError } from './errors.js';
import { failureOf, type IncomingRecord, identityOf, recordId } from './incoming-record.js';
import type { Logger } from './logger.js';
import { LotParts } from './lot-parts.js';
import { PartDecoders } from './part-decoders.js';
import {
  type DecodedParts,
  EventDecoders,
  isUndecoded,
  undecodedError,
} from './schema-decoders.js';
import type { SchemaRequests } from './schema-requests.js';
import { Scratch } from './scratch.js';
import { SeenVersions } from './seen-versions.js';
import type { Handling } from './topic-handlers.js';
import { type TopicKeys, topicKeys } from './topic-keys.js';

/** What reads the records of one topic. */
export interface TopicReader {
  readonly takesTombstones: boolean;
  readonly values: PartDecoders<unknown>;
  readonly keys: TopicKeys;
  readonly versions: SeenVersions;
}

export function topicReader(
  topic: AnyTopic,
  { takesTombstones }: Handling,
  registry: Registry,
): TopicReader {
  const values =
    'types' in topic ? typeDecoders(topic.types, registry) : writerDecoders(topic.value, registry);
  return {
    takesTombstones,
    values: new PartDecoders<unknown>(values),
    keys: topicKeys(topic.key, registry),
    versions: new SeenVersions(topic, registry),
  };
}

/**
 * Records that are decoded together, at most: few enough that what they hold is near when it is looked
 * at again, and enough that one decoder's values come fast.
 */
const LOT_RECORDS = 128;
/** No further record is put beside so many bytes. */
const LOT_BYTES = 65_536;

/** The bytes of one lot at a time: nobody waits between opening and decoding it. */
const scratch = new Scratch();
const valueParts = new LotParts('value', scratch);
const keyParts = new LotParts('key', scratch);

/** Records that follow each other, opened: what there is of them stands above until the next ones do. */
interface Lot {
  readonly records: readonly IncomingRecord[];
  readonly from: number;
  /** Behind the last one. */
  readonly end: number;
  /** By place, from `from` on. */
  readonly values: LotParts;
  readonly keys: LotParts;
  /** Those that cannot be opened. */
  readonly failed: ReadonlyMap<number, ConsumerError>;
}

/** Decodes all of a topic's records of one event; answers in the order given. */
export async function decodeTopic(
  reader: TopicReader,
  records: readonly IncomingRecord[],
  { requests, logger }: { requests: SchemaRequests; logger: Logger | undefined },
): Promise<readonly DecodedRecord[]> {
  const values = new EventDecoders(reader.values);
  const keys = reader.keys.decoders && new EventDecoders(reader.keys.decoders);
  const decoded: DecodedRecord[] = [];
  const ways = { decoders: { values, keys }, logger, into: decoded };
  for (let from = 0, mustWait = false; from < records.length; ) {
    const lot = open(reader, records, from);
    from = lot.end;
    // Both are looked at, so that what is missing is asked for together.
    const [hasValues, hasKeys] = [values.has(lot.values), keys?.has(lot.keys) ?? true];
    // What is behind a lot that waits waits as well, so that records come in their order.
    mustWait ||= !hasValues || !hasKeys;
    if (!mustWait) decodeLot(reader, lot, ways);
  }
  // Awaited only where something has to be asked for. Nothing is kept of a lot meanwhile.
  if (decoded.length < records.length) {
    await values.ask(requests);
    await keys?.ask(requests);
  }
  while (decoded.length < records.length)
    decodeLot(reader, open(reader, records, decoded.length), ways);
  return decoded;
}

function open(
  { keys, takesTombstones }: TopicReader,
  records: readonly IncomingRecord[],
  from: number,
): Lot {
  scratch.clear();
  valueParts.clear();
  keyParts.clear();
  const failed = new Map<number, ConsumerError>();
  let end = from;
  for (; end < records.length && end - from < LOT_RECORDS && scratch.used < LOT_BYTES; end++) {
    // Safe: it stands before the end.
    const record = records[end] as IncomingRecord;
    const place = end - from;
    try {
      const saysSchema = record.saysSchema();
      if (!valueParts.open(place, record, saysSchema) && !takesTombstones)
        throw unexpectedTombstone(record);
      if (keys.mayBeAvro(record, saysSchema)) keyParts.open(place, record, saysSchema);
      else keyParts.leave(place);
    } catch (error) {
      failed.set(place, failureOf(error));
      // Nothing is decoded of it, or asked for.
      valueParts.leave(place);
      keyParts.leave(place);
    }
  }
  return { records, from, end, values: valueParts, keys: keyParts, failed };
}

interface LotWays {
  readonly decoders: {
    readonly values: EventDecoders<unknown>;
    readonly keys: EventDecoders<unknown> | undefined;
  };
  readonly logger: Logger | undefined;
  readonly into: DecodedRecord[];
}

function decodeLot(reader: TopicReader, lot: Lot, { decoders, logger, into }: LotWays): void {
  const values = decoders.values.decode(lot.values);
  const keys = decoders.keys?.decode(lot.keys);
  const decoded = { ...lot, decoded: { values, keys }, logger };
  const count = lot.end - lot.from;
  for (let place = 0; place < count; place++) into.push(decodedRecord(reader, decoded, place));
}

interface DecodedLot extends Lot {
  readonly decoded: {
    readonly values: DecodedParts<unknown>;
    readonly keys: DecodedParts<unknown> | undefined;
  };
  readonly logger: Logger | undefined;
}

function decodedRecord(reader: TopicReader, lot: DecodedLot, place: number): DecodedRecord {
  // Safe: places are those of the lot.
  const record = lot.records[lot.from + place] as IncomingRecord;
  const failed = lot.failed.size > 0 ? lot.failed.get(place) : undefined;
  if (failed !== undefined) return new Refused(record, failed);
  const { values, keys } = lot.decoded;
  try {
    const schema = lot.values.schemaIds[place];
    const writerVersion =
      schema === undefined ? undefined : reader.versions.of(schema, record, lot.logger);
    const keySchema = lot.keys.schemaIds[place];
    const key = reader.keys.read(
      record,
      keySchema === undefined ? undefined : { schemaId: keySchema, decoded: keys?.[place] },
    );
    const value = schema === undefined ? null : values[place];
    if (schema !== undefined && isUndecoded(value))
      throw undecodedError(value, { record, part: 'value', schemaId: schema, writerVersion });
    return new Consumed(record, { key, value, schema, writerVersion });
  } catch (error) {
    return new Refused(record, failureOf(error));
  }
}

function unexpectedTombstone(record: IncomingRecord): ConsumerError {
  return new ConsumerError(
    'TOMBSTONE',
    `${recordId(record)} has no value, and the handler of its topic takes none: ` +
      'give on() { record, tombstone }, or a tombstone beside its cases, to handle both.',
    { ...identityOf(record), part: 'value' },
  );
}
