/** Mutations of types: unions, primitives, lists and fixed. */
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

/** Where its data, written as an int, is read as the long once it is no int. */
function isBehindLong(from: string, { holder, key }: Slot): boolean {
  return from === 'int' && Array.isArray(holder) && holder.slice(0, Number(key)).includes('long');
}

function hasDefault(node: Node): boolean {
  return placesOf({ type: node }).fields.some(({ field }) => field.default !== undefined);
}

function isNullable(node: Node): boolean {
  return Array.isArray(node) && node.some((branch) => primitiveOf(branch) === 'null');
}

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
    what: 'The branches of a union change places, and no default is a value of it',
    mutate: at('unions', (union, root) => {
      if (hasDefault(root.type) || union.length < 2) return false;
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
          !(to === 'double' && isSmaller(from)) && !(to === 'float' && isBehindLong(from, slot)),
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
    what: 'An `int` becomes a `float` in a union, behind a `long` and without other numbers',
    mutate: swap('float', (from, slot) => isBehindLong(from, slot) && !isBesides(slot, 'double')),
    silent: 'What was written as an int is the same number as a long.',
    forward: ['union-branch-missing'],
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
