/** JSON nodes -> records, enums and fixed. */
import { namespaceOf, qualify } from '../../runtime/schema/schema.js';
import { type JsonNode, type JsonRecord, keysOf, stringOf, toJson } from './json.js';
import { misplacedLogical } from './misplaced-logical.js';
import { FIELD_ATTRIBUTES, meantFor } from './misspelt.js';
import { whyUnusable } from './names.js';
import type { Field, NamedSchema, Schema } from './schema.js';
import { described, FIELD_KEYS, propsOf, type Scope, strings, warnMisspelt } from './scope.js';
import { type Origin, placeOf, printPlace } from './source-text.js';

/** The named type that a definition declares; the shell that references point to becomes it. */
export function buildNamed(node: JsonRecord, scope: Scope): Schema | undefined {
  const shell = scope.parser.shells.get(node);
  if (shell === undefined) return undefined;
  const inner = { ...scope, namespace: namespaceOf(shell.name) };
  const aliases = strings(node, 'aliases', inner).flatMap(({ value, origin }) => {
    const use = { what: 'alias', name: qualify(value, '') } as const;
    const isKept = !scope.parser.names.refuses(use, origin) && whyUnusable(use) === undefined;
    return isKept ? [qualify(value, inner.namespace)] : [];
  });
  const parts =
    shell.kind === 'record'
      ? recordParts(node, inner)
      : shell.kind === 'enum'
        ? enumParts(node, inner)
        : fixedParts(node, inner);
  const base =
    shell.kind === 'fixed' && 'size' in parts
      ? { kind: 'fixed', size: Number(parts.size) }
      : { kind: shell.kind };
  if (isPartial(node, parts)) scope.parser.partial.add(shell);
  const doc = stringOf(node.entries.get('doc'));
  // Safe: the shell is the object that references already point to; here it becomes the whole type.
  const type = Object.assign(
    shell,
    { aliases, doc },
    parts,
    described(node, base, scope, shell.origin),
  ) as unknown as NamedSchema;
  // A name stands for one type: a definition that repeats it is only compared with the first.
  // Safe: linking fills that one too.
  return (scope.parser.repeated.get(shell) as unknown as NamedSchema | undefined) ?? type;
}

type Parts = ReturnType<typeof recordParts | typeof enumParts | typeof fixedParts>;

/** Whether an error stands in place of a field, a symbol or the size. */
function isPartial({ entries }: JsonRecord, parts: Parts): boolean {
  if ('size' in parts) return toSize(entries.get('size')) === undefined;
  const [key, read] =
    'fields' in parts ? (['fields', parts.fields] as const) : (['symbols', parts.symbols] as const);
  const list = entries.get(key);
  return list?.kind !== 'list' || list.items.length > read.length;
}

function recordParts(node: JsonRecord, scope: Scope): { fields: readonly Field[] } {
  const list = node.entries.get('fields');
  if (list?.kind !== 'list') {
    const { origin = list?.origin ?? node.origin, fix } = meantFor(node, 'fields');
    scope.parser.problems.error('FIELDS_MISSING', origin, {
      message: 'This record has no list of "fields".',
      fix: fix ?? adviceOnFields(list),
    });
    return { fields: [] };
  }
  const seen = new Map<string, Origin>();
  const fields = list.items.flatMap(
    (item) => sharedField(item, scope) ?? buildField(item, scope) ?? [],
  );
  for (const field of fields) {
    const first = seen.get(field.name);
    if (first !== undefined) {
      scope.parser.problems.error('FIELD_DUPLICATE', field.origin, {
        message: `The record has two fields ${field.name}; the first is at ${printPlace(placeOf(first))}.`,
      });
    }
    seen.set(field.name, field.origin);
  }
  return { fields };
}

function adviceOnFields(given: JsonNode | undefined): string {
  if (given === undefined) return 'Add "fields": [], with the fields in it if there are any.';
  if (given.kind !== 'object') return 'Write a list: "fields": [{"name": "…", "type": "…"}].';
  if (given.entries.has('name')) return 'Write the field into a list: "fields": [{…}].';
  const [first] = given.entries;
  if (first === undefined) return 'Write a list: "fields": [].';
  const [name, value] = first;
  const type = stringOf(value);
  const printed = type === undefined ? '…' : JSON.stringify(type);
  return `Write a list, each field as {"name": ${JSON.stringify(name)}, "type": ${printed}}.`;
}

function sharedField(node: JsonNode, { parser }: Scope): Field | undefined {
  return node.kind === 'scalar' && typeof node.value === 'number'
    ? parser.sharedField?.(node.value)
    : undefined;
}

/** How a field counts when records are sorted. */
export const ORDERS = ['ascending', 'descending', 'ignore'] as const;

