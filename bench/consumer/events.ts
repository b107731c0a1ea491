/** The events that all sides get, as the JSON text in which Lambda sends them. */
import { type KafkaRecordInput, mskEvent } from '../../local/msk-event.js';
import { frame } from '../../runtime/index.js';
import { UserClickCodec } from '../../test/frozen/generated/com/mycompany/events/UserClick.js';
import { userClicksAvro } from '../../test/frozen/generated/topics.js';
import { eventAt } from '../producer/events.js';
import { SCHEMA_ID, TRACE } from './side.js';

export interface Shape {
  /** How many records the event has. */
  readonly records: number;
  /** Whether they have a key and headers, beside the value. */
  readonly hasAll: boolean;
}

const START_MS = Date.UTC(2026, 0, 1);
const START_OFFSET = 1_000_000;

/** @param takesNoFrames whether the event source mapping has taken the frames off */
export function eventText(shape: Shape, takesNoFrames: boolean): string {
  const records = Array.from({ length: shape.records }, (_, index) => recordAt(index, shape));
  return JSON.stringify(
    mskEvent(records, { recordFormat: takesNoFrames ? 'SOURCE' : 'as written' }),
  );
}

function recordAt(index: number, { hasAll }: Shape): KafkaRecordInput {
  const { key, value } = eventAt(index);
  const record = {
    topic: userClicksAvro.name,
    offset: START_OFFSET + index,
    timestamp: new Date(START_MS + index),
    value: frame(SCHEMA_ID, UserClickCodec.encode(value)),
  };
  if (!hasAll) return record;
  return {
    ...record,
    key,
    headers: [
      [TRACE, traceAt(index)],
      ['content-type', 'application/vnd.apache.avro'],
      ['event-id', `0190c7a0-0000-7000-8000-${hex(index, 12)}`],
    ],
  };
}

function traceAt(index: number): string {
  return `00-${hex(index + 1, 32)}-${hex(index + 1, 16)}-01`;
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

/** What a side's function got of one record. */
export interface Seen {
  readonly user_id: string;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key?: string | null;
  readonly traceparent?: string;
}

/** What each side's function has to get of an event whose records have key and headers, where it looks at them. */
export function expected(records: number): readonly Seen[] {
  return Array.from({ length: records }, (_, index) => {
    const { key, value } = eventAt(index);
    const { user_id, url } = value;
    return {
      user_id,
      url,
      timestamp: value.timestamp.getTime(),
      key,
      traceparent: traceAt(index),
    };
  });
}
