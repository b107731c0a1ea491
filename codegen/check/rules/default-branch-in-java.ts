import { defaultBranch } from '../../../runtime/schema/default.js';
import { isNamed, type Schema } from '../../model/schema.js';
import { type DefaultPart, defaultParts } from '../default-parts.js';
import { javaDefaultBranch } from '../java-defaults.js';
import type { Rule } from '../rule.js';

/** A default that Java's decoders take for a value of another branch. */
export const defaultBranchInJava: Rule<'ownField'> = {
  id: 'default-branch-in-java',
  category: 'LINT',
  severity: 'error',
  why: 'Java 1.12 accepts a default of any branch, and its decoders take it for the first branch that its kind may be: any default for a record, enum, array or map, 1.5 for an int, a text for a fixed. They read an empty map where the schema says null, or fail.',
  fix: "Put the default's branch first in the union.",
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      fields: [{ name: 'tags', type: [{ type: 'map', values: 'string' }, 'null'], default: null }],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        fields: [
          { name: 'tags', type: ['null', { type: 'map', values: 'string' }], default: null },
        ],
      },
    ],
  },
  check({ field }) {
    for (const part of defaultParts(field)) {
      const found = misread(part);
      if (found === undefined) continue;
      const { branch, java } = found;
      const isOwn = part.node === field.defaultNode;
      return {
        message: `The default of ${field.name} is a value of the branch ${words(branch)}, and Java reads it as one of the branch ${words(java)}.`,
        fix: `Put ${isNamed(branch) ? branch.name : `"${branch.kind}"`} first in the union.`,
        ...(isOwn && branch.kind === 'null' ? { edit: { kind: 'null-first' } } : {}),
        ...(isOwn || part.node === undefined ? {} : { reader: part.node.origin }),
      };
    }
    return undefined;
  },
};

/** Where a part of a default is a union: the branch of its value, and the one that Java takes. */
export function misread({
  schema,
  value,
}: Pick<DefaultPart, 'schema' | 'value'>):
  | { readonly branch: Schema; readonly java: Schema }
  | undefined {
  if (schema.kind !== 'union') return undefined;
  const branch = schema.branches[defaultBranch(schema, value)];
  const java = schema.branches[javaDefaultBranch(schema, value)];
  return branch === undefined || java === undefined || branch === java
    ? undefined
    : { branch, java };
}

function words(schema: Schema): string {
  return isNamed(schema) ? schema.name : schema.kind;
}
