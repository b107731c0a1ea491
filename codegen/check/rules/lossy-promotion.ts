import type { Rule } from '../rule.js';

/** Bits of precision, sign included. */
const BITS: Readonly<Record<string, number>> = { int: 32, long: 64, float: 24, double: 53 };

/** A promotion that rounds. */
export const lossyPromotion: Rule<'promotion'> = {
  id: 'lossy-promotion',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'A float holds 24 bits exactly and a double 53. Larger whole numbers are rounded: ids and amounts change.',
  fix: 'Read the number as it was written, or as long; int to double is exact too.',
  example: { reader: 'double', writer: 'long', repaired: ['long'] },
  check({ reader, writer }) {
    const [to, from] = [BITS[reader.kind], BITS[writer.kind]];
    if (to === undefined || from === undefined || to >= from) return undefined;
    return `The writer's ${writer.kind} is read as ${reader.kind}: beyond 2^${to} values are rounded.`;
  },
};
