/** Does what the fix of a finding says, as somebody does who pastes it; for tests. */
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
import type { Finding } from '../../../codegen/check/finding.js';
import { SourceText } from '../../../codegen/model/source-text.js';
import type { Json } from '../../../runtime/json.js';

type Pasted = readonly (readonly [Readonly<JSONPath>, Json | undefined])[];

/** The text of a schema after a finding's fix, or `undefined` where the fix is no text to paste. */
export function paste(text: string, { fix, at }: Finding): string | undefined {
  const root = parseTree(text);
  if (root === undefined) return undefined;
  const here = objectAround(findNodeAtOffset(root, new SourceText('', text).offset(at)));
  const edits = aliases(fix, root, here) ?? (here && (type(fix, here) ?? nullable(fix, here)));
  return edits?.reduce(
    (from, [path, value]) => applyEdits(from, modify(from, [...path], value, {})),
    text,
  );
}

/** `Add "aliases": ["x"] to y.`, of one or of several. */
function aliases(fix: string, root: Node, here: Node | undefined): Pasted | undefined {
  if (!/add "aliases": /i.test(fix)) return undefined;
  const all = [...fix.matchAll(/"aliases": (\[[^\]]*\]) to (?:\w+ (?=\w+\.))?([\w.]*\w)/g)];
  const edits = all.map(([, list = '[]', name = '']) => {
    const isHere = here !== undefined && named(here, name);
    const target = isHere ? here : typesWithin(root).find((one) => named(one, name));
    if (target === undefined) return undefined;
    const before: unknown = getNodeValue(findNodeAtLocation(target, ['aliases']) ?? target);
    const names = [...(Array.isArray(before) ? before : []), ...JSON.parse(list)];
    return [[...getNodePath(target), 'aliases'], names] as const;
  });
  const known = edits.filter((edit) => edit !== undefined);
  return known.length === all.length && all.length > 0 ? known : undefined;
}

/** `Write "type": ….` */
function type(fix: string, here: Node): Pasted | undefined {
  const [, written] = /^Write "type": (.*)\.$/.exec(fix) ?? [];
  if (written === undefined) return undefined;
  const path = getNodePath(here);
  const gone = ['logicalType', 'precision', 'scale'].filter((key) =>
    findNodeAtLocation(here, [key]),
  );
  return [
    [[...path, 'type'], JSON.parse(written)],
    ...gone.map((key) => [[...path, key], undefined] as const),
  ];
}

/** `"default": null`, with null first in the union. */
function nullable(fix: string, here: Node): Pasted | undefined {
  if (!/^Add "default": null|make it nullable|^Put "null" first/.test(fix)) return undefined;
  const path = getNodePath(here);
  const node = findNodeAtLocation(here, ['type']);
  if (node === undefined) return undefined;
  // Safe: a schema is JSON.
  const before = getNodeValue(node) as Json;
  const others = (Array.isArray(before) ? before : [before]).filter((branch) => branch !== 'null');
  return [
    [
      [...path, 'type'],
      ['null', ...others],
    ],
    [[...path, 'default'], null],
  ];
}

function named(node: Node, name: string): boolean {
  return getNodeValue(findNodeAtLocation(node, ['name']) ?? node) === name;
}

function typesWithin(node: Node): readonly Node[] {
  const kind =
    node.type === 'object' ? getNodeValue(findNodeAtLocation(node, ['type']) ?? node) : '';
  const own = ['record', 'enum', 'fixed'].some((one) => one === kind) ? [node] : [];
  return [...own, ...(node.children ?? []).flatMap(typesWithin)];
}

function objectAround(node: Node | undefined): Node | undefined {
  let at = node;
  while (at !== undefined && at.type !== 'object') at = at.parent;
  return at;
}
