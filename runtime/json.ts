/** A JSON value whose integers are exact: beyond 2^53 they are bigint. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** An object read from JSON. */
export type JsonObject = { readonly [key: string]: Json };

// Strings are matched first so that digits inside them are never touched. A choice for each character
// would overflow the stack of the regular expression at some megabytes.
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** The first private-use character; one that a text does not hold marks the stand-ins of its integers. */
const PRIVATE_USE = 0xe000;

/**
 * JSON.parse that keeps integers beyond 2^53 as bigint: defaults of `long` fields need them.
 * @throws SyntaxError as JSON.parse does.
 */
export function parseJson(text: string): Json {
  let mark: string | undefined;
  const marked = text.replace(TOKENS, (token) => {
    if (token.length < 16 || !/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token)))
      return token;
    mark ??= unusedCharacter(text);
    return `"${mark}${token}"`;
  });
  const start = mark;
  if (start === undefined) return JSON.parse(text);
  return JSON.parse(marked, (_, value) =>
    typeof value === 'string' && value.startsWith(start) ? BigInt(value.slice(1)) : value,
  );
}

/** A character that the text holds neither as it is nor as an escape. */
function unusedCharacter(text: string): string {
  for (let code = PRIVATE_USE; ; code++) {
    const char = String.fromCharCode(code);
    if (!text.includes(char) && !text.toLowerCase().includes(`\\u${code.toString(16)}`))
      return char;
  }
}

/** JSON.stringify that prints bigint as an integer. */
export function printJson(json: Json): string {
  if (typeof json === 'bigint') return json.toString();
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (isArray(json)) return `[${json.map(printJson).join(',')}]`;
  return `{${Object.entries(json)
    .map(([key, value]) => `${JSON.stringify(key)}:${printJson(value)}`)
    .join(',')}}`;
}

/** `Array.isArray` that narrows readonly arrays too. */
export function isArray(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

/** Whether the value is a JSON object (not an array, not null). */
export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
