import { isArray, isObject, type Json, printJson } from '../../../runtime/json.js';
import { encodeJson } from '../../../runtime/schema/default.js';
import type { Field } from '../../model/schema.js';
import type { Rule } from '../rule.js';
import { typeText } from '../type-text.js';

/** A field with one default here and another there. */
export const defaultChanged: Rule<'field'> = {
  id: 'default-changed',
  category: 'SEMANTIC',
  severity: 'warning',
  why: 'Data from before the field existed gives one value to readers of this version and another to readers of that.',
  fix: 'Keep the default, unless the two values mean the same to everyone.',
  example: {
    reader: { type: 'record', name: 'Order', fields: [{ name: 'n', type: 'int', default: 2 }] },
    writer: { type: 'record', name: 'Order', fields: [{ name: 'n', type: 'int', default: 1 }] },
    repaired: [{ type: 'record', name: 'Order', fields: [{ name: 'n', type: 'int', default: 1 }] }],
  },
  check({ reader, writer }) {
    if (reader.default === undefined || writer.default === undefined) return undefined;
    const [to, from] = [printJson(reader.default), printJson(writer.default)];
    if (to === from || isSameValue(reader, writer)) return undefined;
    const at = (origin = reader.origin) => origin;
    return {
      message: `The default of ${reader.name} is ${short(to)} to the reader and ${short(from)} to the writer.`,
      reader: at(reader.defaultNode?.origin),
      writer: at(writer.defaultNode?.origin ?? writer.origin),
    };
  },
};

/** The same value in other words: keys in another order, a field left to its own default, "1.0". */
function isSameValue(reader: Field, writer: Field): boolean {
  if (typeText(reader.type) !== typeText(writer.type)) return false;
  const [to, from] = [encoded(reader), encoded(writer)];
  return to !== undefined && from !== undefined && Buffer.compare(to, from) === 0;
}

function encoded({ type, default: value }: Field): Uint8Array | undefined {
  return value === undefined ? undefined : encodeJson(type, inOrder(value));
}

/** With the keys of objects in one order: maps have none. */
function inOrder(json: Json): Json {
  if (isArray(json)) return json.map(inOrder);
  if (!isObject(json)) return json;
  const entries = Object.entries(json).map(([key, value]): [string, Json] => [key, inOrder(value)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
