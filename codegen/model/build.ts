/** JSON nodes -> schema parts. Names are declared already; this links them. */
import type { Json } from '../../runtime/json.js';
import { isPrimitive, namespaceOf, qualify } from '../../runtime/schema.js';
import { type JsonNode, type JsonRecord, stringOf, toJson } from './json.js';
import { type LogicalType, readLogical } from './logical.js';
import { explainName, isName } from './names.js';
import type { FileParser } from './parse.js';
import type { Field, NamedSchema, Schema } from './schema.js';
import { isNamed } from './schema.js';
import { type Origin, placeOf, printPlace } from './source-text.js';

/** A named type that is declared and perhaps not filled yet; filling it makes it a NamedSchema. */
export interface Shell {
  readonly kind: string;
  readonly name: string;
  readonly origin: Origin;
  readonly isError: boolean;
}

/** Where a part of a schema is built. */
export interface Scope {
  readonly parser: FileParser;
  readonly namespace: string;
}

/** The schema that a JSON node describes, or `undefined` with a problem reported. */
export function buildType(node: JsonNode, scope: Scope): Schema | undefined {
  if (node.kind === 'list') return buildUnion(node.items, node.origin, scope);
  if (node.kind === 'scalar') return buildReference(node, scope);
  const type = node.entries.get('type');
  const name = stringOf(type);
  if (type === undefined || name === undefined) {
    scope.parser.problems.error(
      type === undefined ? 'TYPE_MISSING' : 'TYPE_INVALID',
      type?.origin ?? node.origin,
      {
        message:
          type === undefined ? 'This has no "type".' : 'A "type" within an object must be a name.',
        ...(type === undefined
          ? {}
          : { fix: `Write the inner type in place of the object around it.` }),
      },
    );
    // Problems within are worth reporting in the same run.
    if (type !== undefined) buildType(type, scope);
    return undefined;
  }
  switch (name) {
    case 'array':
    case 'map':
      return buildContainer(node, name, scope);
    case 'record':
    case 'error':
    case 'enum':
    case 'fixed':
      return buildNamed(node, scope);
    default:
      return isPrimitive(name)
        ? { kind: name, ...described(node, { kind: name }, scope) }
        : buildReference(type, scope);
  }
}

function buildReference(node: JsonNode, { parser, namespace }: Scope): Schema | undefined {
  const name = stringOf(node);
  if (name === undefined) {
    parser.problems.error('TYPE_INVALID', node.origin, {
      message: 'A type is a name, an object or a list.',
    });
    return undefined;
  }
  if (isPrimitive(name))
    return { kind: name, origin: node.origin, props: new Map(), logical: undefined };
  const shell = parser.lookUp(name, namespace);
  if (shell === undefined) {
    const similar = parser.similar(name);
    parser.problems.error('TYPE_UNKNOWN', node.origin, {
      message: `Nothing defines the type ${qualify(name, namespace)}.`,
      fix:
        name === 'array' ||
        name === 'map' ||
        name === 'record' ||
        name === 'enum' ||
        name === 'fixed'
          ? `Put it one level deeper: "type": {"type": "${name}", …}.`
          : similar === undefined
            ? 'Add the file that defines it, or correct the name.'
            : `Did you mean ${similar}?`,
    });
    return undefined;
  }
  // Safe: linking fills every shell before anyone but this pass sees it (or reports a problem).
  return shell as unknown as NamedSchema;
}

function buildUnion(items: readonly JsonNode[], origin: Origin, scope: Scope): Schema | undefined {
  const branches: Schema[] = [];
  const seen = new Map<string, Origin>();
  let isWhole = true;
  for (const item of items) {
    const branch = buildType(item, scope);
    if (branch === undefined) {
      isWhole = false;
      continue;
    }
    const key = isNamed(branch) ? branch.name : branch.kind;
    const first = seen.get(key);
    if (branch.kind === 'union') {
      scope.parser.problems.error('UNION_NESTED', item.origin, {
        message: 'A union may not hold a union directly.',
        fix: 'Put the inner branches into the outer union.',
      });
    } else if (first !== undefined) {
      scope.parser.problems.error('UNION_DUPLICATE', item.origin, {
        message: `The union has two branches ${key}; the first is at ${printPlace(placeOf(first))}.`,
        fix: 'Only records, enums and fixed may occur several times, under different names.',
      });
    }
    seen.set(key, item.origin);
    branches.push(branch);
  }
  return isWhole ? { kind: 'union', branches, origin, props: new Map() } : undefined;
}

