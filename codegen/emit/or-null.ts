import { call, type Expression, number } from './expressions.js';

/** Kinds that the runtime reads and writes together with the null beside them. */
export const OR_NULL: ReadonlySet<string> = new Set([
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
]);

/** How the runtime reads a long as a number. */
export const LONG_NUMBER = 'longNumber';

/** A union of null and a primitive in one call, from the expressions that read its branches. */
export function readOrNull(
  first: Expression,
  second: Expression,
  read: (name: string) => string,
): Expression | undefined {
  const [{ reads }, nullIndex] = first.kind === 'null' ? [second, 0] : [first, 1];
  const isKnown = reads === LONG_NUMBER || (reads !== undefined && OR_NULL.has(reads));
  return isKnown ? call(read(`${reads}OrNull`), number(nullIndex)) : undefined;
}
