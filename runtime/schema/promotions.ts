import type { PrimitiveKind } from './schema.js';

/**
 * Writer kind -> reader kinds it may be read as. The gate, the generator and the resolving decoder
 * all read this table, so that they cannot disagree.
 * Source: Avro 1.12 specification, "Schema Resolution".
 */
const PROMOTIONS: { readonly [Writer in PrimitiveKind]?: readonly PrimitiveKind[] } = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** Whether data of the writer's kind can be read as the reader's other kind. */
export function promotes(writer: string, reader: string): boolean {
  // Safe: a kind that is not a key of the table gives undefined.
  const readers: readonly string[] | undefined = PROMOTIONS[writer as PrimitiveKind];
  return readers?.includes(reader) ?? false;
}

/** A long as the nearest float: rounding to double first would round twice. */
export function longToFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude < 1n << 53n) return Math.fround(Number(value));
  // Keep 52 bits and one that says whether anything was cut: enough to round to 24 once.
  const kept = (magnitude >> 11n) | (magnitude & 0x7ffn ? 1n : 0n);
  return Math.fround(Number(kept)) * 2048 * (value < 0n ? -1 : 1);
}
