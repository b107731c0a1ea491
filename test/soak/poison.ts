/** Every kind of record that the consumer tells apart and that does not get through. */
import { gzipSync } from 'node:zlib';
import type { ConsumerErrorCode } from '../../consumer/index.js';
import { frame } from '../../runtime/index.js';
import { userClicksAvro } from '../frozen/generated/topics/user-clicks-avro.js';
import { IDS } from './topic.js';

/** Who clicks where the handler throws. */
export const FATAL_USER = 'nobody';

/** Key and value as they are stored. */
export interface Content {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

interface Poison {
  readonly code: ConsumerErrorCode;
  /** @param body of a good event, without its frame */
  spoil(key: Buffer, body: Uint8Array): Partial<Content>;
}

const value = (bytes: Uint8Array) => ({ value: bytes });
const GLUE = Buffer.from('0300b7b4a7f09c964e4a8a687fb5de9ef0c3', 'hex');
const NOT_UTF8 = Buffer.from([0xff]);
const JSON_TEXT = '{"user_id":"ann","url":"https://example.com","timestamp":0}';

export const POISON: Readonly<Record<string, Poison>> = {
  'no frame': { code: 'FRAME', spoil: (_, body) => value(body) },
  'unknown schema id': {
    code: 'UNKNOWN_SCHEMA',
    spoil: (_, body) => value(frame(IDS.unknown, body)),
  },
  truncated: {
    code: 'DECODE',
    spoil: (_, body) => value(frame(IDS.click, body.subarray(0, -1))),
  },
  'trailing bytes': {
    code: 'DECODE',
    spoil: (_, body) => value(frame(IDS.click, Buffer.concat([body, body]))),
  },
  Glue: { code: 'FRAME', spoil: (_, body) => value(Buffer.concat([GLUE, body])) },
  'JSON text': { code: 'FRAME', spoil: () => value(Buffer.from(JSON_TEXT)) },
  Protobuf: {
    code: 'UNKNOWN_SCHEMA',
    spoil: () => value(frame(IDS.protobuf, Buffer.from([0, 0x0a, 1, 0x61]))),
  },
  'UTF-16': { code: 'FRAME', spoil: () => value(Buffer.from(JSON_TEXT, 'utf16le')) },
  gzip: { code: 'FRAME', spoil: (_, body) => value(gzipSync(frame(IDS.click, body))) },
  tombstone: { code: 'TOMBSTONE', spoil: () => ({ value: null }) },
  'foreign schema': {
    code: 'DECODE',
    spoil: () => value(frame(IDS.otherClick, Buffer.from([2, 0x61]))),
  },
  'unknown type': {
    code: 'UNKNOWN_TYPE',
    spoil: () => value(frame(IDS.otherType, Buffer.from([2, 0x61]))),
  },
  'key not UTF-8': { code: 'DECODE', spoil: (key) => ({ key: Buffer.concat([key, NOT_UTF8]) }) },
  'handler throws': { code: 'HANDLER', spoil: () => value(framed(FATAL_USER, 0)) },
};

/** A good event, or one of a kind of {@link POISON}. */
export function contentOf(kind: string, key: string, event: number): Content {
  const good = { key: Buffer.from(key), value: framed(key, event) };
  const body = userClicksAvro.value.encode(click(key, event));
  return { ...good, ...POISON[kind]?.spoil(good.key, body) };
}

function framed(user: string, event: number): Uint8Array {
  return userClicksAvro.value.encodeFramed(click(user, event), IDS.click);
}

function click(user_id: string, event: number) {
  const url = `https://example.com/page/${event}`;
  return { user_id, url, timestamp: new Date(1_764_547_200_000 + event) };
}
