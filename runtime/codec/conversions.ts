/**
 * Values of logical types. Each conversion maps between what the bytes hold (the base value) and
 * what user code sees; the generator prints the names of these constants into generated code.
 */
import { AvroError } from '../errors.js';
import { MAX_DECIMAL_BYTES, MAX_DECIMAL_SCALE } from '../limits.js';
import { bad } from '../wire/bad-value.js';
import { decimalParts, decimalText } from './decimal-text.js';

/** Maps a logical type's base value (what Avro stores) to the value that user code sees, and back. */
export interface Conversion<Base, Value> {
  /** @throws Error for a base value that has no place in `Value`; it becomes `AVRO_LOGICAL`. */
  decode(base: Base): Value;
  /** Calls `writer.bad(expected, value)` for a value that does not fit. */
  encode(value: Value, writer: Refusing): Base;
}

/** What a conversion refuses values with. */
export interface Refusing {
  /** Refuses a value: `expected` says what it takes. */
  bad(expected: string, value: unknown): never;
}

/** A conversion as generated code calls it. */
export interface ReadyConversion<Base, Value> extends Conversion<Base, Value> {
  encode(value: Value): Base;
}

/** Days in an era of 400 years; the day count below is proleptic Gregorian. */
const MS_PER_DAY = 86_400_000;

/** timestamp-millis as Date. Dates end at ±100,000,000 days from 1970; longs go on. */
export const timestampMillis: ReadyConversion<number, Date> = {
  decode(millis) {
    const date = new Date(millis);
    if (Number.isNaN(date.getTime())) outOfRange('timestamp-millis that a Date can hold');
    return date;
  },
  encode(date) {
    if (!(date instanceof Date) || Number.isNaN(date.getTime())) return bad('Date', date);
    return date.getTime();
  },
};

/** date as `YYYY-MM-DD`: a calendar day has no time zone, a Date has. */
export const date: ReadyConversion<number, string> = {
  decode(days) {
    const day = new Date(days * MS_PER_DAY);
    if (Number.isNaN(day.getTime())) outOfRange('date within ±100,000,000 days of 1970-01-01');
    return day.toISOString().slice(0, -'T00:00:00.000Z'.length);
  },
  encode(text) {
    const millis = isoMillis(text, /^(\d{4}|[+-]\d{6})-\d\d-\d\d$/, 'T00:00:00.000Z');
    return millis === undefined ? bad('date as YYYY-MM-DD', text) : millis / MS_PER_DAY;
  },
};

/** local-timestamp-millis as `YYYY-MM-DDTHH:mm:ss.SSS`, without a zone. */
export const localTimestampMillis: ReadyConversion<number, string> = {
  decode(millis) {
    const date = new Date(millis);
    if (Number.isNaN(date.getTime())) outOfRange('local-timestamp-millis that a Date can hold');
    return date.toISOString().slice(0, -1);
  },
  encode(text) {
    const millis = isoMillis(text, localTimestamp(3), 'Z');
    return millis === undefined ? bad('local time as YYYY-MM-DDTHH:mm:ss.SSS', text) : millis;
  },
};

/** local-timestamp-micros as `YYYY-MM-DDTHH:mm:ss.SSSSSS`, without a zone. */
export const localTimestampMicros: ReadyConversion<bigint, string> =
  /* @__PURE__ */ localTimestampFraction(6);

/** local-timestamp-nanos as `YYYY-MM-DDTHH:mm:ss.SSSSSSSSS`, without a zone. */
export const localTimestampNanos: ReadyConversion<bigint, string> =
  /* @__PURE__ */ localTimestampFraction(9);

function localTimestampFraction(digits: 6 | 9): ReadyConversion<bigint, string> {
  const perSecond = 10n ** BigInt(digits);
  return {
    decode(base) {
      const fraction = ((base % perSecond) + perSecond) % perSecond;
      const date = new Date(Number((base - fraction) / perSecond) * 1000);
      if (Number.isNaN(date.getTime())) outOfRange('local timestamp that a Date can hold');
      return `${date.toISOString().slice(0, -'.000Z'.length)}.${fraction.toString().padStart(digits, '0')}`;
    },
    encode(text) {
      const millis =
        typeof text === 'string' && localTimestamp(digits).test(text)
          ? isoMillis(text.slice(0, -digits - 1), localTimestamp(0), 'Z')
          : undefined;
      if (millis === undefined)
        return bad(`local time with ${digits} digits after the second`, text);
      return BigInt(millis / 1000) * perSecond + BigInt(text.slice(-digits));
    },
  };
}

