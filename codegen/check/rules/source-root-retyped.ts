import { isNamed } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { shown } from './source-field-retyped.js';

/** A schema that is another TypeScript type as a whole: fields have a rule of their own. */
export const sourceRootRetyped: Rule<'root'> = {
  id: 'source-root-retyped',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that uses the values no longer compiles, or compiles and does not handle all that may come.',
  fix: 'Keep the type, or change the code that uses the values; the compiler lists the places.',
  example: { reader: ['null', 'string'], writer: 'string', repaired: ['string'] },
  check({ reader, writer }) {
    // The name of a type is the matter of `source-type-moved`.
    if (isNamed(reader) && isNamed(writer)) return undefined;
    const [to, from] = [shown(reader), shown(writer)];
    return to === from ? undefined : `The schema was ${from} and becomes ${to}.`;
  },
};
