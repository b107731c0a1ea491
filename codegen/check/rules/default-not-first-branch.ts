import { defaultBranch } from '../../../runtime/schema/default.js';
import type { Rule } from '../rule.js';
import { misread } from './default-branch-in-java.js';

/** A default of another branch than the first. */
export const defaultNotFirstBranch: Rule<'ownField'> = {
  id: 'default-not-first-branch',
  category: 'LINT',
  severity: 'warning',
  why: "Only Avro 1.12 and later let a default be a value of any branch. Java before it and Node's avsc refuse the schema.",
  fix: "Put the default's branch first in the union.",
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      fields: [{ name: 'note', type: ['string', 'null'], default: null }],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        fields: [{ name: 'note', type: ['null', 'string'], default: null }],
      },
    ],
  },
  check({ field }) {
    const { type, default: value } = field;
    if (type.kind !== 'union' || value === undefined) return undefined;
    const index = defaultBranch(type, value);
    const branch = type.branches[index];
    if (index < 1 || branch === undefined) return undefined;
    // The same order is worse where Java reads another value: `default-branch-in-java` says so.
    if (misread({ schema: type, value }) !== undefined) return undefined;
    return {
      message: `The default of ${field.name} is a value of the branch ${branch.kind}, which is not the first.`,
      fix: `Put ${'name' in branch ? branch.name : `"${branch.kind}"`} first in the union.`,
      ...(branch.kind === 'null' ? { edit: { kind: 'null-first' } } : {}),
    };
  },
};
