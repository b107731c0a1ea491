/** Mutations of types: unions, primitives, lists and fixed. */
import { areDistinct, baseClass } from '../../../../codegen/model/cases.js';
import { simpleName } from '../../../../runtime/schema/schema.js';
import { change, type Mutation, PRIMITIVES, RETYPED, reversed, SHOWN } from './edits.js';
import {
  at,
  isBesides,
  kindOf,
  type Mutate,
  type Node,
  nodeAt,
  objectAt,
  placesOf,
  primitiveOf,
  put,
  type Slot,
} from './places.js';

/** Another primitive, where none of its kind stands beside it. */
function swap(to: string, wants: (from: string, slot: Slot) => boolean): Mutate {
  return at('slots', (slot) => {
    const from = nodeAt(slot);
    // One with a logical type would lose that too, which is a change of its own.
    if (typeof from !== 'string' || primitiveOf(from) === undefined || from === to) return false;
    if (!wants(from, slot) || isBesides(slot, to)) return false;
    put(slot, to);
    return true;
  });
}

function isSmaller(from: string): boolean {
  return from === 'int' || from === 'float';
}

/** The long that an int is read as once its own branch is none. */
function longBefore(from: string, { holder, key }: Slot): Node | undefined {
  if (from !== 'int' || !Array.isArray(holder)) return undefined;
  // Safe: a slot whose holder is a list stands in a union.
  return (holder as Node[]).slice(0, Number(key)).find((one) => primitiveOf(one) === 'long');
}

/** Whether values tell which branch they are of; `undefined` where a branch does not say what it is. */
function tellApart({ holder }: Slot): boolean | undefined {
  // Safe: as above.
  const branches = Array.isArray(holder) ? (holder as Node[]) : [];
  const kinds = branches.flatMap((branch) =>
    typeof branch === 'object' && 'logicalType' in branch
      ? []
      : KINDS.filter((kind) => kind === kindOf(branch)),
  );
  return kinds.length < branches.length ? undefined : areDistinct(kinds.map(baseClass));
}

function hasDefault(node: Node): boolean {
  return placesOf({ type: node }).fields.some(({ field }) => field.default !== undefined);
}

/** Of a branch: the name that tells it from others, without its namespace. */
function unqualifiedName(branch: Node): string {
  return simpleName(
    typeof branch === 'object' && 'name' in branch ? String(branch.name) : kindOf(branch),
  );
}

function isNullable(node: Node): boolean {
  return Array.isArray(node) && node.some((branch) => primitiveOf(branch) === 'null');
}

const KINDS = [...PRIMITIVES, 'array', 'map', 'record', 'enum', 'fixed'] as const;

export const UNIONS: readonly Mutation[] = [
  {
    what: 'the branches of a union with a default change places',
    mutate: at('fields', ({ field }) =>
      field.default === undefined || !Array.isArray(field.type)
        ? false
        : change(field, 'type', () => reversed(field.type as Node[])),
    ),
    seenBy: ['default-branch-changed', 'default-not-first-branch', 'default-branch-in-java'],
  },
  {
    what: 'The branches of a union change places, no default is a value of it, and no two differ by namespace alone',
    mutate: at('unions', (union, root) => {
      const names = new Set(union.map(unqualifiedName));
      if (hasDefault(root.type) || union.length < 2 || names.size < union.length) return false;
      union.reverse();
      return true;
    }),
    silent: 'Branches are matched by type, and generated types do not number them.',
  },
  {
    what: 'a union gets a branch',
    mutate: at('unions', (union) => {
      const kind = PRIMITIVES.find((one) => !union.some((branch) => kindOf(branch) === one));
      return kind !== undefined && union.push(kind) > 0;
    }),
    seenBy: SHOWN,
  },
  {
    what: 'a union loses a branch',
    mutate: at('unions', (union) => union.length > 1 && union.pop() !== undefined),
    seenBy: [...RETYPED, ...SHOWN],
  },
  {
    what: 'a type becomes nullable',
    mutate: at('slots', (slot) => {
      const node = nodeAt(slot);
      if (Array.isArray(slot.holder) || isNullable(node) || node === 'null') return false;
      put(slot, Array.isArray(node) ? ['null', ...node] : ['null', node]);
      return true;
    }),
    seenBy: SHOWN,
  },
];

export const TYPES: readonly Mutation[] = [
  ...PRIMITIVES.map(
    (to): Mutation => ({
      what: `a primitive becomes ${to}${to === 'double' ? ', and was no int or float' : ''}`,
      mutate: swap(
        to,
        (from, slot) =>
          !(to === 'double' && isSmaller(from)) &&
          !(to === 'float' && longBefore(from, slot) !== undefined),
      ),
      seenBy: [...RETYPED, ...SHOWN],
    }),
  ),
  {
    what: 'An `int` or a `float` becomes a `double`, outside of unions',
    mutate: swap('double', (from, { holder }) => isSmaller(from) && !Array.isArray(holder)),
    silent: 'A double holds each value that they have, and all three are numbers in TypeScript.',
    forward: ['type-mismatch'],
  },
  {
    what: 'An `int` becomes a `float` in a union, behind a `long`, and values tell the branches apart',
    mutate: swap('float', (from, slot) => longBefore(from, slot) === 'long' && !!tellApart(slot)),
    silent: 'What was written as an int is the same number as a long.',
    forward: ['union-branch-missing'],
  },
  {
    what: 'an int becomes a float in a union, behind a long, and branches are told apart by name',
    mutate: swap(
      'float',
      (from, slot) => longBefore(from, slot) === 'long' && tellApart(slot) === false,
    ),
    seenBy: SHOWN,
  },
  {
    what: 'an int becomes a float in a union, behind a long with a logical type',
    mutate: swap('float', (from, slot) => typeof longBefore(from, slot) === 'object'),
    seenBy: ['logical-type-one-sided'],
  },
  {
    what: 'a type becomes a list of it',
    mutate: at('slots', (slot) => {
      if (Array.isArray(slot.holder)) return false;
      put(slot, { type: 'array', items: nodeAt(slot) });
      return true;
    }),
    seenBy: RETYPED,
  },
  {
    what: 'an array becomes a map',
    mutate: at('slots', (slot) => {
      const array = objectAt(slot);
      if (array?.type !== 'array' || isBesides(slot, 'map')) return false;
      put(slot, { type: 'map', values: nodeAt({ holder: array, key: 'items' }) });
      return true;
    }),
    seenBy: RETYPED,
  },
  {
    what: 'an enum or fixed becomes a primitive',
    mutate: at('slots', (slot) => {
      const to = { enum: 'string', fixed: 'bytes' }[String(objectAt(slot)?.type)];
      if (to === undefined || isBesides(slot, to)) return false;
      put(slot, to);
      return true;
    }),
    seenBy: RETYPED,
  },
  {
    what: 'the size of a fixed changes',
    mutate: at('fixed', (type) => change(type, 'size', (size) => Number(size) + 1)),
    seenBy: ['fixed-size-mismatch'],
  },
];
