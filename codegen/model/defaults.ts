/** Checks every default of every field against its type, as Java 1.12.1 does. */
import { defaultBytes, floatingText } from '../../runtime/default.js';
import { isPrimitive } from '../../runtime/schema.js';
import { type JsonNode, stringOf } from './json.js';
import type { ParseOptions, SchemaFile } from './parse.js';
import type { Problems } from './problem.js';
import { type Field, type RecordSchema, type Schema, visit } from './schema.js';

const INT_MIN = -2_147_483_648;
const INT_MAX = 2_147_483_647;
const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** Reports defaults that are no value of their field's type. */
export function checkDefaults(
  files: readonly SchemaFile[],
  problems: Problems,
  options: ParseOptions,
): void {
  const seen = new Set<Schema>();
  for (const { root } of files) {
    if (root === undefined) continue;
    visit(
      root,
      (schema) => {
        if (schema.kind !== 'record') return;
        for (const field of schema.fields ?? []) checkField(schema, field, { problems, options });
      },
      seen,
    );
  }
}

function checkField(
  record: RecordSchema,
  field: Field,
  { problems, options }: { problems: Problems; options: ParseOptions },
): void {
  const { defaultNode: node } = field;
  if (node === undefined) return;
  const firstBranch =
    field.type.kind === 'union' && options.unionDefault === 'first'
      ? field.type.branches[0]
      : undefined;
  const fits =
    isDefault(firstBranch ?? field.type, node, new Set([record])) ||
    isQuotedFloat(field.type, node);
  const where = `The default of ${record.name}.${field.name}`;
  if (!fits) {
    const message = `${where} is no ${typeWords(firstBranch ?? field.type)}.`;
    const fix = fixFor(field.type, node);
    if (options.role === 'history')
      problems.warn('DEFAULT_INVALID', node.origin, { message, ...fix });
    else problems.error('DEFAULT_INVALID', node.origin, { message, ...fix });
  } else if (defaultBytes(field) === undefined) {
    // Java takes these and fails when the default is needed: a symbol that the enum lacks, bytes
    // over U+00FF, a fixed of another size.
    problems.warn('DEFAULT_UNUSABLE', node.origin, {
      message: `${where} cannot be encoded as ${typeWords(field.type)}: data that needs it will not decode.`,
    });
  }
}

/** Java's `Schema.isValidDefault`. */
function isDefault(schema: Schema, node: JsonNode, within: ReadonlySet<Schema>): boolean {
  const value = node.kind === 'scalar' ? node.value : undefined;
  switch (schema.kind) {
    case 'string':
    case 'bytes':
    case 'enum':
    case 'fixed':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'number' && isWhole(node) && value >= INT_MIN && value <= INT_MAX;
    case 'long':
      if (typeof value === 'bigint') return value >= LONG_MIN && value <= LONG_MAX;
      return typeof value === 'number' && isWhole(node);
    case 'float':
    case 'double':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return node.kind === 'scalar' && value === null;
    case 'array':
      return (
        node.kind === 'list' && node.items.every((item) => isDefault(schema.items, item, within))
      );
    case 'map':
      return (
        node.kind === 'object' &&
        [...node.entries.values()].every((item) => isDefault(schema.values, item, within))
      );
    case 'union':
      return schema.branches.some((branch) => isDefault(branch, node, within));
    case 'record':
      return isRecordDefault(schema, node, within);
  }
}

function isRecordDefault(
  schema: RecordSchema,
  node: JsonNode,
  within: ReadonlySet<Schema>,
): boolean {
  if (node.kind !== 'object') return false;
  return schema.fields.every((field) => {
    const given = node.entries.get(field.name);
    if (given !== undefined) return isDefault(field.type, given, within);
    // A default that leads back to its own record has no end.
    if (field.defaultNode === undefined || within.has(schema)) return false;
    return isDefault(field.type, field.defaultNode, new Set(within).add(schema));
  });
}

function isWhole(node: JsonNode): boolean {
  return node.kind === 'scalar' && !node.isFraction;
}

/** Java reads a number in quotes as the default of a float or double field. */
function isQuotedFloat(schema: Schema, node: JsonNode): boolean {
  const text = stringOf(node);
  if ((schema.kind !== 'float' && schema.kind !== 'double') || text === undefined) return false;
  return floatingText(text) !== undefined;
}

function typeWords(schema: Schema): string {
  if (schema.kind === 'union')
    return `value of ${schema.branches.map(typeWords).join(' or ') || 'an empty union'}`;
  if (isPrimitive(schema.kind)) return schema.kind;
  return 'name' in schema ? `${schema.kind} ${schema.name}` : schema.kind;
}

function fixFor(schema: Schema, node: JsonNode): { fix?: string } {
  if (stringOf(node) === 'null' && schema.kind === 'union')
    return { fix: 'Write null without quotes.' };
  if (node.kind === 'scalar' && node.value === null)
    return { fix: 'Add "null" to a union with the type, and put it first.' };
  return {};
}
