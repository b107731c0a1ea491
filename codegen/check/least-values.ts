/** How small a schema's smallest values are: what a witness is made of. */
import { childrenOf, type Schema, visit } from '../model/schema.js';

/** The smallest value of a schema. */
export interface Least {
  /** How deep it nests: choosing by it, a value of a recursive type comes to its end. */
  readonly height: number;
  /** How many values it holds, itself included; types that share parts may need very many. */
  readonly values: number;
}

/** Of each schema in a graph; a schema without finite values has none. */
export function leastValues(root: Schema): ReadonlyMap<Schema, Least> {
  const parents = new Map<Schema, Schema[]>();
  const least = new Map<Schema, Least>();
  // Lowest first: a schema is reached when what it needs is known.
  const queue: Schema[] = [];
  visit(root, (schema) => {
    for (const child of needsOf(schema)) {
      const known = parents.get(child);
      if (known === undefined) parents.set(child, [schema]);
      else known.push(schema);
    }
    if (needsNothing(schema)) queue.push(schema);
  });
  const open = new Map<Schema, number>();
  for (const schema of queue) {
    if (least.has(schema)) continue;
    least.set(schema, leastOf(schema, least));
    for (const parent of parents.get(schema) ?? []) {
      const missing = (open.get(parent) ?? needsOf(parent).length) - 1;
      open.set(parent, missing);
      if (missing === 0 || parent.kind === 'union') queue.push(parent);
    }
  }
  return least;
}

/** What must have a value before a schema has one; of a union's branches one will do. */
function needsOf(schema: Schema): readonly Schema[] {
  return schema.kind === 'record' || schema.kind === 'union' ? childrenOf(schema) : [];
}

function needsNothing(schema: Schema): boolean {
  if (schema.kind === 'enum') return schema.symbols.length > 0;
  if (schema.kind === 'union') return false;
  return needsOf(schema).length === 0;
}

function leastOf(schema: Schema, least: ReadonlyMap<Schema, Least>): Least {
  const inner = needsOf(schema).flatMap((child) => least.get(child) ?? []);
  const [first] = inner;
  if (first === undefined) return { height: schema.kind === 'union' ? 1 : 0, values: 1 };
  if (schema.kind === 'union') {
    const lowest = inner.reduce((low, one) => (one.height < low.height ? one : low));
    return { height: 1 + lowest.height, values: 1 + lowest.values };
  }
  return {
    height: 1 + inner.reduce((high, { height }) => Math.max(high, height), 0),
    values: inner.reduce((sum, { values }) => sum + values, 1),
  };
}
