import { isNamed } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { aliasFor } from './name-mismatch.js';
import { isNamesake } from './union-branch-missing.js';

/** An enum or fixed in a union that moved to another namespace. */
export const unionBranchNamespace: Rule<'branch'> = {
  id: 'union-branch-namespace',
  category: 'WIRE',
  severity: 'error',
  why: "Within a union a decoder finds an enum or fixed by its full name, unless the two unions are alike in all else. Java's checker looks at the unqualified name, accepts the pair, and its decoder fails.",
  fix: "Add the writer's full name to the aliases of the reader's type.",
  example: {
    reader: ['null', { type: 'enum', name: 'a.Status', symbols: ['OPEN', 'CLOSED'] }],
    writer: ['null', { type: 'enum', name: 'b.Status', symbols: ['OPEN'] }],
  },
  check({ reader, writer }) {
    const branch = reader.branches.find((one) => isNamesake(one, writer));
    if (branch === undefined || !isNamed(branch) || !isNamed(writer)) return undefined;
    return {
      message: `The writer's ${writer.kind} ${writer.name} is ${branch.name} in the reader's union, and in a union that is not the same only the full name counts.`,
      fix: `Add "aliases": ["${aliasFor(writer, branch)}"] to ${branch.name}.`,
      edit: { kind: 'add-alias', name: aliasFor(writer, branch) },
      reader: branch.origin,
    };
  },
};