function buildField(node: JsonNode, scope: Scope): Field | undefined {
  const { problems } = scope.parser;
  const name = node.kind === 'object' ? stringOf(node.entries.get('name')) : undefined;
  if (node.kind !== 'object' || name === undefined) {
    problems.error('FIELD_INVALID', node.origin, {
      message: 'A field is an object with a "name" and a "type".',
    });
    return undefined;
  }
  const origin = node.entries.get('name')?.origin ?? node.origin;
  scope.parser.names.refuses({ what: 'field name', name }, origin);
  const typeNode = node.entries.get('type');
  if (typeNode === undefined) {
    const { origin: at = node.origin, ...meant } = meantFor(node, 'type');
    problems.error('TYPE_MISSING', at, { message: `The field ${name} has no "type".`, ...meant });
    return undefined;
  }
  const type = scope.buildType(typeNode, scope);
  const given = node.entries.get('order');
  const order = ORDERS.find((known) => known === stringOf(given)?.toLowerCase());
  if (given !== undefined && order === undefined) {
    problems.error('ORDER_INVALID', given.origin, {
      message: `The order of ${name} must be one of ${ORDERS.join(', ')}.`,
    });
  }
  const aliases = strings(node, 'aliases', scope).map(({ value }) => value);
  if (type === undefined) return undefined;
  warnMisplacedLogical(node, type, scope);
  const defaultNode = node.entries.get('default');
  const props = propsOf(node, FIELD_KEYS);
  return {
    name,
    aliases,
    doc: stringOf(node.entries.get('doc')),
    order,
    type,
    typeOrigin: typeNode.origin,
    default: defaultNode === undefined ? undefined : toJson(defaultNode),
    defaultNode,
    origin,
    props,
    ...warnMisspelt(node, { props, attributes: FIELD_ATTRIBUTES, parser: scope.parser }),
  };
}

/** `logicalType` beside a field's type means nothing to Avro, and everything to whoever wrote it. */
function warnMisplacedLogical(node: JsonRecord, type: Schema, { parser }: Scope): void {
  if (!node.entries.has('logicalType')) return;
  const misplaced = misplacedLogical(type, propsOf(node, FIELD_KEYS));
  if (misplaced === undefined) return;
  parser.problems.warn('LOGICAL_MISPLACED', keysOf(node).get('logicalType') ?? node.origin, {
    message: `Avro ignores "logicalType" here: it stands beside the field's type, not in it.`,
    fix: misplaced.fix,
  });
}

function enumParts(
  node: JsonRecord,
  scope: Scope,
): { symbols: string[]; symbolOrigins: Origin[]; default: string | undefined } {
  const { problems } = scope.parser;
  if (node.entries.get('symbols')?.kind !== 'list') {
    const { origin = node.origin, ...meant } = meantFor(node, 'symbols');
    problems.error('SYMBOLS_MISSING', origin, {
      message: 'This enum has no list of "symbols".',
      ...meant,
    });
    return { symbols: [], symbolOrigins: [], default: undefined };
  }
  const listed = strings(node, 'symbols', scope);
  for (const [index, { value, origin }] of listed.entries()) {
    scope.parser.names.refuses({ what: 'symbol', name: value }, origin);
    if (listed.findIndex((other) => other.value === value) !== index) {
      problems.error('SYMBOL_DUPLICATE', origin, { message: `The enum lists ${value} twice.` });
    }
  }
  const symbols = listed.map(({ value }) => value);
  const fallback = node.entries.get('default');
  const symbol = stringOf(fallback);
  if (fallback !== undefined && (symbol === undefined || !symbols.includes(symbol))) {
    const message = `The enum's default must be one of its symbols: ${symbols.join(', ')}.`;
    // What is no string Java passes over: it accepts the schema, without a default.
    if (symbol === undefined)
      problems.warn('ENUM_DEFAULT_INVALID', fallback.origin, {
        message: `${message} This is ignored.`,
      });
    else problems.error('ENUM_DEFAULT_INVALID', fallback.origin, { message });
  }
  return { symbols, symbolOrigins: listed.map(({ origin }) => origin), default: symbol };
}

function fixedParts(node: JsonRecord, { parser }: Scope): { size: number } {
  const size = node.entries.get('size');
  const value = toSize(size);
  if (value !== undefined) return { size: value };
  const { origin = size?.origin ?? node.origin, ...meant } = meantFor(node, 'size');
  parser.problems.error('SIZE_INVALID', origin, {
    message: 'A fixed needs a "size": a whole number of bytes, 0 or more.',
    ...meant,
  });
  return { size: 0 };
}

function toSize(size: JsonNode | undefined): number | undefined {
  const value = size?.kind === 'scalar' && !size.isFraction ? size.value : undefined;
  return typeof value === 'number' && value >= 0 && value <= 0x7fff_ffff ? value : undefined;
}
