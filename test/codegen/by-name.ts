import type { Lookup } from '../../codegen/emit/options.js';
import type { Schema } from '../../codegen/model/schema.js';
import { nameOf } from '../../runtime/schema/located-error.js';

/** What is there of types, by their full names: as the generator asks for it. */
export function byName<T>(entries: Iterable<readonly [string, T]>): Lookup<T, Schema> {
  const map = new Map(entries);
  return { get: (schema) => map.get(nameOf(schema)) };
}
