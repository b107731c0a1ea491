/** Mutations of what types are called, and of what is said about them. */
import { qualify, simpleName } from '../../../../runtime/schema/schema.js';
import { type Mutation, NEW, remove, set } from './edits.js';
import { addAlias, at, type Obj, placesOf, rename } from './places.js';

function moved(type: Obj): string {
  return qualify(simpleName(String(type.name)), 'z.moved');
}

/** As an alias: a name without dots would be taken for one of the type's own namespace. */
function full(type: Obj): string {
  const name = String(type.name);
  return name.includes('.') ? name : `.${name}`;
}

export const NAMES: readonly Mutation[] = [
  {
    what: 'a type moves to another namespace',
    mutate: at('named', (type, root) => {
      rename(root, type, moved(type));
      return true;
    }),
    seenBy: ['source-type-moved', 'union-branch-namespace'],
  },
  {
    what: 'a type moves to another namespace, and an alias says so',
    mutate: at('named', (type, root) => {
      addAlias(type, full(type));
      rename(root, type, moved(type));
      return true;
    }),
    seenBy: ['source-type-moved'],
  },
  {
    what: 'a type is renamed',
    mutate: at('named', (type, root) => {
      rename(root, type, `${String(type.name)}${NEW}`);
      return true;
    }),
    // The third beside one of its unqualified name; the last where it had its own name as an alias.
    seenBy: [
      'name-mismatch',
      'union-branch-missing',
      'union-branch-namespace',
      'source-type-moved',
    ],
  },
  {
    what: 'a type is renamed, and an alias says so',
    mutate: at('named', (type, root) => {
      addAlias(type, full(type));
      rename(root, type, `${String(type.name)}${NEW}`);
      return true;
    }),
    seenBy: ['source-type-moved'],
  },
  {
    what: 'a type gets the name of another type as an alias',
    mutate: at('named', (type, root) => {
      const other = placesOf(root).named.find((one) => one !== type);
      if (other === undefined) return false;
      addAlias(type, full(other));
      return true;
    }),
    seenBy: ['type-alias-of-sibling'],
  },
  {
    what: 'A type gets an alias that no other type has as name or alias',
    mutate: at('named', (type) => {
      addAlias(type, `z.${NEW}`);
      return true;
    }),
    silent: 'It lets more data in, and what could be read before is read as before.',
  },
  {
    what: 'A type loses an alias',
    mutate: at('named', (type) => remove(type, 'aliases')),
    silent:
      'Data under the other name is data of an older version: the TRANSITIVE levels hold the change against that version.',
  },
  {
    what: 'A `record` becomes an `error`',
    mutate: at('records', (record) => set(record, 'type', 'error')),
    silent: 'An error is a record that a protocol may throw; data and types are the same.',
  },
];

export const WORDS: readonly Mutation[] = [
  {
    what: 'The `doc` of a type or field changes',
    mutate: function* (before) {
      yield* at('named', (type) => set(type, 'doc', 'What it is.'))(before);
      yield* at('fields', ({ field }) => set(field, 'doc', 'What it is.'))(before);
    },
    silent: 'It is for people.',
  },
  {
    what: 'A property that Avro gives no meaning to changes',
    mutate: function* (before) {
      yield* at('named', (type) => set(type, 'x-owner', 'team'))(before);
      yield* at('fields', ({ field }) => set(field, 'x-owner', 'team'))(before);
    },
    silent: 'It is for other tools.',
  },
  {
    what: 'The `order` of a field changes',
    mutate: at('fields', ({ field }) => set(field, 'order', 'descending')),
    silent: 'It says how records are sorted, not how they are read.',
  },
];
