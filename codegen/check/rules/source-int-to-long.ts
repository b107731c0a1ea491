import type { Rule } from '../rule.js';
import { isLongForNumber, shown } from './source-field-retyped.js';

/** A number that becomes a bigint. */
export const sourceIntToLong: Rule<'field'> = {
  id: 'source-int-to-long',
  category: 'SOURCE',
  severity: 'warning',
  why: 'A long is a bigint, which does not mix with numbers: arithmetic and comparisons with numbers no longer compile. It does not apply where the project shows longs as numbers.',
  fix: 'Change the code that uses it, or show the field as a number: "longs": {"fields": {"<record>.<field>": "number"}} in tavro.json.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'n', type: 'long' }] },
    writer: { type: 'record', name: 'Click', fields: [{ name: 'n', type: 'int' }] },
    repaired: [],
    code: {
      before: 'const next = (click: Click): number => click.n + 1;',
      after: 'const next = (click: Click): bigint => click.n + 1n;',
    },
  },
  check({ reader, writer }) {
    const [to, from] = [shown(reader.type), shown(writer.type)];
    return isLongForNumber(to, from) ? `${reader.name} was ${from} and becomes ${to}.` : undefined;
  },
};
