/** TypeScript expressions: how each is printed, and what code around it asks of it. */
import {
  behind,
  behindAsWhole,
  braced,
  concat,
  type Doc,
  either,
  enclosed,
  enclosedList,
  forced,
  group,
  indent,
  join,
  LAST_COMMA,
  line,
  MAX_COLUMNS,
  widthOf,
} from './document.js';
import { isIdentifier, quote } from './quote.js';

export interface Expression {
  readonly doc: Doc;
  readonly kind:
    | 'name'
    | 'access'
    | 'call'
    | 'text'
    | 'null'
    | 'number'
    | 'literal'
    | 'list'
    | 'object'
    | 'other';
  /** Of a list or an object: how many items. */
  readonly size?: number;
  /** Whether it is broken itself, rather than put on the next line, where `name =` stands before it. */
  readonly stays?: boolean;
  /** Of a property: its name. */
  readonly property?: string;
  /** Of `read.long()` and the like: `long`. */
  readonly reads?: string;
  /** How a comment shows it, where that is not the code itself. */
  readonly shown?: string;
}

export const NULL: Expression = { kind: 'null', doc: 'null' };

export function number(digits: number | string): Expression {
  return { kind: 'number', doc: String(digits) };
}

/** A bigint or a boolean. */
export function literalOf(digits: string): Expression {
  return { kind: 'literal', doc: digits };
}

/** An expression that nothing is asked of. */
export function other(...parts: readonly Doc[]): Expression {
  return { kind: 'other', doc: concat(...parts) };
}

export function variable(name: string): Expression {
  return { kind: 'name', doc: name };
}

export function text(value: string): Expression {
  return { kind: 'text', doc: quote(value) };
}

/** `of.name`, or `of['a name']` */
export function access(of: Expression, name: string): Expression {
  const key = isIdentifier(name) ? concat('.', name) : concat('[', quote(name), ']');
  return { kind: 'access', doc: concat(of.doc, key), property: name };
}

/** `callee(…)`: an object or a list that comes last keeps its bracket on the line. */
export function call(callee: string, ...given: readonly Expression[]): Expression {
  const [only] = given;
  const isPoor = only === undefined || (given.length === 1 && isShort(only));
  return { kind: 'call', doc: callDoc(callee, given), stays: !isPoor };
}

/** `new Name(…)` */
export function created(name: string, ...given: readonly Expression[]): Expression {
  return { kind: 'other', doc: callDoc(`new ${name}`, given), stays: given.length > 0 };
}

function callDoc(callee: string, given: readonly Expression[]): Doc {
  if (given.length === 0) return `${callee}()`;
  const docs = given.map(({ doc }) => doc);
  const apart = enclosedList(`${callee}(`, docs, ')');
  const last = given.at(-1);
  if (last === undefined || !hasBrackets(last)) return apart;
  const inline = concat(`${callee}(`, join(', ', docs), ')');
  return given.length === 1 ? inline : either(inline, apart);
}

/** Whether its first line may be just a bracket. */
function hasBrackets({ size = 0 }: Expression): boolean {
  return size > 0;
}

/** Columns of an argument that is not worth a line of its own. */
const SHORT_COLUMNS = MAX_COLUMNS / 4;

function isShort({ kind, doc }: Expression): boolean {
  if (kind === 'null' || kind === 'number' || kind === 'literal') return true;
  return (kind === 'name' || kind === 'text') && widthOf(doc) <= SHORT_COLUMNS;
}

/** `left operator right` */
export function binary(left: Doc, operator: string, right: string): Doc {
  return group(concat(left, ` ${operator}`, line, right));
}

/** `test ? yes : no` */
export function choice(test: Doc, yes: Expression, no: Expression): Expression {
  const doc = concat(test, indent(line, '? ', indent(yes.doc), line, ': ', indent(no.doc)));
  return other(group(doc));
}

/** `[…]`: items one a line if they do not fit; of numbers as many on each line as do. */
export function list(items: readonly Expression[]): Expression {
  if (items.length === 0) return other('[]');
  return { kind: 'list', size: items.length, stays: true, doc: listDoc(items) };
}

function listDoc(items: readonly Expression[]): Doc {
  const docs = items.map(({ doc }) => doc);
  if (items.every(({ kind }) => kind === 'number')) return enclosed('[', filled(docs), ']');
  return enclosedList('[', isTable(items) ? broken(docs) : docs, ']');
}

function filled([first = '', ...rest]: readonly Doc[]): Doc {
  return concat(first, ...rest.map((item) => concat(',', group(concat(line, item)))), LAST_COMMA);
}

/** Several rows of several columns are never put on one line. */
function isTable(items: readonly Expression[]): boolean {
  const [first] = items;
  return items.length > 1 && items.every(({ kind, size = 0 }) => size > 1 && kind === first?.kind);
}

/** `value as const` */
export function asConst(value: Expression): Expression {
  return { ...value, doc: concat(value.doc, ' as const') };
}

/** `() => value` */
export function thunk(value: Expression): Expression {
  const doc = hasBrackets(value) ? concat('() => ', value.doc) : behindAsWhole('() =>', value.doc);
  return { kind: 'other', stays: true, doc };
}

/** A property of an object literal: its key as it is printed, and its value. */
export type Entry = readonly [key: string, value: Expression];

/** `{ … }`: on one line if it fits, and is no wider than `columns`. */
export function object(
  entries: readonly Entry[],
  columns: number = Number.POSITIVE_INFINITY,
): Expression {
  if (entries.length === 0) return other('{}');
  const members = entries.map(([key, value]) => property(key, value));
  const short = braced(members);
  const doc = widthOf(short) <= columns ? short : braced(broken(members));
  return { kind: 'object', size: entries.length, stays: true, doc };
}

/** Items that are not put on one line. */
function broken([first = '', ...rest]: readonly Doc[]): Doc[] {
  return [concat(forced, first), ...rest];
}

/** Keys of fewer columns are not left alone on a line: the next one would not start further left. */
const SHORT_KEY_COLUMNS = 5;

/** `key: value`, or just the key where that says both. */
function property(key: string, value: Expression): Doc {
  if (value.kind === 'name' && value.doc === key) return key;
  const isShortKey = value.kind === 'text' && key.length < SHORT_KEY_COLUMNS;
  return isShortKey ? concat(key, ': ', value.doc) : assigned(`${key}:`, value);
}

/** A value behind `=` or `:`: on the same line, or on the next one, or broken itself. */
export function assigned(head: Doc, { doc, stays }: Expression): Doc {
  return stays ? behind(head, doc) : behindAsWhole(head, doc);
}
