/** Whether two schemas have the same structure, by what resolution looks at. */
import { isPrimitive, type Schema, simpleName, type UnionSchema } from './schema.js';

/**
 * Whether two unions are alike branch by branch: then each branch keeps its place, whatever a
 * search would find first.
 */
export function sameUnion(writer: UnionSchema, reader: UnionSchema): boolean {
  return writer === reader || plainlySame(writer, reader) || !pairOf(writer, reader).differs;
}

/** Most unions are of null and a primitive: nothing need be remembered of those. */
function plainlySame({ branches }: UnionSchema, other: UnionSchema): boolean {
  if (branches.length !== other.branches.length) return false;
  for (let index = 0; index < branches.length; index++) {
    const kind = branches[index]?.kind;
    if (kind === undefined || !isPrimitive(kind) || other.branches[index]?.kind !== kind)
      return false;
  }
  return true;
}

/** Two schemas that stand in the same place. */
interface Pair {
  readonly one: Schema;
  readonly other: Schema;
  differs: boolean;
}

/** What was found of each pair: unions that lead to the same types ask the same. */
const pairs = new WeakMap<Schema, WeakMap<Schema, Pair>>();

/**
 * Looks at a pair and all that can be reached from it, each pair once: what differs makes all that
 * it is part of differ, and the rest are alike.
 */
function pairOf(one: Schema, other: Schema): Pair {
  const found = pairs.get(one)?.get(other);
  if (found !== undefined) return found;
  const root = remember(one, other);
  const met = [root];
  const users = new Map<Pair, Pair[]>();
  for (const pair of met) {
    const parts = partsOf(pair);
    pair.differs = parts === undefined;
    for (const [a, b] of parts ?? []) {
      if (a === b) continue;
      let part = pairs.get(a)?.get(b);
      if (part === undefined) {
        part = remember(a, b);
        met.push(part);
      }
      const known = users.get(part);
      if (known === undefined) users.set(part, [pair]);
      else known.push(pair);
    }
  }
  const different = new Set([...users.keys(), root].filter(({ differs }) => differs));
  for (const pair of different) {
    pair.differs = true;
    for (const user of users.get(pair) ?? []) different.add(user);
  }
  return root;
}

function remember(one: Schema, other: Schema): Pair {
  const pair = { one, other, differs: false };
  const others = pairs.get(one) ?? new WeakMap<Schema, Pair>();
  pairs.set(one, others.set(other, pair));
  return pair;
}

type Parts = readonly (readonly [Schema, Schema])[];

/** The pairs that a pair is made of; `undefined` where its two schemas differ by themselves. */
function partsOf({ one, other }: Pair): Parts | undefined {
  if ('name' in one && 'name' in other && simpleName(one.name) !== simpleName(other.name))
    return undefined;
  if (one.kind === 'array' && other.kind === 'array') return [[one.items, other.items]];
  if (one.kind === 'map' && other.kind === 'map') return [[one.values, other.values]];
  if (one.kind === 'fixed' && other.kind === 'fixed')
    return one.size === other.size ? [] : undefined;
  if (one.kind === 'enum' && other.kind === 'enum')
    return zip(one.symbols, other.symbols, (a, b) => (a === b ? [] : undefined));
  if (one.kind === 'union' && other.kind === 'union')
    return zip(one.branches, other.branches, (a, b) => [[a, b]]);
  if (one.kind === 'record' && other.kind === 'record')
    return zip(one.fields, other.fields, (a, b) =>
      a.name === b.name ? [[a.type, b.type]] : undefined,
    );
  return one.kind === other.kind ? [] : undefined;
}

function zip<T>(
  ones: readonly T[],
  others: readonly T[],
  pair: (one: T, other: T) => Parts | undefined,
): Parts | undefined {
  if (ones.length !== others.length) return undefined;
  const parts: (readonly [Schema, Schema])[] = [];
  for (const [index, one] of ones.entries()) {
    const made = pair(one, others[index] ?? one);
    if (made === undefined) return undefined;
    parts.push(...made);
  }
  return parts;
}
