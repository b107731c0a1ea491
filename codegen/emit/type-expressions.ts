/** TypeScript types: how each is printed, and what code around it asks of it. */
import {
  concat,
  type Doc,
  enclosed,
  enclosedList,
  forced,
  group,
  ifBroken,
  indent,
  join,
  line,
  listed,
} from './document.js';
import { quote } from './quote.js';

export interface Type {
  readonly doc: Doc;
  /** A `prefixed` type starts with a word, such as `readonly`, that would take in what stands behind. */
  readonly kind: 'plain' | 'reference' | 'object' | 'null' | 'union' | 'prefixed';
  /** Of a union. */
  readonly branches?: readonly Type[];
}

export const NULL_TYPE: Type = { kind: 'null', doc: 'null' };

const KEYWORDS: ReadonlySet<string> = new Set(
  'any bigint boolean never number object string symbol undefined unknown void'.split(' '),
);

/** A type by its name. */
export function named(name: string): Type {
  return { kind: KEYWORDS.has(name) ? 'plain' : 'reference', doc: name };
}

/** The type of one text. */
export function textType(text: string): Type {
  return { kind: 'plain', doc: quote(text) };
}

/** A type as the settings of a project spell it. */
export function spelled(text: string): Type {
  let depth = 0;
  for (const char of text) {
    if ('([{<'.includes(char)) depth++;
    else if (')]}>'.includes(char)) depth--;
    else if (char === ' ' && depth === 0) return { kind: 'prefixed', doc: text };
  }
  return named(text);
}

/** `{ name: type; … }` */
export function objectType(members: readonly (readonly [name: Doc, type: Type])[]): Type {
  const printed = members.map(([name, type]) => typed(concat(name, ':'), type));
  const inner = indent(line, join(concat(';', line), printed));
  return { kind: 'object', doc: group(concat('{', inner, ifBroken(';'), line, '}')) };
}

/** The same with a line for each, however short. */
export function brokenObjectType(members: readonly (readonly [name: string, type: Type])[]): Type {
  return objectType(members.map(([name, type]) => [concat(forced, name), type]));
}

/** `{ [key: string]: type }` */
export function mapType(type: Type, { modifier = '', key = 'key' }): Type {
  const name = enclosed('[', `${key}: string`, ']');
  return objectType([[concat(modifier, name), type]]);
}

/** `(parameters) => result` */
export function functionType(parameters: readonly string[], result: string): Type {
  return { kind: 'prefixed', doc: concat(parametersOf('', parameters), ` => ${result}`) };
}

/** `head(…)`: none of the parameters, or all of them, on lines of their own where they do not fit. */
export function parametersOf(head: string, parameters: readonly string[]): Doc {
  return parameters.length === 0 ? `${head}()` : enclosedList(`${head}(`, parameters, ')');
}

/** `name<…>` */
export function generic(name: string, ...given: readonly Type[]): Type {
  const docs = given.map(({ doc }) => doc);
  return { kind: 'reference', doc: enclosed(`${name}<`, listed(docs), '>') };
}

/** `item[]` */
export function listOf(item: Type, modifier: 'readonly ' | ''): Type {
  const doc = concat(modifier, bracketed(item), '[]');
  return { kind: modifier === '' ? 'plain' : 'prefixed', doc };
}

function bracketed(type: Type): Doc {
  if (type.kind === 'prefixed' || isHugged(type)) return concat('(', type.doc, ')');
  if (type.kind !== 'union') return type.doc;
  return enclosed('(', type.doc, ')');
}

/** `one | other` */
export function unionOf(branches: readonly Type[]): Type {
  const [first, ...more] = branches;
  if (first === undefined) return named('never');
  if (more.length === 0) return first;
  const hugged = {
    kind: 'union',
    branches,
    doc: join(
      ' | ',
      branches.map(({ doc }) => doc),
    ),
  } as const;
  if (isHugged(hugged)) return hugged;
  const docs = branches.map(({ doc }) => indent(doc));
  return { ...hugged, doc: concat(ifBroken('| '), join(concat(line, '| '), docs)) };
}

/** `type | undefined` */
export function orUndefined(type: Type): Type {
  return unionOf([...(type.branches ?? [type]), named('undefined')]);
}

/** One object or type by name, beside null only, stays on the line. */
function isHugged({ branches = [] }: Type): boolean {
  const [first, ...more] = branches;
  const isBig = first?.kind === 'object' || first?.kind === 'reference';
  return isBig && more.every(({ kind }) => kind === 'null');
}

/** A type behind `name:` or `name =`: the branches of a union may start on lines of their own. */
export function typed(head: Doc, type: Type): Doc {
  if (type.kind !== 'union' || isHugged(type)) return concat(head, ' ', type.doc);
  return concat(head, group(indent(line, type.doc)));
}
