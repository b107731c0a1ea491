import type { Json } from '../../../runtime/json.js';
import { namesOutside } from '../../model/names-outside.js';
import type { Rule } from '../rule.js';

/** Most names that one finding lists. */
const MAX_NAMES = 5;

/** A schema with names that Avro's grammar does not have. */
export const nameOutsideGrammar: Rule<'ownSchema'> = {
  id: 'name-outside-grammar',
  category: 'LINT',
  severity: 'warning',
  why: "A name has letters, digits and _, and starts with no digit. Java refuses a schema with any other name from 1.12 on (before, it let namespaces pass), and so do Node's avsc, Python's avro and Go's hamba: their consumers cannot read the topic. Java before 1.12, .NET and registries hold such schemas.",
  fix: 'Write names of letters, digits and _ before the schema is released. After that, give a field the name that it had as an alias; keep what else is registered, and turn the rule off where no consumer uses these libraries.',
  example: {
    reader: orderOf('app-1.shop', { name: 'order-id', type: 'long' }),
    writer: 'null',
    repaired: [
      orderOf('app_1.shop', { name: 'order_id', type: 'long' }),
      orderOf('app_1.shop', { name: 'order_id', type: 'long', aliases: ['order-id'] }),
    ],
  },
  check({ schema }) {
    const found = namesOutside(schema);
    const [first] = found;
    if (first === undefined) return undefined;
    const shown = found.slice(0, MAX_NAMES).map(({ what, name }) => `${what} "${name}"`);
    const more = found.length > MAX_NAMES ? ` and ${found.length - MAX_NAMES} more` : '';
    const names = `${shown.join(', ')}${more}`;
    return {
      message: `Java 1.12 and other libraries refuse this schema, whose names are outside Avro's grammar: ${names}.`,
      reader: first.at,
    };
  },
};

function orderOf(namespace: string, field: Json): Json {
  return { type: 'record', name: 'Order', namespace, fields: [field] };
}
