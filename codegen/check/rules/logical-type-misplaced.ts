import { printJson } from '../../../runtime/json.js';
import { misplacedLogical } from '../../model/misplaced-logical.js';
import type { Rule } from '../rule.js';

/** `logicalType` beside the type of a field. */
export const logicalTypeMisplaced: Rule<'ownField'> = {
  id: 'logical-type-misplaced',
  category: 'LINT',
  severity: 'warning',
  why: "Avro looks for logicalType within a type. Beside a field's type it means nothing: the value stays a plain number or text.",
  fix: 'Write it into the type: "type": {"type": "long", "logicalType": "timestamp-millis"}; of a union into its branch, of an array into its items.',
  example: {
    reader: {
      type: 'record',
      name: 'Click',
      doc: 'A click.',
      fields: [{ name: 'at', type: 'long', logicalType: 'timestamp-millis' }],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Click',
        doc: 'A click.',
        fields: [{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }],
      },
    ],
  },
  check({ field }) {
    const misplaced = misplacedLogical(field.type, field.props);
    if (misplaced === undefined) return undefined;
    const { fix, into } = misplaced;
    const name = printJson(field.props.get('logicalType') ?? null);
    return {
      message: `Avro ignores the logicalType ${name} of ${field.name}: it stands beside the type, not in it.`,
      fix,
      ...(into === undefined ? {} : { edit: { kind: 'nest-logical-type', into } }),
    };
  },
};
