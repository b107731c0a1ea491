import { defaultBranch } from '../../../runtime/schema/default.js';
import type { Field } from '../../model/schema.js';
import { isNamed } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** The same default that is a value of another branch, because the branches changed places. */
export const defaultBranchChanged: Rule<'field'> = {
  id: 'default-branch-changed',
  category: 'SEMANTIC',
  severity: 'error',
  why: "A default has the type of the first branch that it fits. With the branches in another order it is the same text and another value, and readers that insist on the union's first branch refuse it.",
  fix: 'Keep the order of the branches, or change the default with it.',
  example: {
    reader: {
      type: 'record',
      name: 'Order',
      fields: [{ name: 'n', type: ['double', 'int'], default: 1 }],
    },
    writer: {
      type: 'record',
      name: 'Order',
      fields: [{ name: 'n', type: ['int', 'double'], default: 1 }],
    },
  },
  check({ reader, writer }) {
    const [to, from] = [branchOfDefault(reader), branchOfDefault(writer)];
    if (to === undefined || from === undefined || to === from) return undefined;
    return `The default of ${reader.name} is a ${from} to the writer and a ${to} to the reader.`;
  },
};

function branchOfDefault({ type, default: value }: Field): string | undefined {
  if (type.kind !== 'union' || value === undefined) return undefined;
  const branch = type.branches[defaultBranch(type, value)];
  if (branch === undefined) return undefined;
  return isNamed(branch) ? branch.name : branch.kind;
}
