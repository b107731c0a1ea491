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

/** `onBad` is told instead of throwing; what is written then is no message. */
export const refusals: { onBad: OnBad | undefined } = { onBad: undefined };

/** Refuses a value: `expected` says what the schema takes. */
export function bad(expected: string, value: unknown): never {
  const { onBad } = refusals;
  if (onBad === undefined) throw new BadValue(expected, kindOf(value));
  onBad(expected, value);
  // Safe: generated code goes on with whatever this gives; the bytes are thrown away.
  return undefined as never;
}