function localTimestamp(digits: number): RegExp {
  const fraction = digits === 0 ? '' : `\\.\\d{${digits}}`;
  return new RegExp(`^(\\d{4}|[+-]\\d{6})-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d${fraction}$`);
}

/** Milliseconds of a text in UTC, if it has the shape and names a day that exists. */
function isoMillis(text: string, shape: RegExp, suffix: string): number | undefined {
  if (typeof text !== 'string' || !shape.test(text)) return undefined;
  const millis = Date.parse(text + suffix);
  // Date.parse rolls 31 February over into March: what it read must print as what was given.
  if (
    Number.isNaN(millis) ||
    !new Date(millis).toISOString().startsWith(text.replace(/T24:.*/, ''))
  )
    return undefined;
  return millis;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** uuid on a string: checked when written, taken as it is when read. */
export const uuid: ReadyConversion<string, string> = {
  decode: (text) => text,
  encode: (text) => (typeof text === 'string' && UUID.test(text) ? text : bad('UUID', text)),
};

/** uuid on fixed(16), as the usual text in lower case. */
export const uuidFixed: ReadyConversion<Uint8Array, string> = {
  decode(bytes) {
    const hex = hexOf(bytes);
    const part = (from: number, to: number) => hex.slice(from, to);
    return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
  },
  encode(text) {
    if (typeof text !== 'string' || !UUID.test(text)) return bad('UUID', text);
    return bytesOf(text.replaceAll('-', ''));
  },
};

/** An amount of time in three parts that do not convert into each other (a month has no fixed length). */
export interface Duration {
  /** 0 to 2^32-1, as each of the three. */
  readonly months: number;
  readonly days: number;
  readonly millis: number;
}

/** duration on fixed(12): three little-endian unsigned 32-bit integers. */
export const duration: ReadyConversion<Uint8Array, Duration> = {
  decode(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return {
      months: view.getUint32(0, true),
      days: view.getUint32(4, true),
      millis: view.getUint32(8, true),
    };
  },
  encode(value) {
    const parts = [value?.months, value?.days, value?.millis];
    if (parts.some((part) => typeof part !== 'number' || part >>> 0 !== part)) {
      return bad('{ months, days, millis } of 32 bits, not negative', value);
    }
    const view = new DataView(new ArrayBuffer(12));
    for (const [i, part] of parts.entries()) view.setUint32(i * 4, part ?? 0, true);
    return new Uint8Array(view.buffer);
  },
};

/** What the schema says of a decimal. `size` is that of the fixed; absent on bytes. */
export interface DecimalOptions {
  readonly precision: number;
  readonly scale: number;
  readonly size?: number;
}

/**
 * decimal as exact text with all digits of its scale, such as `12.30`. Writing takes fewer digits
 * after the point, never more, and no number beyond the precision.
 */
export function decimal(options: DecimalOptions): ReadyConversion<Uint8Array, string> {
  const { precision, scale, size } = options;
  const limit = 10n ** BigInt(precision);
  return {
    decode: (bytes) =>
      bytes.length <= SMALL_BYTES
        ? decimalText(smallUnscaled(bytes), scale)
        : decimalText(unscaledOf(bytes), scale),
    encode(text) {
      const small = smallDecimal(text, scale);
      if (small !== undefined && small < limit && -small < limit)
        return smallBytes(small, size ?? smallSize(small));
      const parts = decimalParts(text);
      const expected = `decimal text of at most ${precision} digits, ${scale} of them after the point`;
      if (parts === undefined || parts.scale > scale) return bad(expected, text);
      const unscaled = parts.unscaled * 10n ** BigInt(scale - parts.scale);
      if (unscaled >= limit || -unscaled >= limit) return bad(expected, text);
      return size === undefined
        ? twosComplement(unscaled)
        : signExtend(twosComplement(unscaled), size);
    },
  };
}

/**
 * big-decimal on bytes: the scale travels with each value, so `1.50` keeps its zero.
 * Bytes: the unscaled number as Avro bytes, then the scale as Avro int (Java's BigDecimalConversion).
 */
export const bigDecimal: ReadyConversion<Uint8Array, string> = {
  decode(bytes) {
    const [length, start] = varint(bytes, 0);
    const [scale, end] = varint(bytes, start + length);
    if (
      length < 0 ||
      end !== bytes.length ||
      scale > MAX_DECIMAL_SCALE ||
      scale < -MAX_DECIMAL_SCALE
    ) {
      outOfRange('big-decimal: an unscaled number and a scale');
    }
    return decimalText(unscaledOf(bytes.subarray(start, start + length)), scale);
  },
  encode(text) {
    const parts = decimalParts(text);
    if (parts === undefined) return bad('decimal text', text);
    const unscaled = twosComplement(parts.unscaled);
    return Uint8Array.from([...zigzag(unscaled.length), ...unscaled, ...zigzag(parts.scale)]);
  },
};

// Most decimals are amounts of a few digits: below, numbers do what bigints and hexadecimal text do
// above, several times as fast. All are exact below 2^53.

/** Bytes whose number is below 2^53. */
const SMALL_BYTES = 6;
/** Digits whose number is below 2^53. */
const SMALL_DIGITS = 15;

/** The unscaled number of a decimal text of few digits without exponent; else `undefined`. */
function smallDecimal(text: string, scale: number): number | undefined {
  if (typeof text !== 'string' || text.length > SMALL_DIGITS) return undefined;
  const first = text.charCodeAt(0) === 0x2d ? 1 : 0;
  let unscaled = 0;
  let point = -1;
  for (let i = first; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit >= 0 && digit <= 9) unscaled = unscaled * 10 + digit;
    // One point, with a digit before it and one behind it.
    else if (digit === -2 && point < 0 && i > first && i < text.length - 1) point = i;
    else return undefined;
  }
  const zeros = scale - (point < 0 ? 0 : text.length - 1 - point);
  if (zeros < 0 || text.length === first || zeros + text.length > SMALL_DIGITS) return undefined;
  for (let i = 0; i < zeros; i++) unscaled *= 10;
  return first === 1 && unscaled > 0 ? -unscaled : unscaled;
}

