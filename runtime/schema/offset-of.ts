import { offset } from '../wire/input.js';
import { ARRIVED, Walk } from './locate.js';
import type { Schema } from './schema.js';

/** The byte offset at which the value of a path starts, as `locate` gives paths. */
export function offsetOf(schema: Schema, bytes: Uint8Array, path: string): number | undefined {
  const walk = new WalkTo(bytes, path);
  walk.run(schema);
  return walk.found;
}

/** Stops before the value whose path is wanted. */
class WalkTo extends Walk {
  found: number | undefined;
  private readonly wanted: string;

  constructor(bytes: Uint8Array, wanted: string) {
    super(bytes, Number.POSITIVE_INFINITY);
    this.wanted = wanted;
  }

  protected override value(schema: Schema, path: string): void {
    // A union has its branch's path; the value stands behind the index.
    if (path === this.wanted && schema.kind !== 'union') {
      this.found = offset();
      throw ARRIVED;
    }
    super.value(schema, path);
  }
}
