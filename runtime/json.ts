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

// Strings are matched first so that digits and slashes inside them are never touched. A choice for each
// character would overflow the stack of the regular expression at some megabytes; what has no end is
// taken to the end of the text, or each quote in it would be tried as the start of one.
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"?|(\/\/[^\r\n]*|\/\*.*?\*\/)|\/\*.*|-?\d[\d.eE+-]*/gs;
/** Digits of an integer that may be beyond 2^53. */
const MANY_DIGITS = /\d{16}/;
/** The first private-use character; one that a text does not hold marks the stand-ins of its integers. */
const PRIVATE_USE = 0xe000;

/**
 * JSON.parse that keeps integers beyond 2^53 as bigint, which defaults of `long` fields need, and
 * passes over comments, which Java's parser takes in schemas.
 * @throws SyntaxError as JSON.parse does.
 */
export function parseJson(text: string): Json {
  return (MANY_DIGITS.test(text) ? undefined : plain(text)) ?? exact(text);
}

/** Most texts have neither comments nor such integers: a tenth of the time. */
function plain(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function exact(text: string): Json {
  let mark: string | undefined;
  const marked = text.replace(TOKENS, (token, comment?: string) => {
    if (comment !== undefined) return ' ';
    if (!/^-?\d{16,}$/.test(token) || Number.isSafeInteger(+token)) return token;
    mark ??= unusedCharacter(text);
    return `"${mark}${token}"`;
  });
  const start = mark;
  if (start === undefined) return JSON.parse(marked);
  // Nothing but a stand-in starts with what the text does not hold.
  return JSON.parse(marked, (_, value) => (value?.[0] === start ? BigInt(value.slice(1)) : value));
}

/** A character that the text holds neither as it is nor as an escape. */
function unusedCharacter(text: string): string {
  // One pass: a search for each character would read the text some thousand times. The digits of an
  // escape stay, so that what follows something that only looks like one is seen too.
  const used = new Set(
    text.replace(/\\u(?=(.{4}))/g, (_, hex) => String.fromCharCode(+`0x${hex}`)),
  );
  // Where a text holds all to U+FFFF, the next is a control character: no JSON, a SyntaxError.
  for (let code = PRIVATE_USE; ; code++) {
    const char = String.fromCharCode(code);
    if (!used.has(char)) return char;
  }
}

/** JSON.stringify that prints bigint as an integer. */
export function printJson(json: Json): string {
  try {
    return JSON.stringify(json);
  } catch {
    // It holds a bigint, which few do.
    return printed(json);
  }
}

function printed(json: Json): string {
  if (typeof json === 'bigint') return json.toString();
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  if (isArray(json)) return `[${json.map(printed).join(',')}]`;
  return `{${Object.entries(json)
    .map(([key, value]) => `${JSON.stringify(key)}:${printed(value)}`)
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
