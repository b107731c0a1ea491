/** Where something stands in a schema's JSON that a test may change: types, unions, definitions, fields. */
import { parseSchema } from '../../../../codegen/model/parse-schema.js';
import { printSchema } from '../../../../codegen/model/print.js';
import type { Json } from '../../../../runtime/json.js';
import { isPrimitive } from '../../../../runtime/schema/schema.js';

/** A schema as plain JSON that is edited in place; every name in it is a full name. */
export type Node = string | Node[] | Obj;
export interface Obj {
  [key: string]: unknown;
}

/** What holds a schema, so that the schema itself can be exchanged. */
export interface Root {
  type: Node;
}

/** Where a type stands. */
export interface Slot {
  readonly holder: Obj | unknown[];
  readonly key: string | number;
}

export interface Places {
  readonly slots: Slot[];
  readonly unions: Node[][];
  readonly named: Obj[];
  readonly records: Obj[];
  readonly enums: Obj[];
  readonly fixed: Obj[];
  readonly fields: { readonly field: Obj; readonly record: Obj }[];
}

/** All places of a schema, outermost first. */
export function placesOf(root: Root): Places {
  const places: Places = {
    slots: [],
    unions: [],
    named: [],
    records: [],
    enums: [],
    fixed: [],
    fields: [],
  };
  // Safe: the one key of a root is its type.
  collect({ holder: root as unknown as Obj, key: 'type' }, places);
  return places;
}

function collect(slot: Slot, places: Places): void {
  const node = nodeAt(slot);
  places.slots.push(slot);
  if (typeof node === 'string') return;
  if (Array.isArray(node)) {
    places.unions.push(node);
    for (const key of node.keys()) collect({ holder: node, key }, places);
    return;
  }
  if (typeof node.name === 'string') places.named.push(node);
  if (node.type === 'enum') places.enums.push(node);
  if (node.type === 'fixed') places.fixed.push(node);
  if (node.type === 'record') places.records.push(node);
  for (const key of ['items', 'values']) if (key in node) collect({ holder: node, key }, places);
  for (const field of fieldsOf(node)) {
    places.fields.push({ field, record: node });
    collect({ holder: field, key: 'type' }, places);
  }
}

export function nodeAt({ holder, key }: Slot): Node {
  // Safe: slots are made for keys that hold types only.
  return (holder as { [key: string | number]: Node })[key] ?? 'null';
}

export function put({ holder, key }: Slot, node: Node): void {
  // Safe: as above.
  (holder as { [key: string | number]: Node })[key] = node;
}

/** A type that is written as an object, if that is what stands there. */
export function objectAt(slot: Slot): Obj | undefined {
  const node = nodeAt(slot);
  return typeof node === 'string' || Array.isArray(node) ? undefined : node;
}

export function fieldsOf(node: Obj): Obj[] {
  // Safe: `fields` is a list of objects in every schema that was parsed.
  return Array.isArray(node.fields) ? (node.fields as Obj[]) : [];
}

/** A list of names: `symbols` or `aliases`. */
export function textsOf(node: Obj, key: 'symbols' | 'aliases'): string[] {
  // Safe: both are lists of names in every schema that was parsed.
  return Array.isArray(node[key]) ? (node[key] as string[]) : [];
}

/** The primitive that a type is, with or without a logical type. */
export function primitiveOf(node: Node | undefined): string | undefined {
  const kind = typeof node === 'object' && !Array.isArray(node) ? node.type : node;
  return typeof kind === 'string' && isPrimitive(kind) ? kind : undefined;
}

/** Whether a type stands in a union that has a branch of a kind. */
export function isBesides({ holder }: Slot, kind: string): boolean {
  // Safe: a slot whose holder is a list stands in a union.
  return Array.isArray(holder) && (holder as Node[]).some((one) => kindOf(one) === kind);
}

export function kindOf(node: Node): string {
  if (Array.isArray(node)) return 'union';
  return typeof node === 'string' ? node : String(node.type);
}

/** A schema with full names everywhere, so that a place can be edited without a look around it. */
export function withFullNames(json: Json): Node {
  const { schema } = parseSchema(json, { role: 'history' });
  // Safe: a printed schema is made of texts, lists and objects.
  const root: Root = { type: structuredClone(printSchema(schema, { form: 'resolution' })) as Node };
  // A name without dots would take the namespace around it.
  for (const type of placesOf(root).named)
    if (!String(type.name).includes('.')) type.namespace = '';
  return root.type;
}

/** Gives a type another name, also where it is used. */
export function rename(root: Root, type: Obj, to: string): void {
  const from = type.name;
  for (const slot of placesOf(root).slots) if (nodeAt(slot) === from) put(slot, to);
  type.name = to;
  if (to.includes('.')) delete type.namespace;
}

export function addAlias(to: Obj, name: string): void {
  to.aliases = [...textsOf(to, 'aliases'), name];
}

/** The schemas that one edit makes of a schema. */
export type Mutate = (before: Node) => Generator<Node>;

/** An edit at each place of a kind, one at a time. What answers false does not apply there. */
export function at<K extends keyof Places>(
  kind: K,
  edit: (place: Places[K][number], root: Root) => boolean,
): Mutate {
  return function* (before) {
    const { length } = placesOf({ type: before })[kind];
    for (let index = 0; index < length; index++) {
      const root: Root = { type: structuredClone(before) };
      const place = placesOf(root)[kind][index];
      if (place !== undefined && edit(place, root)) yield root.type;
    }
  };
}
