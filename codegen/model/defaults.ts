/** Checks every default of every field against its type, as Java 1.12.1 does. */
import { defaultBytes, floatingText } from '../../runtime/schema/default.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import { jsonName } from './cases.js';
import { DefaultSizes } from './default-size.js';
import { type JsonNode, type JsonRecord, type JsonScalar, stringOf } from './json.js';
import { MAX_DEFAULT_VALUES } from './limits.js';
import type { SchemaFile, SharingOptions } from './parse.js';
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
  options: SharingOptions,
): void {
  const seen = new Set<Schema>();
  const sizes = new DefaultSizes();
  for (const { root } of files) {
    if (root === undefined) continue;
    visit(
      root,
      (schema) => {
        if (schema.kind !== 'record') return;
        const check = new DefaultCheck(schema);
        for (const field of schema.fields ?? [])
          if (!isShared(schema, field, options))
            checkField(schema, field, { problems, options, sizes, check });
      },
      seen,
    );
  }
}

/** A field from elsewhere was checked there. */
function isShared(record: RecordSchema, field: Field, { sharedField }: SharingOptions): boolean {
  return sharedField !== undefined && field.origin.source !== record.origin.source;
}

interface Tools {
  readonly problems: Problems;
  readonly options: SharingOptions;
  readonly sizes: DefaultSizes;
  readonly check: DefaultCheck;
}

function checkField(record: RecordSchema, field: Field, tools: Tools): void {
  const { problems, options, sizes, check } = tools;
  const { defaultNode: node } = field;
  if (node === undefined) return;
  const firstBranch =
    field.type.kind === 'union' && options.unionDefault === 'first'
      ? field.type.branches[0]
      : undefined;
  const fits = check.fits(firstBranch ?? field.type, node) || isQuotedFloat(field.type, node);
  const where = `The default of ${record.name}.${field.name}`;
  if (!fits) {
    const message = `${where} is no ${typeWords(firstBranch ?? field.type)}.`;
    const fix = fixFor(field.type, node);
    if (options.role === 'history')
      problems.warn('DEFAULT_INVALID', node.origin, { message, ...fix });
    else problems.error('DEFAULT_INVALID', node.origin, { message, ...fix });
  } else if (options.role !== 'history' && sizes.of(field.type, node) > MAX_DEFAULT_VALUES) {
    problems.error('DEFAULT_TOO_LARGE', node.origin, {
      message: `${where} stands for over ${MAX_DEFAULT_VALUES} values, by defaults within defaults.`,
      fix: 'Make some of the records nullable, with null as default.',
    });
  } else if (defaultBytes(field) === undefined) {
    // Java takes these and fails when the default is needed: a symbol that the enum lacks, bytes
    // over U+00FF, a fixed of another size.
    problems.warn('DEFAULT_UNUSABLE', node.origin, {
      message: `${where} cannot be encoded as ${typeWords(field.type)}: data that needs it will not decode.`,
    });
  }
}

/** Java's `Schema.isValidDefault`, for the fields of one record. */
class DefaultCheck {
  private readonly record: RecordSchema;
  /** Unions within unions would ask the same again and again. */
  private readonly known = new Map<Schema, Map<JsonNode, boolean>>();

  constructor(record: RecordSchema) {
    this.record = record;
  }

  fits(schema: Schema, node: JsonNode): boolean {
    switch (schema.kind) {
      case 'array':
        return node.kind === 'list' && node.items.every((item) => this.fits(schema.items, item));
      case 'map':
        return (
          node.kind === 'object' &&
          [...node.entries.values()].every((item) => this.fits(schema.values, item))
        );
      case 'union':
        return schema.branches.some((branch) => this.fits(branch, node));
      case 'record':
        return node.kind === 'object' && this.fitsRecord(schema, node);
      default:
        return isPlainDefault(schema, node.kind === 'scalar' ? node.value : undefined, node);
    }
  }

  private fitsRecord(schema: RecordSchema, node: JsonRecord): boolean {
    const answers = this.known.get(schema) ?? new Map<JsonNode, boolean>();
    this.known.set(schema, answers);
    const known = answers.get(node);
    if (known !== undefined) return known;
    // A default that leads back to itself has no end.
    answers.set(node, false);
    const fits = schema.fields.every((field) => {
      const given = node.entries.get(field.name);
      if (given !== undefined) return this.fits(field.type, given);
      // Java does not know the defaults of a record that is still being read.
      if (field.defaultNode === undefined || schema === this.record) return false;
      return this.fits(field.type, field.defaultNode);
    });
    answers.set(node, fits);
    return fits;
  }
}

function isPlainDefault(
  schema: Schema,
  value: JsonScalar['value'] | undefined,
  node: JsonNode,
): boolean {
  switch (schema.kind) {
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
      return value === null;
    default:
      return typeof value === 'string';
  }
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
  const [key, ...others] = node.kind === 'object' ? node.entries.keys() : [];
  const names = schema.kind === 'union' ? schema.branches.map(jsonName) : [];
  if (key !== undefined && others.length === 0 && names.includes(key))
    return { fix: `Write the value without {"${key}": …} around it, which is for data in JSON.` };
  if (node.kind === 'scalar' && node.value === null)
    return { fix: 'Add "null" to a union with the type, and put it first.' };
  return {};
}
