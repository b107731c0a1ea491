import type { Rule } from '../rule.js';

/** A value that has a logical type to one side only. */
export const logicalTypeOneSided: Rule<'value'> = {
  id: 'logical-type-one-sided',
  category: 'SEMANTIC',
  severity: 'warning',
  why: 'One side says what the value means, the other does not. It is right only if the value meant that all along.',
  fix: 'Keep the logical type on both sides or on none. Where every value that was written means it, say so with a waiver.',
  example: {
    reader: { type: 'long', logicalType: 'timestamp-millis' },
    writer: 'long',
    repaired: ['long'],
  },
  check({ reader, writer }) {
    const [to, from] = [reader.logical?.name, writer.logical?.name];
    if ((to === undefined) === (from === undefined)) return undefined;
    return to === undefined
      ? `The writer's ${from} is a plain ${reader.kind} to the reader.`
      : `The writer's plain ${writer.kind} is ${to} to the reader.`;
  },
};
