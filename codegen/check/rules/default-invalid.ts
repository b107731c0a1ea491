import { defaultBytes } from '../../../runtime/schema/default.js';
import type { Rule } from '../rule.js';

/** A default that no decoder can use. */
export const defaultInvalid: Rule<'ownField'> = {
  id: 'default-invalid',
  category: 'LINT',
  severity: 'error',
  why: 'Parsers accept the default, and decoding fails as soon as it is needed.',
  fix: 'Give the field a default that is a value of its type.',
  example: {
    reader: {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 2 }, default: 'abc' },
      ],
    },
    writer: 'null',
    repaired: [
      {
        type: 'record',
        name: 'Order',
        fields: [
          { name: 'digest', type: { type: 'fixed', name: 'Digest', size: 2 }, default: 'ab' },
        ],
      },
    ],
  },
  check({ field }) {
    if (field.default === undefined || defaultBytes(field) !== undefined) return undefined;
    const at = field.defaultNode?.origin;
    return {
      message: `The default of ${field.name} cannot be encoded as its type.`,
      ...(at === undefined ? {} : { reader: at }),
    };
  },
};