function buildContainer(node: JsonRecord, kind: 'array' | 'map', scope: Scope): Schema | undefined {
  const key = kind === 'array' ? 'items' : 'values';
  const inner = node.entries.get(key);
  if (inner === undefined) {
    scope.parser.problems.error('ITEMS_MISSING', node.origin, {
      message: `This ${kind} has no "${key}".`,
    });
    return undefined;
  }
  const type = buildType(inner, scope);
  if (type === undefined) return undefined;
  const rest = described(node, { kind }, scope);
  return kind === 'array' ? { kind, items: type, ...rest } : { kind, values: type, ...rest };
}

function buildNamed(node: JsonRecord, scope: Scope): Schema | undefined {
  const shell = scope.parser.shells.get(node);
  if (shell === undefined) return undefined;
  const inner = { ...scope, namespace: namespaceOf(shell.name) };
  const aliases = strings(node, 'aliases', inner).flatMap(({ value, origin }) => {
    const alias = qualify(value, inner.namespace);
    if (alias.split('.').every(isName)) return [alias];
    nameProblem(
      scope,
      origin,
      `The alias ${JSON.stringify(value)} cannot be used: ${explainName(value)}.`,
    );
    return [];
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
  const doc = stringOf(node.entries.get('doc'));
  // Safe: the shell is the object that references already point to; here it becomes the whole type.
  return Object.assign(
    shell,
    { aliases, doc },
    parts,
    described(node, base, scope, shell.origin),
  ) as unknown as NamedSchema;
}

function recordParts(node: JsonRecord, scope: Scope): { fields: readonly Field[] } {
  const list = node.entries.get('fields');
  if (list?.kind !== 'list') {
    scope.parser.problems.error('FIELDS_MISSING', list?.origin ?? node.origin, {
      message: 'This record has no list of "fields".',
      fix: 'Add "fields": [], with the fields in it if there are any.',
    });
    return { fields: [] };
  }
  const seen = new Map<string, Origin>();
  const fields = list.items.flatMap((item) => buildField(item, scope) ?? []);
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

const ORDERS = ['ascending', 'descending', 'ignore'] as const;

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
  if (!isName(name))
    nameProblem(
      scope,
      origin,
      `The field name ${JSON.stringify(name)} cannot be used: ${explainName(name)}.`,
    );
  const typeNode = node.entries.get('type');
  if (typeNode === undefined) {
    problems.error('TYPE_MISSING', node.origin, { message: `The field ${name} has no "type".` });
    return undefined;
  }
  const type = buildType(typeNode, scope);
  const given = stringOf(node.entries.get('order'));
  const order = ORDERS.find((known) => known === given?.toLowerCase());
  if (given !== undefined && order === undefined) {
    problems.error('ORDER_INVALID', node.entries.get('order')?.origin ?? origin, {
      message: `The order of ${name} is ${ORDERS.join(', ')}, not ${JSON.stringify(given)}.`,
    });
  }
  const aliases = strings(node, 'aliases', scope).map(({ value }) => value);
  if (type === undefined) return undefined;
  warnMisplacedLogical(node, type, scope);
  const defaultNode = node.entries.get('default');
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
    props: propsOf(node, FIELD_KEYS),
  };
}

/** `logicalType` beside a field's type means nothing to Avro, and everything to whoever wrote it. */
function warnMisplacedLogical(node: JsonRecord, type: Schema, { parser }: Scope): void {
  const key = node.keys.get('logicalType');
  const name = stringOf(node.entries.get('logicalType'));
  if (key === undefined || ('logical' in type && type.logical !== undefined)) return;
  const base = isNamed(type) || type.kind === 'union' ? '…' : type.kind;
  parser.problems.warn('LOGICAL_MISPLACED', key, {
    message: `Avro ignores "logicalType" here: it stands beside the field's type, not in it.`,
    fix: `Write "type": {"type": "${base}", "logicalType": ${JSON.stringify(name ?? '…')}}.`,
  });
}

function enumParts(
  node: JsonRecord,
  scope: Scope,
): { symbols: string[]; symbolOrigins: Origin[]; default: string | undefined } {
  const { problems } = scope.parser;
  if (node.entries.get('symbols')?.kind !== 'list') {
    problems.error('SYMBOLS_MISSING', node.origin, {
      message: 'This enum has no list of "symbols".',
    });
    return { symbols: [], symbolOrigins: [], default: undefined };
  }
  const listed = strings(node, 'symbols', scope);
  for (const [index, { value, origin }] of listed.entries()) {
    if (!isName(value))
      nameProblem(
        scope,
        origin,
        `The symbol ${JSON.stringify(value)} cannot be used: ${explainName(value)}.`,
      );
    if (listed.findIndex((other) => other.value === value) !== index) {
      problems.error('SYMBOL_DUPLICATE', origin, { message: `The enum lists ${value} twice.` });
    }
  }
  const symbols = listed.map(({ value }) => value);
  const fallback = node.entries.get('default');
  const symbol = stringOf(fallback);
  if (fallback !== undefined && (symbol === undefined || !symbols.includes(symbol))) {
    problems.error('ENUM_DEFAULT_INVALID', fallback.origin, {
      message: `The enum's default must be one of its symbols: ${symbols.join(', ')}.`,
    });
  }
  return { symbols, symbolOrigins: listed.map(({ origin }) => origin), default: symbol };
}

function fixedParts(node: JsonRecord, { parser }: Scope): { size: number } {
  const size = node.entries.get('size');
  const value = size?.kind === 'scalar' && !size.isFraction ? size.value : undefined;
  if (typeof value === 'number' && value >= 0 && value <= 0x7fff_ffff) return { size: value };
  parser.problems.error('SIZE_INVALID', size?.origin ?? node.origin, {
    message: 'A fixed needs a "size": a whole number of bytes, 0 or more.',
  });
  return { size: 0 };
}

/** A list of strings under a key; anything else is a problem. */
function strings(
  node: JsonRecord,
  key: string,
  { parser }: Scope,
): { value: string; origin: Origin }[] {
  const list = node.entries.get(key);
  if (list === undefined) return [];
  const code = key === 'symbols' ? 'SYMBOL_INVALID' : 'ALIAS_INVALID';
  if (list.kind !== 'list') {
    parser.problems.error(code, list.origin, { message: `"${key}" is a list of strings.` });
    return [];
  }
  return list.items.flatMap((item) => {
    const value = stringOf(item);
    if (value !== undefined) return [{ value, origin: item.origin }];
    parser.problems.error(code, item.origin, { message: `"${key}" holds strings only.` });
    return [];
  });
}

function nameProblem({ parser }: Scope, origin: Origin, message: string): void {
  if (parser.isHistory) parser.problems.warn('NAME_INVALID', origin, { message });
  else parser.problems.error('NAME_INVALID', origin, { message });
}

const FIELD_KEYS = new Set(['name', 'type', 'doc', 'default', 'order', 'aliases']);
const TYPE_KEYS = new Set([
  'type',
  'name',
  'namespace',
  'doc',
  'aliases',
  'fields',
  'symbols',
  'items',
  'values',
  'size',
]);

function propsOf(node: JsonRecord, known: ReadonlySet<string>): Map<string, Json> {
  const props = new Map<string, Json>();
  for (const [key, value] of node.entries) if (!known.has(key)) props.set(key, toJson(value));
  return props;
}

/** What all parts share: place, other properties, logical type. */
function described(
  node: JsonRecord,
  base: { kind: string; size?: number },
  { parser }: Scope,
  origin: Origin = node.origin,
): { origin: Origin; props: Map<string, Json>; logical: LogicalType | undefined } {
  const props = propsOf(node, TYPE_KEYS);
  if (base.kind === 'enum') props.delete('default');
  const reading = readLogical(base, props);
  if (reading !== undefined && 'ignored' in reading) {
    const code = reading.ignored === 'unknown' ? 'LOGICAL_UNKNOWN' : 'LOGICAL_INVALID';
    parser.problems.warn(code, node.keys.get('logicalType') ?? node.origin, {
      message: `${reading.why} Avro ignores it and uses the ${base.kind}.`,
    });
  }
  return {
    origin,
    props,
    logical: reading !== undefined && 'type' in reading ? reading.type : undefined,
  };
}
