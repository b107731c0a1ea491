/** Mechanical fixes: one edit of a schema file's text, comments and layout kept. */
import {
  applyEdits,
  findNodeAtOffset,
  getNodePath,
  getNodeValue,
  modify,
  type Node,
  parseTree,
} from 'jsonc-parser';
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
      if (!Array.isArray(value.type)) return undefined;
      const others = value.type.filter((branch) => branch !== 'null');
      const isFirst = value.type[0] === 'null';
      const ordered = isFirst ? text : set(text, 'type', ['null', ...others]);
      return 'default' in value ? ordered : set(ordered, 'default', null);
    }
    case 'nest-logical-type':
      return nestLogicalType(text, value, set);
  }
}

/** What belongs to a logical type and moves with it. */
const ARGUMENTS = ['logicalType', 'precision', 'scale'] as const;

function nestLogicalType(
  text: string,
  value: { readonly [key: string]: unknown },
  set: (from: string, key: string, value: unknown) => string,
): string {
  const inner: { [key: string]: unknown } =
    typeof value.type === 'object' && value.type !== null
      ? { ...value.type }
      : { type: value.type };
  for (const key of ARGUMENTS) if (value[key] !== undefined) inner[key] = value[key];
  const nested = set(text, 'type', inner);
  return ARGUMENTS.reduce(
    (from, key) => (value[key] === undefined ? from : set(from, key, undefined)),
    nested,
  );
}

function objectAround(node: Node | undefined): Node | undefined {
  let at = node;
  while (at !== undefined && at.type !== 'object') at = at.parent;
  return at;
}
