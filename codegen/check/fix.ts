/** Mechanical fixes: one edit of a schema file's text, comments and layout kept. */
import {
  applyEdits,
  findNodeAtLocation,
  findNodeAtOffset,
  getNodePath,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  parseTree,
} from 'jsonc-parser';
import { LOGICAL_KEYS, type TypePath } from '../model/misplaced-logical.js';
import type { Edit } from './rule.js';

const FORMAT = { insertSpaces: true, tabSize: 2 };

/** The text after an edit of the object that stands around an offset, or `undefined` if it cannot be done. */
export function applyFix(text: string, offset: number, edit: Edit): string | undefined {
  const root = parseTree(text);
  const node = root === undefined ? undefined : findNodeAtOffset(root, offset);
  const object = objectAround(node);
  if (object === undefined) return undefined;
  const path = getNodePath(object);
  const set = (from: string, key: string, value: unknown): string =>
    applyEdits(
      from,
      modify(from, [...path, key], value, {
        formattingOptions: { ...FORMAT, ...(from.includes('\n') ? { eol: '\n' } : {}) },
      }),
    );
  // Safe: it is an object, whatever is in it.
  const value = getNodeValue(object) as { readonly [key: string]: unknown };
  switch (edit.kind) {
    case 'add-alias': {
      const aliases = Array.isArray(value.aliases) ? value.aliases : [];
      return aliases.includes(edit.name)
        ? undefined
        : set(text, 'aliases', [...aliases, edit.name]);
    }
    case 'null-first': {
      const type = findNodeAtLocation(object, ['type']);
      if (type?.type !== 'array') return undefined;
      // The default first: it may stand behind the union, and an edit moves what is behind it.
      return nullFirst('default' in value ? text : set(text, 'default', null), path);
    }
    case 'nest-logical-type':
      return nestLogicalType(text, object, edit.into);
  }
}

/** Moves the branch null of a field's union to the front, or adds it; nothing else is written anew. */
function nullFirst(text: string, path: JSONPath): string | undefined {
  const root = parseTree(text);
  const union = root && findNodeAtLocation(root, [...path, 'type']);
  const branches = union?.children ?? [];
  const at = branches.findIndex(isNull);
  const [first, own, before] = [branches[0], branches[at], branches[at - 1]];
  if (union === undefined || at === 0) return at === 0 ? text : undefined;
  if (first === undefined) return insert(text, union.offset + 1, '"null"');
  if (own === undefined || before === undefined) return insert(text, first.offset, '"null", ');
  const end = own.offset + own.length;
  // One comma goes with it: the one behind it, or before it where it is the last.
  const isLast = at === branches.length - 1;
  const comma = commaAfter(text, isLast ? before.offset + before.length : end);
  const kept = isLast
    ? text.slice(0, comma) + text.slice(comma + 1, own.offset) + text.slice(end)
    : text.slice(0, own.offset) + text.slice(end, comma) + text.slice(comma + 1);
  return insert(kept, first.offset, `${text.slice(own.offset, end)}, `);
}

/** Where the comma behind a value stands; comments may stand before it. */
function commaAfter(text: string, offset: number): number {
  const between = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(text.slice(offset));
  return offset + (between?.[0].length ?? 0);
}

/** `"null"`, or the same at length: `{"type": "null"}`. */
function isNull(branch: Node): boolean {
  const value: unknown = getNodeValue(findNodeAtLocation(branch, ['type']) ?? branch);
  return value === 'null';
}

function insert(text: string, offset: number, added: string): string {
  return text.slice(0, offset) + added + text.slice(offset);
}

/** Moves a logical type and its arguments from a field to a place within its type. */
function nestLogicalType(text: string, field: Node, into: TypePath): string | undefined {
  const type = findNodeAtLocation(field, ['type', ...into]);
  const moved = LOGICAL_KEYS.flatMap((key) => {
    const value = findNodeAtLocation(field, [key]);
    return value === undefined ? [] : [{ key, printed: within(text, value) }];
  });
  if (type === undefined || moved.length === 0) return undefined;
  const keys = moved.map(({ key, printed }) => `"${key}": ${printed}`).join(', ');
  const end = type.offset + type.length;
  const last = type.type === 'object' ? type.children?.at(-1) : undefined;
  const [from, to, written] =
    last === undefined
      ? [type.offset, end, `{"type": ${within(text, type)}, ${keys}}`]
      : [last.offset + last.length, last.offset + last.length, `, ${keys}`];
  const nested = text.slice(0, from) + written + text.slice(to);
  const path = getNodePath(field);
  return moved.reduce((rest, { key }) => withoutProperty(rest, [...path, key]), nested);
}

/** The text without one of an object's properties and its comma; comments stay. */
function withoutProperty(text: string, path: JSONPath): string {
  const root = parseTree(text);
  const property = root && findNodeAtLocation(root, path)?.parent;
  const siblings = property?.parent?.children ?? [];
  const at = property === undefined ? -1 : siblings.indexOf(property);
  const before = siblings[at - 1];
  if (property === undefined) return text;
  const end = property.offset + property.length;
  if (at < siblings.length - 1) {
    const comma = commaAfter(text, end);
    const behind = text.slice(comma + 1).replace(/^[ \t]*(?:\r?\n[ \t]*)?/, '');
    return text.slice(0, property.offset) + text.slice(end, comma) + behind;
  }
  if (before === undefined) return text.slice(0, property.offset) + text.slice(end);
  const comma = commaAfter(text, before.offset + before.length);
  const between = text.slice(comma + 1, property.offset);
  const rest = text.slice(end);
  // A comment to the end of its line needs that end.
  const kept = between.includes('//') && !/^[ \t]*\r?\n/.test(rest) ? between : between.trimEnd();
  return text.slice(0, comma) + kept + rest;
}

function within(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

function objectAround(node: Node | undefined): Node | undefined {
  let at = node;
  while (at !== undefined && at.type !== 'object') at = at.parent;
  return at;
}
