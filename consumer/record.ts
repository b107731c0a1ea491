import type { TimestampType } from './event.js';

/** A decoded record, as a handler gets it. */
export interface ConsumedRecord<Value, Key> {
  /**
   * `<topic>-<partition>@<offset>`: the same on every delivery. Kafka delivers at least once, so
   * a handler with effects keeps track of what it has done under this id.
   */
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  /** Exact: an event source mapping gives offsets as JSON numbers, those over 2^53 are refused. */
  readonly offset: number;
  readonly timestamp: Date;
  readonly timestampType: TimestampType;
  /** null when the record has none, and always where the topic's key format is `none`. */
  readonly key: Key;
  readonly value: Value;
  /** In the order written; a name may occur more than once. */
  readonly headers: readonly RecordHeader[];
  /** The id of the schema that the value was written with; undefined for a tombstone, or with a GUID. */
  readonly schemaId: number | undefined;
  /** The GUID of that schema, where the record calls it so: the same in every registry. */
  readonly schemaGuid: string | undefined;
  /**
   * The version of the topic's value that it was written with, as the lock counts them. undefined for
   * a tombstone, and where the lock did not know the schema id when the code was generated: of a
   * producer that is newer, or of another registry.
   */
  readonly writerVersion: number | undefined;
}

export interface RecordHeader {
  readonly name: string;
  readonly value: Uint8Array | null;
}

/** The last header of that name as UTF-8 text: in Kafka the last one counts. */
export function headerText(headers: readonly RecordHeader[], name: string): string | undefined {
  const header = headers.findLast((candidate) => candidate.name === name);
  return header?.value ? new TextDecoder().decode(header.value) : undefined;
}
