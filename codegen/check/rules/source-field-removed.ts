import { lowerFirst } from '../../../runtime/words.js';
import { heirOf, renameFix, renamesOf } from '../renames.js';
import type { Rule } from '../rule.js';

/** A field that generated types no longer have. */
export const sourceFieldRemoved: Rule<'skipped'> = {
  id: 'source-field-removed',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that uses the field no longer compiles.',
  fix: 'Change the code that uses it; the compiler lists the places.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [] },
    writer: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    repaired: [],
    code: {
      before: 'const text = (click: Click): string => click.url;',
      after: "const text = (_: Click): string => 'a click';",
    },
  },
  check({ field, reader, writer }) {
    const message = `${reader.name} no longer has the field ${field.name}.`;
    const heir = heirOf(field, renamesOf(reader, writer));
    if (heir === undefined) return message;
    const { fix } = renameFix(...heir);
    return {
      message,
      fix: `Renamed to ${heir[0].name}? Then ${lowerFirst(fix)} If not, change the code that uses it; the compiler lists the places.`,
    };
  },
};
