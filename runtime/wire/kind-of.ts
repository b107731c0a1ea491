import { AvroError } from '../errors.js';

/** What a value is, in the words of an error; never the value itself. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Uint8Array) return `Uint8Array of ${value.length} bytes`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid Date' : 'Date';
  if (typeof value === 'number' && !Number.isFinite(value)) return `number ${value}`;
  return typeof value;
}

/**
 * Whether what a value holds are its properties, as of records and maps. What a Map, a Date or a
 * Promise holds is elsewhere: to read its properties would lose it without a word.
 */
export function hasProperties(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether an array's memory has gone to another thread: it is as if it had never held anything. */
export function isDetached(value: Uint8Array): boolean {
  if (value.length > 0) return false;
  try {
    value.at(0);
    return false;
  } catch {
    return true;
  }
}

/** Not by `instanceof`: bytes of another realm are bytes. */
export function isBytes(value: Uint8Array): boolean {
  return value?.BYTES_PER_ELEMENT === 1;
}

/**
 * Refuses what is no array of bytes before anything reads it: a base64 text, which the types keep
 * out, would be taken for zeros.
 * @throws AvroError `AVRO_BYTES`
 */
export function refuseOtherThanBytes(value: Uint8Array): void {
  if (isBytes(value)) return;
  const actual = kindOf(value);
  const hint = actual === 'string' ? ". Of base64, give Buffer.from(text, 'base64')" : '';
  throw new AvroError('AVRO_BYTES', `Expected a Uint8Array, got ${actual}${hint}`, {
    expected: 'a Uint8Array',
    actual,
  });
}
