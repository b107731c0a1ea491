/**
 * Which branch of a union Java's decoders take for a default: the first whose kind may have it,
 * where the specification and Java's own parser look for one that the value fits. Behaviour of
 * Java 1.12.1's `ResolvingGrammarGenerator.isCompatible`.
 */
import type { Json } from '../../runtime/json.js';
import type { UnionSchema } from '../model/schema.js';

/** The index of the branch, or -1 where no branch may have it. */
export function javaDefaultBranch({ branches }: UnionSchema, value: Json): number {
  return branches.findIndex(({ kind }) => {
    switch (kind) {
      case 'null':
        return value === null;
      case 'boolean':
        return typeof value === 'boolean';
      case 'int':
      case 'long':
      case 'float':
      case 'double':
        return typeof value === 'number' || typeof value === 'bigint';
      case 'string':
      case 'bytes':
      case 'fixed':
        return typeof value === 'string';
      default:
        // A record, an enum, an array, a map: whatever the value is.
        return true;
    }
  });
}
