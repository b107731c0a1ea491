/** What building a part of a schema needs: where it stands, and what all parts share. */
import type { Json } from '../../runtime/json.js';
import { meantLogical } from './foreign-types.js';
import { type JsonNode, type JsonRecord, keysOf, stringOf, toJson } from './json.js';
import { type LogicalReading, type LogicalType, readLogical } from './logical.js';
import { attributesOf, type Misspelt, misspeltIn, sentenceOn } from './misspelt.js';
import type { FileParser } from './parse.js';
import type { Schema } from './schema.js';
import { readSemantic, SEMANTIC_KEY } from './semantic.js';
import type { Origin } from './source-text.js';

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
  /** Builds the type of a part, or reports why there is none. */
  readonly buildType: (node: JsonNode, scope: Scope) => Schema | undefined;
}

export const FIELD_KEYS = new Set(['name', 'type', 'doc', 'default', 'order', 'aliases']);
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

const ENUM_KEYS = new Set([...TYPE_KEYS, 'default']);

/** Properties other than those that Avro gives a meaning to. */
export function propsOf(node: JsonRecord, known: ReadonlySet<string>): ReadonlyMap<string, Json> {
  let props: Map<string, Json> | undefined;
  for (const [key, value] of node.entries) {
    if (known.has(key)) continue;
    props ??= new Map();
    props.set(key, toJson(value));
  }
  return props ?? NO_PROPS;
}

/** Most parts have none, and there are many parts. */
const NO_PROPS: ReadonlyMap<string, Json> = new Map();

/** What a part of a schema has of which nothing is said. */
export const BARE = { props: NO_PROPS, misspelt: undefined };

/** What all parts share: place, other properties, logical type. */
export function described(
  node: JsonRecord,
  base: { kind: string; size?: number },
  { parser }: Scope,
  origin: Origin = node.origin,
): {
  origin: Origin;
  props: ReadonlyMap<string, Json>;
  logical: LogicalType | undefined;
  misspelt: readonly Misspelt[] | undefined;
} {
  const props = propsOf(node, base.kind === 'enum' ? ENUM_KEYS : TYPE_KEYS);
  const reading = readLogical(base, props) ?? semantic(node, base, { props, parser });
  if (reading !== undefined && 'ignored' in reading && props.has('logicalType')) {
    const code = reading.ignored === 'unknown' ? 'LOGICAL_UNKNOWN' : 'LOGICAL_INVALID';
    const name = stringOf(node.entries.get('logicalType'));
    const meant = reading.ignored === 'unknown' && name !== undefined ? meantLogical(name) : '';
    parser.problems.warn(code, keysOf(node).get('logicalType') ?? node.origin, {
      message: `${reading.why} Avro ignores it and uses the ${base.kind}.${meant}`,
    });
  }
  return {
    origin,
    props,
    logical: reading !== undefined && 'type' in reading ? reading.type : undefined,
    ...warnMisspelt(node, { props, attributes: attributesOf(base.kind), parser }),
  };
}

/** Warns of attributes that are nearly Avro's, and keeps them for the rules. */
export function warnMisspelt(
  node: JsonRecord,
  {
    props,
    attributes,
    parser,
  }: { props: ReadonlyMap<string, Json>; attributes: readonly string[]; parser: FileParser },
): { misspelt: readonly Misspelt[] | undefined } {
  if (props.size === 0) return { misspelt: undefined };
  const misspelt = misspeltIn(node, props.keys(), attributes);
  for (const one of misspelt ?? [])
    parser.problems.warn('ATTRIBUTE_UNKNOWN', one.origin, { message: sentenceOn(one) });
  return { misspelt };
}

/** A name of Kafka Connect, where the project counts it. */
function semantic(
  node: JsonRecord,
  base: { kind: string; size?: number },
  { props, parser }: { props: ReadonlyMap<string, Json>; parser: FileParser },
): LogicalReading | undefined {
  const reading = readSemantic(base, props, parser.semantics);
  if (reading !== undefined && 'ignored' in reading)
    parser.problems.warn('SEMANTIC_INVALID', keysOf(node).get(SEMANTIC_KEY) ?? node.origin, {
      message: `${reading.why} It is shown as the ${base.kind}.`,
    });
  return reading;
}

/** A list of strings under a key; anything else is a problem. */
export function strings(
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
