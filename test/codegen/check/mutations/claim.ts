/** A mutation's claim, held against what the gate says. */

import { compare } from '../../../../codegen/check/compare.js';
import type { Finding } from '../../../../codegen/check/finding.js';
import { lint } from '../../../../codegen/check/lint.js';
import { CATEGORIES } from '../../../../codegen/check/rule.js';
import { selectRules } from '../../../../codegen/check/rules/index.js';
import { parseSchema, SchemaError } from '../../../../codegen/model/parse-schema.js';
import type { Schema } from '../../../../codegen/model/schema.js';
import type { Json } from '../../../../runtime/json.js';
import type { Mutation } from './edits.js';
import { type Node, withFullNames } from './places.js';

/** An edit may leave a name without its type: no schema, so nothing to say. */
function ignoringInvalid<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}

function parsed(node: Node): Schema | undefined {
  // Safe: made of texts, lists and objects only.
  return ignoringInvalid(() => parseSchema(node as Json, { role: 'history' }).schema);
}

/** What avsc refuses is another tool's word on what these say already. */
const LINT = selectRules(({ category, id }) => category === 'LINT' && id !== 'avsc-refuses');

function lints(schema: Schema): readonly Finding[] {
  return lint(schema, { rules: LINT }).filter(({ severity }) => severity !== 'off');
}

/** A schema before a mutation. */
export interface Base {
  readonly node: Node;
  readonly schema: Schema;
  /** How many findings the schema has alone. */
  readonly lints: number;
}

/** What the gate says of a change at level BACKWARD, and the lint that the schema did not have. */
function said({ schema, lints: known }: Base, after: Schema): string[] {
  const own = lints(after);
  return idsOf([
    ...compare(after, schema, { categories: CATEGORIES }),
    // Paths move with names, so only more than before counts.
    ...(own.length > known ? own : []),
  ]);
}

/** Rules that findings are of, each once. */
export function idsOf(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ rule }) => rule))];
}

/** What is wrong with a mutation's claim, if anything is. */
export function refuted(mutation: Mutation, base: Base, after: Schema): string | undefined {
  const rules = said(base, after);
  const isTrue =
    'seenBy' in mutation
      ? mutation.seenBy.some((rule) => rules.includes(rule))
      : rules.length === 0;
  return isTrue ? undefined : `seen by ${rules.join() || 'nothing'}`;
}

/** A schema to be changed; `undefined` where it is none, or cannot be read as itself. */
export function baseOf(json: Json): Base | undefined {
  const node = ignoringInvalid(() => withFullNames(json));
  const schema = node === undefined ? undefined : parsed(node);
  if (node === undefined || schema === undefined) return undefined;
  // What is in error alone hides what changes.
  if (lints(schema).some(({ severity }) => severity === 'error')) return undefined;
  return { node, schema, lints: lints(schema).length };
}

/** Each schema that a mutation makes of another. */
export function* attempts(
  { mutate }: Mutation,
  { node }: Base,
): Generator<{ changed: Node; after: Schema }> {
  for (const changed of mutate(node)) {
    const after = parsed(changed);
    if (after !== undefined) yield { changed, after };
  }
}
