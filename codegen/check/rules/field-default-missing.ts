import type { Field } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** A field that the data lacks and that has no default. */
export const fieldDefaultMissing: Rule<'unfed'> = {
  id: 'field-default-missing',
  category: 'WIRE',
  severity: 'error',
  java: 'READER_FIELD_MISSING_DEFAULT_VALUE',
  why: 'Data without the field exists, and the reader has nothing to put in its place.',
  fix: 'Give the field a default.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    writer: { type: 'record', name: 'Click', fields: [] },
  },
  check({ field, reader, writer }) {
    if (field.default !== undefined || matchingName(field, writer.fields) !== undefined)
      return undefined;
    return {
      message: `The reader's field ${field.name} of ${reader.name} has no default, and the writer does not have the field.`,
      fix: fixFor(field),
      ...(isNullable(field) ? { edit: { kind: 'null-first' } } : {}),
    };
  },
};

/** Whether a field may be null. */
export function isNullable({ type }: Field): boolean {
  return type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null');
}

function fixFor(field: Field): string {
  const { name, type } = field;
  if (isNullable(field)) {
    const isFirst = type.kind === 'union' && type.branches[0]?.kind === 'null';
    return `Add "default": null${isFirst ? '' : ' and put "null" first in the union'}.`;
  }
  return `Give ${name} a default, or make it nullable: "type": ["null", …], "default": null.`;
}

/** The name or alias of a field under which one of the others is known. */
export function matchingName(field: Field, others: readonly Field[]): string | undefined {
  return [field.name, ...field.aliases].find((name) => others.some((other) => other.name === name));
}
