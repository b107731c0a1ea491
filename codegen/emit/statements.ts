/** TypeScript statements. */
import {
  behind,
  concat,
  type Doc,
  enclosed,
  group,
  hardLine,
  indent,
  join,
  line,
  widthOf,
} from './document.js';
import { assigned, call, type Expression, number, variable } from './expressions.js';
import { parametersOf, type Type, typed } from './type-expressions.js';

/** `value;` */
export function run(value: Expression): Doc {
  return concat(value.doc, ';');
}

export function returned(value: Expression): Doc {
  return concat('return ', value.doc, ';');
}

/** `const name: type = value;` */
export function constant(name: string, value: Expression, type?: Type): Doc {
  const head = type === undefined ? `const ${name} =` : concat(typed(`const ${name}:`, type), ' =');
  return concat(assigned(head, value), ';');
}

/** `let name: type;` */
export function declaration(name: string, type: Type): Doc {
  return concat(typed(`let ${name}:`, type), ';');
}

/** `target = value;` */
export function assignment(target: string, value: Expression): Doc {
  return concat(assigned(`${target} =`, value), ';');
}

/** Statements between braces. */
export function block(body: readonly Doc[]): Doc {
  if (body.length === 0) return '{}';
  return concat('{', indent(hardLine, join(hardLine, body)), hardLine, '}');
}

/** Whether statements can stand without braces: one, and on a line. */
export function isSingle(body: readonly Doc[]): boolean {
  const [first, ...rest] = body;
  return first !== undefined && rest.length === 0 && Number.isFinite(widthOf(first));
}

/** `head statement;`, or `head { … }`. */
function headed(head: Doc, body: readonly Doc[]): Doc {
  if (!isSingle(body)) return concat(head, ' ', block(body));
  return group(concat(head, indent(line, ...body)));
}

/** What is done where a test holds; the last without one: where none does. */
export interface Branch {
  readonly test?: Doc;
  readonly body: readonly Doc[];
}

/** `if … else if … else …` */
export function conditional(branches: readonly Branch[]): Doc[] {
  const [only, ...more] = branches;
  if (only !== undefined && more.length === 0 && only.test === undefined) return [...only.body];
  const parts = branches.map(({ test, body }, i) => {
    const before = branches[i - 1];
    const joint = before === undefined ? '' : isSingle(before.body) ? hardLine : ' ';
    const head = test === undefined ? 'else' : enclosed(before ? 'else if (' : 'if (', test, ')');
    return concat(joint, headed(head, body));
  });
  return [concat(...parts)];
}

/** `for (const item of items) …` */
export function loopOf(item: Expression, items: Expression, body: readonly Doc[]): Doc {
  return headed(concat('for (const ', item.doc, ' of ', items.doc, ')'), body);
}

/** What the head of a loop says: `for (start; test; step)`. */
export type LoopHead = readonly [start: string, test: string, step: string];

export function loop(head: LoopHead, body: readonly Doc[]): Doc {
  return headed(loopHead(head), body);
}

/** A loop with braces, however little is in it. */
export function bracedLoop(head: LoopHead, body: readonly Doc[]): Doc {
  return concat(loopHead(head), ' ', block(body));
}

function loopHead([start, test, step]: LoopHead): Doc {
  const parts = concat(`${start};`, line, `${test};`, line, step);
  return enclosed('for (', parts, ')');
}

/** Reads blocks until one is empty; `items` goes through one. */
export function eachBlock(
  { start, count, next }: { readonly start: string; readonly count: string; readonly next: string },
  items: Doc,
): Doc {
  return bracedLoop([start, `${count} > 0`, `${count} = ${next}`], [items]);
}

/** `case label:`; braces where the body declares names. */
export interface Case {
  /** None for `default`. */
  readonly label?: string;
  readonly body: readonly Doc[];
  readonly hasBraces: boolean;
}

/** `switch (subject) { … }` */
export function choose(subject: Expression, cases: readonly Case[]): Doc {
  const printed = cases.map(({ label, body, hasBraces }) => {
    const head = label === undefined ? 'default:' : `case ${label}:`;
    return hasBraces
      ? concat(head, ' ', block(body))
      : concat(head, indent(hardLine, join(hardLine, body)));
  });
  return concat(enclosed('switch (', subject.doc, ')'), ' ', block(printed));
}

/** A function's head: its name, its parameters and the type of its result. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly result: string;
}

export function functionOf({ name, parameters, result }: Signature, body: readonly Doc[]): Doc {
  return concat(parametersOf(`function ${name}`, parameters), `: ${result} `, block(body));
}

/** `type name = type;` */
export function typeAlias(name: string, type: Type): Doc {
  const head = `type ${name} =`;
  return concat(type.kind === 'union' ? typed(head, type) : behind(head, type.doc), ';');
}

export function exported(code: Doc): Doc {
  return concat('export ', code);
}

/** A comment's lines above what they say something of. */
export function commented(comment: readonly string[], code: Doc): Doc {
  return join(hardLine, [...comment, code]);
}

/** Counts values that take no bytes, by number or by a variable: nothing else bounds how many there are. */
export function countEmpty(count: string, values: number | string): Doc[] {
  if (values === 0) return [];
  const given = typeof values === 'number' ? number(values) : variable(values);
  return [run(call(count, given))];
}
