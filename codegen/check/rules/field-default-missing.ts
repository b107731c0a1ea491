import { lowerFirst } from '../../../runtime/words.js';
import type { Field } from '../../model/schema.js';
import { keepFix, type Renames, renameFix, renameOf, renamesOf } from '../renames.js';
import type { Complaint, Rule } from '../rule.js';

/** A field that the data lacks and that has no default. */
export const fieldDefaultMissing: Rule<'unfed'> = {
  id: 'field-default-missing',
  category: 'WIRE',
  severity: 'error',
  java: 'READER_FIELD_MISSING_DEFAULT_VALUE',
  why: 'Data without the field exists, and the reader has nothing to put in its place.',
  fix: 'Give the field a default, or make it nullable: "type": ["null", …], "default": null. If it is a field of the writer under another name, add that to its aliases.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    writer: { type: 'record', name: 'Click', fields: [] },
    repaired: [
      { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string', default: '' }] },
      {
        type: 'record',
        name: 'Click',
        fields: [{ name: 'url', type: ['null', 'string'], default: null }],
      },
    ],
  },
  check({ field, reader, writer }) {
    if (field.default !== undefined || matchingName(field, writer.fields) !== undefined)
      return undefined;
    return {
      message: `The reader's field ${field.name} of ${reader.name} has no default, and the writer does not have the field.`,
      ...fixFor(field, renamesOf(reader, writer)),
      pastReader: keepFix(field, renameOf(field, renamesOf(reader, writer))),
    };
  },
};

/** Whether a field may be null. */
export function isNullable({ type }: Field): boolean {
  return type.kind === 'union' && type.branches.some(({ kind }) => kind === 'null');
}

/** A field that may have been another gets its default only when somebody says that it was not. */
function fixFor(field: Field, renames: Renames): Pick<Complaint, 'fix' | 'edit'> {
  const rename = renameOf(field, renames);
  if (rename === undefined)
    return {
      fix: defaultFix(field),
      ...(isNullable(field) && !renames.tied.has(field) ? { edit: { kind: 'null-first' } } : {}),
    };
  const { fix, edit } = renameFix(field, rename);
  return {
    fix: `Renamed from ${rename.source.name}? Then ${lowerFirst(fix)} If not: ${lowerFirst(defaultFix(field))}`,
    ...(edit === undefined ? {} : { edit }),
  };
}

function defaultFix(field: Field): string {
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