/** The fewest bytes that hold the number with its sign. */
function smallSize(value: number): number {
  const magnitude = value < 0 ? -value - 1 : value;
  let size = 1;
  for (let limit = 0x80; magnitude >= limit; limit *= 0x100) size++;
  return size;
}

function smallBytes(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let low = value | 0;
  let high = Math.floor(value / 0x1_0000_0000) | 0;
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = low;
    low = (low >>> 8) | (high << 24);
    high >>= 8;
  }
  return bytes;
}

function smallUnscaled(bytes: Uint8Array): number {
  let unscaled = (bytes[0] ?? 0) > 0x7f ? -1 : 0;
  for (let i = 0; i < bytes.length; i++) unscaled = unscaled * 0x100 + (bytes[i] ?? 0);
  return unscaled;
}

/** Two's complement, big-endian. No bytes at all are 0. */
function unscaledOf(bytes: Uint8Array): bigint {
  if (bytes.length > MAX_DECIMAL_BYTES) outOfRange(`decimal of at most ${MAX_DECIMAL_BYTES} bytes`);
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hexOf(bytes)}`));
}

/** The fewest bytes that hold the number with its sign, big-endian. */
function twosComplement(value: bigint): Uint8Array {
  const magnitude = value < 0n ? -value - 1n : value;
  // One bit more than the magnitude: the sign.
  const size = Math.floor((magnitude === 0n ? 0 : magnitude.toString(2).length) / 8) + 1;
  return bytesOf(
    BigInt.asUintN(size * 8, value)
      .toString(16)
      .padStart(size * 2, '0'),
  );
}

function signExtend(bytes: Uint8Array, size: number): Uint8Array {
  const extended = new Uint8Array(size).fill((bytes[0] ?? 0) & 0x80 ? 0xff : 0);
  extended.set(bytes, size - bytes.length);
  return extended;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

/** A zigzag varint of up to 32 bits within a conversion's own bytes: value and where it ends. */
function varint(bytes: Uint8Array, at: number): [number, number] {
  let n = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    n |= (byte & 0x7f) << (i * 7);
    if (byte < 0x80) return [(n >>> 1) ^ -(n & 1), at + i + 1];
  }
  return outOfRange('big-decimal: an unscaled number and a scale');
}

function zigzag(value: number): number[] {
  const bytes: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

function outOfRange(expected: string): never {
  const actual = 'a value out of range';
  throw new AvroError('AVRO_LOGICAL', `Expected ${expected}, got ${actual}`, { expected, actual });
}
