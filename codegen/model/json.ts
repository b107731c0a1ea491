/** Reads JSON with comments and keeps where everything stands. */
import { type ParseError, visit } from 'jsonc-parser';
import type { Json } from '../../runtime/json.js';
import { syntaxFault } from './json-syntax.js';
import { MAX_FILE_BYTES, MAX_HISTORY_DEPTH, MAX_JSON_DEPTH } from './limits.js';
import { Problems } from './problem.js';
import { isIdl } from './schema-file.js';
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
}

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
  const depth = jsonDepth(source.text);
  // The parser is recursive: no file may overflow its stack.
  const node = depth > MAX_HISTORY_DEPTH ? undefined : parse(source, problems);
  const most = isHistory ? MAX_HISTORY_DEPTH : MAX_JSON_DEPTH;
  if (depth <= most) return node;
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
  const errors: ParseError[] = [];
  const tree = new Tree(source);
  visit(
    source.text,
    {
      onObjectBegin: (offset) => tree.openRecord(offset),
      onObjectProperty: (name, offset, length) => tree.key(name, offset, length),
      onObjectEnd: (offset, length) => tree.close(offset + length),
      onArrayBegin: (offset) => tree.openList(offset),
      onArrayEnd: (offset, length) => tree.close(offset + length),
      onLiteralValue: (value, offset, length) => tree.scalar(value, offset, length),
      onError: (error, offset, length) => void errors.push({ error, offset, length }),
    },
    { allowTrailingComma: false, disallowComments: false },
  );
  const { root } = tree;
  const [error] = errors;
  if (error !== undefined) reportSyntax(source, error, problems);
  if (root === undefined || error !== undefined) return undefined;
  for (const { name, origin } of tree.repeated) {
    const message = `"${name}" is given twice; the last one counts.`;
    problems.warn('JSON_DUPLICATE_KEY', origin, { message });
  }
  return root;
}

/** Of several errors only the first: what follows it mostly follows from it. */
function reportSyntax(source: SourceText, error: ParseError, problems: Problems): void {
  const where = (offset: number): string => {
    const { line, column } = source.place(offset);
    return `line ${line}, column ${column}`;
  };
  const { offset, length, message, fix } = syntaxFault(source.text, error, where);
  problems.error(
    'JSON_SYNTAX',
    { source, offset, length },
    { message: `Not JSON: ${message}`, ...(fix && { fix }) },
  );
}

/** Makes nodes of what a parser meets, in order. */
class Tree {
  root: JsonNode | undefined;
  /** Keys that their object has already. */
  readonly repeated: { readonly name: string; readonly origin: Origin }[] = [];
  private readonly source: SourceText;
  private readonly open: Open[] = [];

  constructor(source: SourceText) {
    this.source = source;
  }

  openRecord(offset: number): void {
    const entries = new Map<string, JsonNode>();
    const origin = { source: this.source, offset, length: 0 };
    this.add({ kind: 'object', origin, entries });
    this.open.push({ origin, entries, key: '' });
  }

  openList(offset: number): void {
    const items: JsonNode[] = [];
    const origin = { source: this.source, offset, length: 0 };
    this.add({ kind: 'list', origin, items });
    this.open.push({ origin, items });
  }

  key(name: string, offset: number, length: number): void {
    const at = this.open.at(-1);
    if (at === undefined || !('entries' in at)) return;
    if (at.entries.has(name))
      this.repeated.push({ name, origin: { source: this.source, offset, length } });
    at.key = name;
  }

  scalar(value: JsonScalar['value'], offset: number, length: number): void {
    const { source } = this;
    const origin = { source, offset, length };
    if (typeof value !== 'number') {
      this.add({ kind: 'scalar', origin, value, isFraction: false });
      return;
    }
    const written = source.text.slice(offset, offset + length);
    const isFraction = /[.eE]/.test(written);
    const exact = isFraction || Number.isSafeInteger(value) ? value : BigInt(written);
    this.add({ kind: 'scalar', origin, value: exact, isFraction });
  }

  close(end: number): void {
    const at = this.open.pop();
    if (at !== undefined) at.origin.length = end - at.origin.offset;
  }

  private add(node: JsonNode): void {
    const at = this.open.at(-1);
    if (at === undefined) this.root ??= node;
    else if ('entries' in at) at.entries.set(at.key, node);
    else at.items.push(node);
  }
}

/** An object or a list whose end was not met yet. */
type Open = { readonly origin: { readonly offset: number; length: number } } & (
  | {
      readonly entries: Map<string, JsonNode>;
      /** The last one met. */
      key: string;
    }
  | { readonly items: JsonNode[] }
);

/** Where each key of an object stands. Looked for when somebody asks: few do, and there are many keys. */
export function keysOf({ origin: { source, ...place } }: JsonRecord): ReadonlyMap<string, Origin> {
  const keys = new Map<string, Origin>();
  // What was made of IDL stands nowhere as JSON.
  if (isIdl(source.path)) return keys;
  let depth = 0;
  visit(source.text.slice(place.offset, place.offset + place.length), {
    onObjectBegin: () => void depth++,
    onArrayBegin: () => void depth++,
    onObjectEnd: () => void depth--,
    onArrayEnd: () => void depth--,
    onObjectProperty: (name, at, length) => {
      if (depth === 1) keys.set(name, { source, offset: place.offset + at, length });
    },
  });
  return keys;
}

/** Deepest nesting of brackets outside strings and comments. */
export function jsonDepth(text: string): number {
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

const [QUOTE, SLASH, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET, BACKSLASH, NEW_LINE] = [
  0x22, 0x2f, 0x7b, 0x7d, 0x5b, 0x5d, 0x5c, 0x0a,
] as const;

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === BACKSLASH) at++;
    // A string without an end is an error that the parser reports; what follows still counts.
    else if (char === QUOTE || char === NEW_LINE) return at;
  }
  return text.length;
}

function endOfComment(text: string, start: number): number {
  const isLine = text[start + 1] === '/';
  if (!isLine && text[start + 1] !== '*') return start;
  const end = isLine ? text.indexOf('\n', start) : text.indexOf('*/', start + 2) + 1;
  return end <= 0 ? text.length : end;
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
