import { isArray, isObject, type Json, printJson } from '../../runtime/json.js';

/** JSON on one line, as people write it. */
export function spaced(json: Json): string {
  if (isArray(json)) return `[${json.map(spaced).join(', ')}]`;
  if (!isObject(json)) return printJson(json);
  const entries = Object.entries(json).map(([key, value]) => `${printJson(key)}: ${spaced(value)}`);
  return `{${entries.join(', ')}}`;
}
