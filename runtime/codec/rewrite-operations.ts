/** What programs of the fast rewriting are made of. */
import type { Schema } from '../schema/schema.js';

/**
 * What a program does, one after the other, each with its operands behind it. Bytes that stay as they
 * are, are passed over and copied when the next thing is written: that is what *flush* says.
 */
export const OPS = {
  /** Ends the program, or a part of it that was called. */
  end: 0,
  // Pass over values of one kind, one behind the other: how many.
  text: 1,
  int: 2,
  long: 3,
  boolean: 4,
  /** Their size, how many. */
  fixed: 5,
  // The same in unions with null: where that stands (0 or 1), their size (fixed only), how many.
  optionalText: 31,
  optionalInt: 32,
  optionalLong: 33,
  optionalBoolean: 34,
  optionalFixed: 35,
  /** An enum's symbol: how many there are. */
  index: 6,
  /** A union with null: where that stands, and where to go on behind the other branch. */
  option: 7,
  /** How many branches there are, and where each goes on. */
  union: 8,
  jump: 9,
  /** 1 if items may write, and where to go on; an item's own program stands between. */
  items: 10,
  /** Items of one size. */
  fixedItems: 11,
  textItems: 12,
  /** A record: where its own program is. */
  call: 13,
  // Write.
  flush: 14,
  /** What was passed over is left out. */
  leaveOut: 15,
  /** Texts that are left out: how many. */
  leaveOutTexts: 37,
  /** Bytes of the constants: from, to. */
  constant: 16,
  intToFloat: 17,
  intToDouble: 18,
  longToFloat: 19,
  longToDouble: 20,
  floatToDouble: 21,
  /** An array of floats as doubles. */
  doubles: 22,
  /** How many symbols there are, and what each becomes; -1 for none. */
  symbol: 23,
  /** As union, where the index is left out. */
  choose: 24,
  /** Leaves the message to who can say what is wrong with it. */
  giveUp: 25,
  // Records whose fields come in another order: they are passed over, then copied from where they stood.
  /** How many places there are. */
  frame: 26,
  /** A place: here. */
  mark: 27,
  /** How many texts there are, and their first place. */
  markTexts: 36,
  /** How many copies, each from a place to a place. */
  copy: 28,
  /** Goes back to a place. */
  seek: 29,
  /** How many places there were; goes on at the last one. */
  unframe: 30,
} as const;

/** A fixed of more is left to others: numbers of a program have 32 bits. */
const MOST_BYTES = 0x1000_0000;

interface Simple {
  /** What passes over them, one behind the other. */
  readonly of: 'text' | 'int' | 'long' | 'boolean' | 'fixed';
  /** The same, as it stands in names of other operations. */
  readonly name: 'Text' | 'Int' | 'Long' | 'Boolean' | 'Fixed';
  /** Of fixed alone. */
  readonly size: readonly number[];
}

const TEXT: Simple = { of: 'text', name: 'Text', size: [] };
const INT: Simple = { of: 'int', name: 'Int', size: [] };
const LONG: Simple = { of: 'long', name: 'Long', size: [] };
const BOOLEAN: Simple = { of: 'boolean', name: 'Boolean', size: [] };

function fixed(size: number): Simple {
  return { of: 'fixed', name: 'Fixed', size: [size] };
}

/** Of a schema whose values are passed over by one operation, which that is, and their size. */
export function simpleOf(schema: Schema): Simple | undefined {
  switch (schema.kind) {
    case 'bytes':
    case 'string':
      return TEXT;
    case 'int':
      return INT;
    case 'long':
      return LONG;
    case 'boolean':
      return BOOLEAN;
    case 'float':
      return fixed(4);
    case 'double':
      return fixed(8);
    case 'fixed':
      return schema.size > MOST_BYTES ? undefined : fixed(schema.size);
    default:
      return undefined;
  }
}
