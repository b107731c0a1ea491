/** The few functions that only generated code calls. */

import { AvroError } from '../errors.js';
import { bad } from '../wire/bad-value.js';
import { hasProperties } from '../wire/kind-of.js';
import type { Conversion, ReadyConversion, Refusing } from './conversions.js';

/** Sets a map's entry. A plain assignment to `__proto__` would set the prototype instead. */
export function setEntry<T>(map: { [key: string]: T }, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else map[key] = value;
}

/** Most items that an array gets room for at once. */
const MOST_ROOM = 1_024;

/**
 * An array with room for the items of its first block, within bounds: until they are read their
 * count is a claim, and nested arrays can each claim the whole message.
 */
export function roomFor<T>(count: number): T[] {
  return new Array<T>(Math.min(count, MOST_ROOM));
}

/** An array's item; what is not there, the writer refuses. */
export function itemAt<T>(list: readonly T[], index: number): T {
  // Safe: generated code asks for as many as there were.
  return list[index] as T;
}

/** A map's entry, by one of its own keys. */
export function getEntry<T>(map: { readonly [key: string]: T }, key: string): T {
  // Safe: the key is one that the map has.
  return map[key] as T;
}

/** A property of the object itself, not one that all objects inherit, such as `constructor`. */
export function own<T extends object, K extends keyof T>(value: T, key: K): T[K] | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** `Array.isArray` that narrows readonly arrays too. */
export function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

/** Whether a value is a record or a map, of all that a union may hold; narrows to those. */
export function isPlainObject<T>(
  value: T,
): value is Exclude<Extract<T, object>, readonly unknown[] | Uint8Array | Date> {
  return hasProperties(value);
}

const REFUSING: Refusing = { bad };

/** A project's own conversion: what it throws becomes an error with a code, and never a half-written value. */
export function guarded<Base, Value>(
  conversion: Conversion<Base, Value>,
  logicalType: string,
): ReadyConversion<Base, Value> {
  return {
    decode(base) {
      try {
        return conversion.decode(base);
      } catch (cause) {
        const expected = `${logicalType} that the project's conversion takes`;
        throw new AvroError('AVRO_LOGICAL', `Expected ${expected}`, { expected, cause });
      }
    },
    encode(value: Value) {
      try {
        return conversion.encode(value, REFUSING);
      } catch (cause) {
        if (cause instanceof AvroError) throw cause;
        return bad(`${logicalType} that the project's conversion takes`, value);
      }
    },
  };
}

/** Two conversions as one: what the inner one gives, the outer one takes. */
export function through<Base, Middle, Value>(
  inner: ReadyConversion<Base, Middle>,
  outer: ReadyConversion<Middle, Value>,
): ReadyConversion<Base, Value> {
  return {
    decode: (base) => outer.decode(inner.decode(base)),
    encode: (value) => inner.encode(outer.encode(value)),
  };
}
