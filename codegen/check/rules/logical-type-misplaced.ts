import type { Rule } from '../rule.js';

/** `logicalType` beside the type of a field. */
export const logicalTypeMisplaced: Rule<'ownField'> = {
  id: 'logical-type-misplaced',
  category: 'LINT',
  severity: 'warning',
  why: "Avro looks for logicalType within a type. Beside a field's type it means nothing: the value stays a plain number or text.",
  fix: 'Write it into the type: "type": {"type": "long", "logicalType": "timestamp-millis"}.',
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      doc: 'A click.',
      fields: [{ name: 'at', type: 'long', logicalType: 'timestamp-millis' }],
    },
    writer: 'null',
  },
  check({ field }) {
    const name = field.props.get('logicalType');
    if (typeof name !== 'string' || ('logical' in field.type && field.type.logical !== undefined))
      return undefined;
    const base = 'name' in field.type || field.type.kind === 'union' ? '…' : field.type.kind;
    return {
      message: `Avro ignores the logicalType ${name} of ${field.name}: it stands beside the type, not in it.`,
      fix: `Write "type": {"type": "${base}", "logicalType": "${name}"}.`,
      ...(base === '…' ? {} : { edit: { kind: 'nest-logical-type' } }),
    };
  },
};
