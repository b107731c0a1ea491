/** How the branches of a union are told apart: in generated types by their values, else by a name. */
import { simpleName } from '../../runtime/schema/schema.js';
import type { ValueClass } from './logical.js';
import { isNamed, type Schema, type UnionSchema } from './schema.js';

/** What `typeof` and `instanceof` can tell of values without a logical type; a long is a bigint. */
export function baseClass(kind: Schema['kind']): ValueClass | 'null' {
  switch (kind) {
    case 'int':
    case 'float':
    case 'double':
      return 'number';
    case 'long':
      return 'bigint';
    case 'enum':
      return 'string';
    case 'fixed':
      return 'bytes';
    case 'map':
    case 'record':
      return 'object';
    case 'union':
      return 'unknown';
    default:
      return kind;
  }
}

/** Whether values of these classes say by themselves which of the branches they are of. */
export function areDistinct(classes: readonly (ValueClass | 'null')[]): boolean {
  const others = classes.filter((one) => one !== 'null');
  if (others.length < 2) return true;
  return !others.includes('unknown') && new Set(others).size === others.length;
}

/** The name of a branch in `{ case, value }`: short where that is clear. */
export function caseName(union: UnionSchema, index: number): string {
  const branch = union.branches[index];
  if (branch === undefined || !isNamed(branch)) return branch?.kind ?? '';
  const short = simpleName(branch.name);
  const isShared = union.branches.some(
    (other, i) => i !== index && (isNamed(other) ? simpleName(other.name) : other.kind) === short,
  );
  return isShared ? branch.name : short;
}

/** The name of a branch in the JSON encoding of data, which defaults stand without. */
export function jsonName(branch: Schema): string {
  return isNamed(branch) ? branch.name : branch.kind;
}
