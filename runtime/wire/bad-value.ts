/**
 * What becomes of a value that does not fit. By itself: conversions refuse values, and are in bundles that only
 * decode, which have nothing else of writing.
 */
import { AvroError } from '../errors.js';
import { kindOf } from './kind-of.js';

/** A value that does not fit; the codec turns it into an error that names every bad field. */
export class BadValue extends AvroError {
  constructor(expected: string, actual: string) {
    super('AVRO_VALUE', `Expected ${expected}, got ${actual}`, { expected, actual });
  }
}

/** Is told of a value that does not fit. */
export type OnBad = (expected: string, value: unknown) => void;

/** Told instead of throwing; what is written then is no message. */
export let onBad: OnBad | undefined;

export function setOnBad(to: OnBad | undefined): void {
  onBad = to;
}

/** Refuses a value: `expected` says what the schema takes. */
export function bad(expected: string, value: unknown): never {
  if (onBad === undefined) throw new BadValue(expected, kindOf(value));
  onBad(expected, value);
  // Safe: generated code goes on with whatever this gives; the bytes are thrown away.
  return undefined as never;
}
