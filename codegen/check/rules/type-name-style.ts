import { simpleName } from '../../../runtime/schema/schema.js';
import { isNamed } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** A type whose name starts with no capital. */
export const typeNameStyle: Rule<'ownType'> = {
  id: 'type-name-style',
  category: 'LINT',
  severity: 'warning',
  why: 'Types are written in PascalCase in nearly every language that code is generated for; other names are renamed there, each tool in its own way.',
  fix: 'Name it in PascalCase before it is released; after that, add the name it had as an alias.',
  example: {
    reader: { type: 'fixed', name: 'user_hash', size: 4 },
    writer: 'null',
    repaired: [
      { type: 'fixed', name: 'UserHash', size: 4 },
      { type: 'fixed', name: 'UserHash', aliases: ['user_hash'], size: 4 },
    ],
  },
  check({ schema }) {
    if (!isNamed(schema)) return undefined;
    const name = simpleName(schema.name);
    if (/^\p{Lu}[^_]*$/u.test(name) || !/^\p{L}|^_/u.test(name)) return undefined;
    return `The name ${name} is not in PascalCase.`;
  },
};
