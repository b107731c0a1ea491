/**
 * The limit: what one can write by hand with the checks that ours has, and nothing else. Base64 that is whole, the frame, the
 * generated codec, the key as strict text; all records are decoded before the first is handled.
 */
import { userClicksAvro } from '../../../test/frozen/generated/topics.js';
import { type Click, type Open, SCHEMA_ID } from '../side.js';
import { recordsOf, traceOf } from './parts.js';

const FRAME_BYTES = 5;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decoders = new Map([[SCHEMA_ID, userClicksAvro.value.decode]]);

function bytesOf(base64: string | null | undefined, part: string): Buffer {
  if (typeof base64 !== 'string') throw new Error(`The record has no ${part}.`);
  const bytes = Buffer.from(base64, 'base64');
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  if (bytes.length !== ((base64.length - padding) * 3) >>> 2)
    throw new Error(`The ${part} is not base64.`);
  return bytes;
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString();
  return text.includes('\uFFFD') ? strict.decode(bytes) : text;
}

function decode(bytes: Buffer): Click {
  if (bytes.length < FRAME_BYTES || bytes[0] !== 0)
    throw new Error('The value has no Confluent frame.');
  const id = bytes.readUInt32BE(1);
  const decoder = decoders.get(id);
  if (decoder === undefined) throw new Error(`Schema ${id} is not known.`);
  return decoder(bytes.subarray(FRAME_BYTES));
}

export const open: Open = (take, looksAtAll) => async (event) => {
  const records = recordsOf(event);
  const decoded = records.map((record) => ({
    record,
    click: decode(bytesOf(record.value, 'value')),
    key:
      record.key === null || record.key === undefined ? null : textOf(bytesOf(record.key, 'key')),
  }));
  for (const { record, click, key } of decoded) {
    if (looksAtAll) take(click, key, traceOf(record));
    else take(click);
  }
};
