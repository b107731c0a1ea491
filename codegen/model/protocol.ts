/**
 * Avro protocols, of which the types count. Messages are for RPC: of them only the types that they
 * define are taken.
 * Source: Avro 1.12 specification, "Protocol Declaration".
 */
import { namespaceOf, qualify } from '../../runtime/schema/schema.js';
import { type JsonNode, type JsonRecord, stringOf } from './json.js';
import type { Problems } from './problem.js';
import { DEFINED_KINDS } from './schema.js';

export interface Protocol {
  /** What names in it are in that give no namespace. */
  readonly namespace: string;
  /** In the order in which they stand. */
  readonly definitions: readonly JsonRecord[];
  /** What stands among its types and defines none, which is reported. */
  readonly others: readonly JsonNode[];
  /** How many messages it has. */
  readonly messages: number;
}

/** Whether JSON is a protocol: an object that says so, and is no schema. */
export function isProtocol(node: JsonNode): boolean {
  return node.kind === 'object' && !node.entries.has('type') && node.entries.has('protocol');
}

/** The protocol that JSON holds; `undefined` for anything else. */
export function protocolOf(node: JsonNode | undefined, problems: Problems): Protocol | undefined {
  if (node?.kind !== 'object' || node.entries.has('type')) return undefined;
  const name = stringOf(node.entries.get('protocol'));
  if (name === undefined) return undefined;
  const namespace = stringOf(node.entries.get('namespace')) ?? '';
  const messages = node.entries.get('messages');
  const inMessages = messages?.kind === 'object' ? [...messages.entries.values()] : [];
  return {
    namespace: namespaceOf(qualify(name, namespace)),
    others: itemsOf(node).filter((item) => !isDefinition(item)),
    definitions: [...typesOf(node, problems), ...inMessages.flatMap(definitionsOfMessage)],
    messages: inMessages.length,
  };
}

function itemsOf(node: JsonRecord): readonly JsonNode[] {
  const types = node.entries.get('types');
  return types?.kind === 'list' ? types.items : [];
}

function typesOf(node: JsonRecord, problems: Problems): JsonRecord[] {
  const types = node.entries.get('types');
  if (types === undefined) return [];
  if (types.kind !== 'list') {
    problems.error('TYPE_INVALID', types.origin, { message: '"types" is a list of definitions.' });
    return [];
  }
  return types.items.flatMap((item) => {
    if (isDefinition(item)) return [item];
    problems.error('TYPE_INVALID', item.origin, {
      message:
        'The "types" of a protocol are records, errors, enums and fixed, each defined there.',
      fix: 'Define the type here, or leave this out: any file of the folder may name its types.',
    });
    return [];
  });
}

function definitionsOfMessage(message: JsonNode): JsonRecord[] {
  if (message.kind !== 'object') return [];
  const request = message.entries.get('request');
  const parameters = request?.kind === 'list' ? request.items : [];
  const types = parameters.map((one) =>
    one.kind === 'object' ? one.entries.get('type') : undefined,
  );
  return [...types, message.entries.get('response'), message.entries.get('errors')].flatMap(
    outermost,
  );
}

/** The definitions in a type that stand in no other one. */
function outermost(node: JsonNode | undefined): JsonRecord[] {
  if (node?.kind === 'list') return node.items.flatMap(outermost);
  if (node?.kind !== 'object') return [];
  const { entries } = node;
  if (isDefinition(node)) return [node];
  return [...outermost(entries.get('items')), ...outermost(entries.get('values'))];
}

function isDefinition(node: JsonNode): node is JsonRecord {
  return node.kind === 'object' && DEFINED_KINDS.includes(stringOf(node.entries.get('type')));
}
