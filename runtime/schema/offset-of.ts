import { offset } from '../wire/input.js';
import { walk } from './locate.js';
import type { Schema } from './schema.js';

/** The byte offset at which the value of a path starts, as `locate` gives paths. */
export function offsetOf(schema: Schema, bytes: Uint8Array, path: string): number | undefined {
  let found: number | undefined;
  walk(schema, bytes, {
    isAt(type, at) {
      // A union has its branch's path; the value stands behind the index.
      if (at !== path || type.kind === 'union') return false;
      found = offset();
      return true;
    },
  });
  return found;
}
