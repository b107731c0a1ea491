/** Findings of the gate in the words of Confluent's registry, which some tools take apart. */
import type { Finding } from '../../codegen/check/finding.js';
import type { JavaType } from '../../codegen/check/rule.js';

/** BACKWARD: the new schema reads old data. FORWARD: the old schema reads new data. */
export type Direction = 'BACKWARD' | 'FORWARD';

interface Sides {
  readonly reader: string;
  readonly writer: string;
  readonly path: string;
  readonly field: string;
}

const DESCRIPTIONS: Readonly<Record<JavaType, (sides: Sides) => string>> = {
  FIXED_SIZE_MISMATCH: ({ reader, writer, path }) =>
    `The size of FIXED type field at path '${path}' in the ${reader} schema does not match with the ${writer} schema`,
  MISSING_ENUM_SYMBOLS: ({ reader, writer, path }) =>
    `The ${reader} schema is missing enum symbols at path '${path}' in the ${writer} schema`,
  MISSING_UNION_BRANCH: ({ reader, writer, path }) =>
    `The ${reader} schema is missing a type inside a union field at path '${path}' in the ${writer} schema`,
  NAME_MISMATCH: ({ path }) => `The name of the schema has changed (path '${path}')`,
  READER_FIELD_MISSING_DEFAULT_VALUE: ({ reader, writer, path, field }) =>
    `The field '${field}' at path '${path}' in the ${reader} schema has no default value and is missing in the ${writer} schema`,
  TYPE_MISMATCH: ({ reader, writer, path }) =>
    `The type (path '${path}') of a field in the ${reader} schema does not match with the ${writer} schema`,
};

/** `{errorType:'…', description:'…', additionalInfo:'…'}`: what looks like JSON there is none. */
export function explain({ rule, java, path, message }: Finding, direction: Direction): string {
  const isBackward = direction === 'BACKWARD';
  const sides = {
    reader: isBackward ? 'new' : 'old',
    writer: isBackward ? 'old' : 'new',
    path: java?.location ?? `/${path}`,
    field: path.slice(path.lastIndexOf('.') + 1),
  };
  const type = java?.type ?? rule.replaceAll('-', '_').toUpperCase();
  const description =
    java === undefined
      ? `The ${sides.reader} schema cannot read what the ${sides.writer} schema writes at '${path}'`
      : DESCRIPTIONS[java.type](sides);
  return `{errorType:'${type}', description:'${description}', additionalInfo:'${message}'}`;
}
