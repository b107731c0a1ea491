/** Histories of a record whose fields and types get other names, for properties over `--fix`. */
import fc from 'fast-check';
import { isNamed, type Schema } from '../../../codegen/model/schema.js';
import type { Json, JsonObject } from '../../../runtime/json.js';

export interface Versions {
  /** Oldest first. */
  readonly before: readonly Json[];
  readonly candidate: Json;
}

/** A value that is no record, and the names of the fields on the way to it. */
export interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

interface FieldModel {
  readonly name: string;
  readonly type: 'int' | 'long' | 'nullable' | 'fixed' | 'record';
  /** Of a fixed or record. */
  readonly typeName: string;
  readonly hasDefault: boolean;
}

// Words that are alike, words that differ by a number, and words that have nothing in common.
const WORDS = ['user id', 'user ids', 'end time', 'sensor 1 abc', 'sensor 2 abc', 'iban', 'note'];

/** A name as people spell it. */
function spell(word: string, style: number): string {
  const parts = word.split(' ');
  const capital = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1);
  const [first = '', ...rest] = parts;
  return [
    parts.join('_'),
    [first, ...rest.map(capital)].join(''),
    parts.map(capital).join(''),
    parts.join(''),
    [first, ...rest.map((part) => part.toUpperCase())].join(''),
  ][style % 5] as string; // Safe: there are five.
}

const names = fc
  .tuple(fc.constantFrom(...WORDS), fc.nat(4))
  .map(([word, style]) => spell(word, style));

const field: fc.Arbitrary<FieldModel> = fc.record({
  name: names,
  type: fc.constantFrom('int', 'long', 'nullable', 'fixed', 'record'),
  typeName: names,
  hasDefault: fc.boolean(),
});

type Change = (fields: readonly FieldModel[]) => readonly FieldModel[];

/** One edit that people make. */
const change: fc.Arbitrary<Change> = fc
  .record({
    kind: fc.constantFrom(
      'respell',
      'respell',
      'respell',
      'rename',
      'type',
      'retype',
      'drop',
      'add',
      'turn',
    ),
    at: fc.nat(5),
    style: fc.nat(4),
    other: field,
  })
  .map(({ kind, at, style, other }): Change => {
    const edited =
      (edit: (one: FieldModel) => FieldModel): Change =>
      (fields) =>
        fields.map((one, index) => (index === at % fields.length ? edit(one) : one));
    switch (kind) {
      case 'respell':
        return edited((one) => ({ ...one, name: respelled(one.name, style) }));
      case 'rename':
        return edited((one) => ({ ...one, name: other.name, hasDefault: other.hasDefault }));
      case 'type':
        return edited((one) => ({ ...one, typeName: respelled(one.typeName, style) }));
      case 'retype':
        return edited((one) => ({ ...one, type: other.type }));
      case 'drop':
        return (fields) => fields.filter((_, index) => index !== at % fields.length);
      case 'add':
        return (fields) => [...fields, other];
      default:
        return (fields) => [...fields].reverse();
    }
  });

function respelled(name: string, style: number): string {
  const word = WORDS.find((one) => [0, 1, 2, 3, 4].some((other) => spell(one, other) === name));
  return word === undefined ? name : spell(word, style);
}

export function versions(): fc.Arbitrary<Versions> {
  return fc
    .tuple(
      fc.array(field, { minLength: 1, maxLength: 5 }),
      fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 }),
    )
    .map(([first, steps]) => {
      const models = [first];
      for (const changes of steps)
        models.push(
          changes.reduce(
            (fields: readonly FieldModel[], edit) => edit(fields),
            models.at(-1) ?? first,
          ) as FieldModel[],
        );
      const all = models.map(printed);
      return { before: all.slice(0, -1), candidate: all.at(-1) ?? null };
    });
}

/** A record; names that are taken are left out. */
function printed(fields: readonly FieldModel[]): Json {
  const taken = new Set<string>();
  const types = new Set<string>();
  return {
    type: 'record',
    name: 'Root',
    fields: fields.flatMap((one): Json[] => {
      if (taken.has(one.name)) return [];
      taken.add(one.name);
      const isNew = !types.has(one.typeName);
      const type = typeOf(isNew ? one : { ...one, type: 'long' });
      if (type.isNamed) types.add(one.typeName);
      return [
        { name: one.name, type: type.json, ...(one.hasDefault ? { default: type.value } : {}) },
      ];
    }),
  };
}

function typeOf({ type, typeName }: FieldModel): { json: Json; value: Json; isNamed?: boolean } {
  switch (type) {
    case 'nullable':
      return { json: ['null', 'long'], value: null };
    case 'fixed':
      return { json: { type: 'fixed', name: typeName, size: 4 }, value: 'none', isNamed: true };
    case 'record': {
      const inner = ['b', 'a'].map((name) => ({ name, type: 'long', default: 0 }));
      return { json: { type: 'record', name: typeName, fields: inner }, value: {}, isNamed: true };
    }
    default:
      return { json: type, value: 0 };
  }
}

/** A datum in which each number, and each fixed of four bytes, stands once. */
export function numbered(schema: Schema, count = { next: 1000 }): Json {
  switch (schema.kind) {
    case 'record':
      return Object.fromEntries(schema.fields.map((one) => [one.name, numbered(one.type, count)]));
    case 'union':
      return numbered(schema.branches.at(-1) ?? schema, count);
    case 'fixed':
      return String(count.next++);
    default:
      return count.next++;
  }
}

/** The leaves of a datum in Avro's JSON encoding. */
export function leavesOf(schema: Schema, json: Json, path: readonly string[] = []): Leaf[] {
  if (schema.kind === 'union') {
    if (json === null) return [];
    const [[key, value] = ['', null]] = Object.entries(json as JsonObject); // Safe: a branch by name.
    const branch = schema.branches.find((one) => (isNamed(one) ? one.name : one.kind) === key);
    return branch === undefined ? [] : leavesOf(branch, value, path);
  }
  if (schema.kind !== 'record') return [{ path, value: json }];
  return schema.fields.flatMap((one) =>
    // Safe: the datum of a record.
    leavesOf(one.type, (json as JsonObject)[one.name] ?? null, [...path, one.name]),
  );
}
