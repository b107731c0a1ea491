import { printJson } from '../../../runtime/json.js';
import type { Rule } from '../rule.js';

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
  },
  check({ reader, writer }) {
    if (reader.default === undefined || writer.default === undefined) return undefined;
    const [to, from] = [printJson(reader.default), printJson(writer.default)];
    if (to === from) return undefined;
    const at = (origin = reader.origin) => origin;
    return {
      message: `The default of ${reader.name} is ${short(to)} to the reader and ${short(from)} to the writer.`,
      reader: at(reader.defaultNode?.origin),
      writer: at(writer.defaultNode?.origin ?? writer.origin),
    };
  },
};

function short(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
