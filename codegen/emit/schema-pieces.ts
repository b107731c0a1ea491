import { isArray, isObject, type Json, printJson } from '../../runtime/json.js';
import { printSchema } from '../model/print.js';
import type { NamedSchema, Schema } from '../model/schema.js';

/**
 * The text of a type's own schema, cut where it mentions another named type: between each two pieces
 * stands the full name of such a type. A default or a property that looks like one is not cut.
 */
export function schemaPieces(type: Schema): string[] {
  const pieces: string[] = [];
  let text = '';
  // Known again by what it is, not by how it looks.
  const mentions = new Map<Json, string>();
  const reference = ({ name }: NamedSchema): Json => {
    const mention = {};
    mentions.set(mention, name);
    return mention;
  };
  const list = (values: Iterable<readonly [string, Json]>, [open, close]: readonly string[]) => {
    text += open;
    let separator = '';
    for (const [key, value] of values) {
      text += separator + key;
      print(value);
      separator = ',';
    }
    text += close;
  };
  const print = (json: Json): void => {
    const name = mentions.get(json);
    if (name !== undefined) {
      pieces.push(text, name);
      text = '';
    } else if (isArray(json)) {
      list(
        json.map((item) => ['', item]),
        ['[', ']'],
      );
    } else if (isObject(json)) {
      list(
        Object.entries(json).map(([key, value]) => [`${JSON.stringify(key)}:`, value]),
        ['{', '}'],
      );
    } else text += printJson(json);
  };
  const json = printSchema(type, { reference });
  // Most mention none, and have one piece.
  if (mentions.size === 0) return [printJson(json)];
  print(json);
  return [...pieces, text];
}
