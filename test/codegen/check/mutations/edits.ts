/** What a mutation is, and the small edits that they are made of. */
import type { Mutate, Obj } from './places.js';

/** What a BACKWARD gate says of a change, SOURCE and LINT included. */
export type Mutation = { readonly what: string; readonly mutate: Mutate } & (
  | { readonly seenBy: readonly string[] }
  | {
      /** Why nothing is said; `docs/silent-changes.md` is held equal to these. */
      readonly silent: string;
      /** What FORWARD and FULL say of readers of the version before. */
      readonly forward?: readonly string[];
    }
);

/** A name in no schema of the tests. */
export const NEW = 'zNew';

/** An edit of a type, a field or a record as an object. */
export function set(target: Obj, key: string, value: unknown): true {
  target[key] = value;
  return true;
}

/** Sets or changes what an enum, a field or a type says, where it has it. */
export function change(target: Obj, key: string, to: (value: unknown) => unknown): boolean {
  const value = target[key] === undefined ? undefined : to(target[key]);
  return value !== undefined && set(target, key, value);
}

export function remove(target: Obj, key: string): boolean {
  return key in target && delete target[key];
}

export function reversed(list: readonly unknown[]): unknown[] | undefined {
  return list.length < 2 ? undefined : [...list].reverse();
}

export const PRIMITIVES = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const;
export const RETYPED = [
  'type-mismatch',
  'union-branch-missing',
  // Where a branch that is left has the unqualified name.
  'union-branch-namespace',
  'lossy-promotion',
  'bytes-as-string',
];
export const SHOWN = ['source-field-retyped', 'source-root-retyped', 'source-int-to-long'];
