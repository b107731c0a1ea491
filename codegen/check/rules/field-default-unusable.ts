import { defaultBytes } from '../../../runtime/schema/default.js';
import type { Rule } from '../rule.js';

/** A default that is needed and cannot be encoded. */
export const fieldDefaultUnusable: Rule<'unfed'> = {
  id: 'field-default-unusable',
  category: 'WIRE',
  severity: 'error',
  why: "The default is no value of the field's type: a symbol that the enum lacks, a fixed of another length, bytes over U+00FF. Java's checker accepts it and its decoder fails when the default is needed.",
  fix: 'Give the field a default that is a value of its type.',
  example: {
    reader: {
      type: 'record',
      name: 'Order',
      fields: [
        {
          name: 'status',
          type: { type: 'enum', name: 'Status', symbols: ['OPEN'] },
          default: 'CLOSED',
        },
      ],
    },
    writer: { type: 'record', name: 'Order', fields: [] },
    repaired: [
      {
        type: 'record',
        name: 'Order',
        fields: [
          {
            name: 'status',
            type: { type: 'enum', name: 'Status', symbols: ['OPEN'] },
            default: 'OPEN',
          },
        ],
      },
    ],
  },
  check({ field, reader }) {
    if (field.default === undefined || defaultBytes(field) !== undefined) return undefined;
    const at = field.defaultNode?.origin;
    return {
      message: `The writer does not have the field ${field.name} of ${reader.name}, and its default is no value of its type.`,
      ...(at === undefined ? {} : { reader: at }),
    };
  },
};
