import { describe, sameName } from '../../../runtime/schema/plan.js';
import { isNamed, type Schema } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { aliasFor } from './name-mismatch.js';

/** A writer's type that no branch of the reader's union takes. */
export const unionBranchMissing: Rule<'branch'> = {
  id: 'union-branch-missing',
  category: 'WIRE',
  severity: 'error',
  java: 'MISSING_UNION_BRANCH',
  why: "Whatever the writer may write needs a branch in the reader's union that takes it.",
  fix: "Keep the branch in the reader's union.",
  example: {
    reader: ['null', 'int'],
    writer: ['null', 'int', 'string'],
    repaired: [['null', 'int', 'string']],
  },
  check({ reader, writer }) {
    if (reader.branches.some((branch) => isNamesake(branch, writer))) return undefined;
    const renamed = reader.branches.filter(
      (branch) => isNamed(branch) && branch.kind === writer.kind,
    );
    const [only] = renamed;
    return {
      message: `No branch of the reader's union takes the writer's ${describe(writer)}; it has ${reader.branches.map(describe).join(', ') || 'none'}.`,
      pastReader: `Write ${describe(writer)} only when nobody reads by a version whose union lacks it.`,
      ...(renamed.length === 1 && only !== undefined && isNamed(only) && isNamed(writer)
        ? {
            fix: `Keep the branch, or, if it is ${only.name} now, add "aliases": ["${aliasFor(writer, only)}"] to that.`,
          }
        : {}),
    };
  },
};

/** An enum or fixed that is the same by its unqualified name only. */
export function isNamesake(branch: Schema, writer: Schema): boolean {
  return (
    branch.kind === writer.kind && isNamed(branch) && isNamed(writer) && sameName(writer, branch)
  );
}
