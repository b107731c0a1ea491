import { isArray, isObject, type Json, printJson } from '../../runtime/json.js';

/** Longest line with more than one value, in columns. */
const MAX_COLUMNS = 80;

/** JSON as a person would write an `.avsc` file: what fits on a line stands on one. */
export function printSchemaText(json: Json): string {
  return `${print(json, '', 0)}\n`;
}

/** @param taken columns that something else takes on the first line */
function print(json: Json, indent: string, taken: number): string {
  if (!isArray(json) && !isObject(json)) return printJson(json);
  const line = oneLine(json);
  if (indent.length + taken + line.length < MAX_COLUMNS && indent !== '') return line;
  const inner = `${indent}  `;
  const items = isArray(json)
    ? json.map((item) => inner + print(item, inner, 1))
    : Object.entries(json).map(([key, value]) => {
        const start = `${JSON.stringify(key)}: `;
        return inner + start + print(value, inner, start.length + 1);
      });
  const [open, close] = isArray(json) ? ['[', ']'] : ['{', '}'];
  return items.length === 0 ? open + close : `${open}\n${items.join(',\n')}\n${indent}${close}`;
}

function oneLine(json: Json): string {
  if (isArray(json)) return `[${json.map(oneLine).join(', ')}]`;
  if (!isObject(json)) return printJson(json);
  const entries = Object.entries(json).map(
    ([key, value]) => `${JSON.stringify(key)}: ${oneLine(value)}`,
  );
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}
