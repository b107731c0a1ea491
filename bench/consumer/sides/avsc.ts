/** The least that one can write by hand: base64, the frame, avsc, the function. */
import avsc from 'avsc';
import { type Click, type Open, SCHEMA, SCHEMA_ID } from '../side.js';
import { keyText, recordsOf, traceOf, valueBytes } from './parts.js';

const FRAME_BYTES = 5;

const types = new Map([[SCHEMA_ID, avsc.Type.forSchema(JSON.parse(SCHEMA))]]);

function decode(bytes: Buffer): Click {
  if (bytes[0] !== 0) throw new Error('The value has no Confluent frame.');
  const id = bytes.readUInt32BE(1);
  const type = types.get(id);
  if (type === undefined) throw new Error(`Schema ${id} is not known.`);
  return type.fromBuffer(bytes.subarray(FRAME_BYTES));
}

export const open: Open = (take, looksAtAll) => async (event) => {
  for (const record of recordsOf(event)) {
    const click = decode(valueBytes(record));
    if (looksAtAll) take(click, keyText(record), traceOf(record));
    else take(click);
  }
};
