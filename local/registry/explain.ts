/** Incompatibilities in the words of Confluent's registry, which some tools take apart. */
import type { Finding } from '../../codegen/check/finding.js';
import type { JavaIncompatibility } from '../../codegen/check/java.js';
import type { JavaType } from '../../codegen/check/rule.js';
import type { Schema } from '../../codegen/model/schema.js';

/** BACKWARD: the new schema reads old data. FORWARD: the old schema reads new data. */
export type Direction = 'BACKWARD' | 'FORWARD';

interface Words {
  readonly reader: 'new' | 'old';
  readonly writer: 'new' | 'old';
  /** JSON pointer into the reader. */
  readonly path: string;
  /** What Java's checker says besides the type. */
  readonly message: string;
}

const DESCRIPTIONS: Readonly<Record<JavaType, (words: Words) => string>> = {
  FIXED_SIZE_MISMATCH: ({ reader, writer, path }) =>
    `The size of FIXED type field at path '${path}' in the ${reader} schema does not match with the ${writer} schema`,
  MISSING_ENUM_SYMBOLS: ({ reader, writer, path, message }) =>
    `The ${reader} schema is missing enum symbols '${message}' at path '${path}' in the ${writer} schema`,
  MISSING_UNION_BRANCH: ({ reader, writer, path }) =>
    `The ${reader} schema is missing a type inside a union field at path '${path}' in the ${writer} schema`,
  NAME_MISMATCH: ({ path }) => `The name of the schema has changed (path '${path}')`,
  READER_FIELD_MISSING_DEFAULT_VALUE: ({ reader, writer, path, message }) =>
    `The field '${message}' at path '${path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`,
  TYPE_MISMATCH: ({ reader, writer, path }) =>
    `The type (path '${path}') of a field in the ${reader} schema does not match with the ${writer} schema`,
};

/** What Java's checker found. `{errorType:'…', …}`: what looks like JSON there is none. */
export function explain(found: JavaIncompatibility, direction: Direction): string {
  const message = messageOf(found);
  const words = { ...sidesOf(direction), path: found.location, message };
  return print(found.type, DESCRIPTIONS[found.type](words), message);
}

/** What Java's checker overlooks and its decoder refuses. */
export function explainFinding({ rule, path, message }: Finding, direction: Direction): string {
  const { reader, writer } = sidesOf(direction);
  const description = `The ${reader} schema cannot read what the ${writer} schema writes at '/${path}'`;
  return print(rule.replaceAll('-', '_').toUpperCase(), description, message);
}

function sidesOf(direction: Direction): Pick<Words, 'reader' | 'writer'> {
  return direction === 'BACKWARD'
    ? { reader: 'new', writer: 'old' }
    : { reader: 'old', writer: 'new' };
}

function print(type: string, description: string, message: string): string {
  return `{errorType:'${type}', description:'${description}', additionalInfo:'${message}'}`;
}

/** Source: Avro Java 1.12, `SchemaCompatibility`. */
function messageOf({ type, reader, writer, part }: JavaIncompatibility): string {
  const field = typeof part === 'object' ? part : undefined;
  switch (type) {
    case 'READER_FIELD_MISSING_DEFAULT_VALUE':
      return field?.name ?? '';
    case 'FIXED_SIZE_MISMATCH':
      return `expected: ${sizeOf(writer)}, found: ${sizeOf(reader)}`;
    case 'NAME_MISMATCH':
      return `expected: ${'name' in writer ? writer.name : writer.kind}`;
    case 'MISSING_ENUM_SYMBOLS': {
      const known = symbolsOf(reader);
      const missing = symbolsOf(writer).filter((symbol) => !known.includes(symbol));
      return `[${missing.sort().join(', ')}]`;
    }
    case 'MISSING_UNION_BRANCH': {
      const branch =
        writer.kind === 'union' && typeof part === 'number' ? writer.branches[part] : writer;
      return `reader union lacking writer type: ${kindOf(branch ?? writer)}`;
    }
    case 'TYPE_MISMATCH':
      return `reader type: ${kindOf(field?.type ?? reader)} not compatible with writer type: ${kindOf(writer)}`;
  }
}

function kindOf({ kind }: Schema): string {
  return kind.toUpperCase();
}

function sizeOf(schema: Schema): number {
  return schema.kind === 'fixed' ? schema.size : 0;
}

function symbolsOf(schema: Schema): readonly string[] {
  return schema.kind === 'enum' ? schema.symbols : [];
}
