import { FRAME_BYTES, frameId, MAGIC } from '../runtime/wire/frame.js';
import type { SchemaId } from '../runtime/wire/schema-id.js';
import type { RecordPart } from './errors.js';
import type { IncomingRecord } from './incoming-record.js';
import { openPrefix, schemaSaid } from './open-record.js';
import type { Scratch } from './scratch.js';

/**
 * The keys or the values of some records, by place: the schema of each, and where its Avro bytes lie in memory that all of
 * them share. Nothing is made of a record by itself.
 */
export class LotParts {
  /** How many places are filled; what is behind them is of other records. */
  count = 0;
  /** undefined where nothing is to be decoded. */
  readonly schemaIds: (SchemaId | undefined)[] = [];
  /** As `MessageBounds`. */
  readonly bounds: number[] = [];
  private readonly part: RecordPart;
  private readonly scratch: Scratch;

  constructor(part: RecordPart, scratch: Scratch) {
    this.part = part;
    this.scratch = scratch;
  }

  /** What {@link bounds} are of; not before all are opened. */
  get memory(): Uint8Array {
    return this.scratch.bytes;
  }

  /** Begins anew, with the arrays that there are. */
  clear(): void {
    this.count = 0;
  }

  /**
   * Puts the part of a record at the next place, or at one that was filled before; false where the record has none.
   * What it is written with is found as `openPart` finds it, without a view of its bytes.
   * @param saysSchema whether the record says more of it than its frame
   * @throws ConsumerError `EVENT`, `FRAME`
   */
  open(place: number, record: IncomingRecord, saysSchema: boolean): boolean {
    const { part, scratch } = this;
    const from = scratch.used;
    if (!record.write(part, scratch)) {
      refuseUnwritten(record, part);
      this.leave(place);
      return false;
    }
    const said = saysSchema ? schemaSaid(record, part) : undefined;
    const { bytes, used } = scratch;
    if (said !== undefined) this.set(place, said, from);
    else if (used - from >= FRAME_BYTES && bytes[from] === MAGIC)
      this.set(place, frameId(bytes, from), from + FRAME_BYTES);
    else {
      // Of a GUID, or none.
      const { schemaId, body } = openPrefix(bytes.subarray(from, used), record, part);
      this.set(place, schemaId, used - body.length);
    }
    return true;
  }

  /** Leaves a place empty. */
  leave(place: number): void {
    this.count = place + 1;
    this.schemaIds[place] = undefined;
    this.bounds[2 * place] = 0;
    this.bounds[2 * place + 1] = 0;
  }

  private set(place: number, schemaId: SchemaId, from: number): void {
    this.count = place + 1;
    this.schemaIds[place] = schemaId;
    this.bounds[2 * place] = from;
    this.bounds[2 * place + 1] = this.scratch.used;
  }
}

/** What was not written is not there, or is refused: no base64, no bytes. */
function refuseUnwritten(record: IncomingRecord, part: RecordPart): void {
  const bytes = record.bytes(part);
  if (bytes !== null) openPrefix(bytes, record, part);
}
