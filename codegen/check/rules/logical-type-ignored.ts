import { type Json, printJson } from '../../../runtime/json.js';
import { meantLogical } from '../../model/foreign-types.js';
import { readLogical } from '../../model/logical.js';
import type { Rule } from '../rule.js';

/** A logical type that Avro does not know, or not on this base. */
export const logicalTypeIgnored: Rule<'ownType'> = {
  id: 'logical-type-ignored',
  category: 'LINT',
  severity: 'warning',
  why: 'Avro ignores a logical type that it does not know or that cannot stand on this type. What people read in the schema is then not what programs get.',
  fix: 'Correct the logical type or its arguments, or remove it.',
  example: {
    reader: { type: 'long', logicalType: 'date' },
    writer: 'null',
    repaired: [{ type: 'long', logicalType: 'timestamp-millis' }, 'long'],
  },
  check({ schema }) {
    if (schema.kind === 'union' || schema.logical !== undefined) return undefined;
    const name = schema.props.get('logicalType');
    if (name === undefined) return undefined;
    const reading = readLogical(schema, schema.props);
    if (reading !== undefined && 'ignored' in reading)
      return `${reading.why}${meant(reading, name)}`;
    return `The logical type ${printJson(name)} is ignored.`;
  },
};

function meant({ ignored }: { readonly ignored: string }, name: Json): string {
  return ignored === 'unknown' && typeof name === 'string' ? meantLogical(name) : '';
}
