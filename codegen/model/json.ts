/** Reads JSON with comments and keeps where everything stands. */
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Json } from '../../runtime/json.js';
import { MAX_FILE_BYTES, MAX_HISTORY_DEPTH, MAX_JSON_DEPTH } from './limits.js';
import { Problems } from './problem.js';
import type { Origin, SourceText } from './source-text.js';

/** A JSON value with its place in the source. */
export type JsonNode = JsonScalar | JsonList | JsonRecord;
interface Placed {
  readonly origin: Origin;
}
export interface JsonScalar extends Placed {
  readonly kind: 'scalar';
  /** Integers beyond 2^53 are bigint. */
  readonly value: null | boolean | number | bigint | string;
  /** Written with a point or an exponent: `1.0` is no int to Avro. */
  readonly isFraction: boolean;
}
export interface JsonList extends Placed {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
}
export interface JsonRecord extends Placed {
  readonly kind: 'object';
  /** In the order written; a key given twice has its last value. */
  readonly entries: ReadonlyMap<string, JsonNode>;
  /** Where each key stands. */
  readonly keys: ReadonlyMap<string, Origin>;
}

/** What each source held: `--watch` parses the same texts again and again. */
const parsed = new WeakMap<
  SourceText,
  { node: JsonNode | undefined; depth: number; found: Problems }
>();

/**
 * Parses a source. `undefined` when it is not JSON, or nests too deep: then `problems` says where
 * and why.
 * @param isHistory whether it was accepted once
 */
export function parseJsonNode(
  source: SourceText,
  problems: Problems,
  isHistory = false,
): JsonNode | undefined {
  let known = parsed.get(source);
  if (known === undefined) {
    const found = new Problems();
    const depth = jsonDepth(source.text);
    // The parser is recursive: no file may overflow its stack.
    const node = depth > MAX_HISTORY_DEPTH ? undefined : parse(source, found);
    known = { node, depth, found };
    parsed.set(source, known);
  }
  problems.list.push(...known.found.list);
  const most = isHistory ? MAX_HISTORY_DEPTH : MAX_JSON_DEPTH;
  if (known.depth <= most) return known.node;
  problems.error('TOO_DEEP', wholeOf(source), { message: `The JSON nests deeper than ${most}.` });
  return undefined;
}

function wholeOf(source: SourceText): Origin {
  return { source, offset: 0, length: source.text.length };
}

/**
 * Where everything stands in a file that tavro wrote and has read, however large it grew;
 * `undefined` when someone made it something else meanwhile.
 */
export function placesIn(source: SourceText): JsonNode | undefined {
  const isDeep = jsonDepth(source.text) > 2 * MAX_HISTORY_DEPTH;
  return isDeep ? undefined : parseAny(source, new Problems());
}

function parse(source: SourceText, problems: Problems): JsonNode | undefined {
  if (Buffer.byteLength(source.text) <= MAX_FILE_BYTES) return parseAny(source, problems);
  problems.error('FILE_TOO_LARGE', wholeOf(source), {
    message: `The file is larger than ${MAX_FILE_BYTES} bytes.`,
  });
  return undefined;
}

function parseAny(source: SourceText, problems: Problems): JsonNode | undefined {
  const { text } = source;
  const whole = wholeOf(source);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: false, disallowComments: false });
  for (const { error, offset, length } of errors.slice(0, 1)) {
    problems.error(
      'JSON_SYNTAX',
      { source, offset, length },
      {
        message: `Not JSON: ${words(printParseErrorCode(error))}.`,
      },
    );
  }
  if (root === undefined && errors.length === 0) {
    problems.error('JSON_SYNTAX', whole, { message: 'Not JSON: the file is empty.' });
  }
  return root === undefined || errors.length > 0 ? undefined : convert(root, source, problems);
}

/** `PropertyNameExpected` -> `property name expected`. */
function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** Deepest nesting of brackets outside strings and comments. */
function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === OPEN_BRACE || char === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) depth--;
    else if (char === QUOTE) at = endOfString(text, at);
    else if (char === SLASH) at = endOfComment(text, at);
  }
  return deepest;
}

const [QUOTE, SLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [
  0x22, 0x2f, 0x7b, 0x7d, 0x5b, 0x5d,
] as const;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === '\\') at++;
    // A string without an end is an error that the parser reports; what follows still counts.
    else if (char === '"' || char === '\n') return at;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  const isLine = text[start + 1] === '/';
  if (!isLine && text[start + 1] !== '*') return start;
  const end = isLine ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 1;
  return end <= 0 ? text.length : end;
}

function convert(node: Node, source: SourceText, problems: Problems): JsonNode {
  const origin = { source, offset: node.offset, length: node.length };
  if (node.type === 'array') {
    return {
      kind: 'list',
      origin,
      items: (node.children ?? []).map((child) => convert(child, source, problems)),
    };
  }
  if (node.type === 'object') {
    const entries = new Map<string, JsonNode>();
    const keys = new Map<string, Origin>();
    for (const { children: [key, value] = [] } of node.children ?? []) {
      if (key === undefined || value === undefined) continue;
      const at = { source, offset: key.offset, length: key.length };
      const name = String(key.value);
      if (entries.has(name)) {
        problems.warn('JSON_DUPLICATE_KEY', at, {
          message: `"${name}" is given twice; the last one counts.`,
        });
      }
      entries.set(name, convert(value, source, problems));
      keys.set(name, at);
    }
    return { kind: 'object', origin, entries, keys };
  }
  return { kind: 'scalar', origin, ...scalar(node, source.text) };
}

function scalar(node: Node, text: string): Pick<JsonScalar, 'value' | 'isFraction'> {
  if (node.type !== 'number') return { value: node.value, isFraction: false };
  const written = text.slice(node.offset, node.offset + node.length);
  const isFraction = /[.eE]/.test(written);
  const value: number = node.value;
  return { value: isFraction || Number.isSafeInteger(value) ? value : BigInt(written), isFraction };
}

/** The plain value of a node. */
export function toJson(node: JsonNode): Json {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toJson);
  const object: { [key: string]: Json } = {};
  for (const [key, value] of node.entries) {
    // defineProperty: a plain assignment to `__proto__` would set the prototype.
    Object.defineProperty(object, key, {
      value: toJson(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

/** The string that a node holds, if it is one. */
export function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}
