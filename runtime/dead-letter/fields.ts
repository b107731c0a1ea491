/** Reads fields of JSON from outside: each by its type, or an error that names it. */
import { DeadLetterError } from './error.js';

/** An object of JSON. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function wrong(path: string, expected: string): DeadLetterError {
  return new DeadLetterError('FIELD', `${path} is not ${expected}.`);
}

/** @throws DeadLetterError `FIELD`, as all below */
export function fields(value: unknown, path: string): Fields {
  if (isFields(value)) return value;
  throw wrong(path, 'an object');
}

export function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(path, 'a list');
}

export function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw wrong(path, 'a text');
}

/** A whole number from 0, as JSON's number or as text. */
export function count(value: unknown, path: string): string {
  const digits = typeof value === 'number' && value >= 0 ? String(value) : value;
  if (typeof digits === 'string' && /^\d{1,19}$/.test(digits)) return digits;
  throw wrong(path, 'a whole number');
}

/** Bytes in base64; null where there are none. */
export function bytes(value: unknown, path: string): Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(value) || value.length % 4 !== 0)
    throw wrong(path, 'base64, or null');
  return new Uint8Array(Buffer.from(value, 'base64'));
}
