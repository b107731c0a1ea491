/** Shapes of code that reading functions share. */
import type { Locals } from './locals.js';

/** A loop over the items of a block. */
export function countdown(count: string, body: readonly string[]): string[] {
  const loop = `for (; ${count} > 0; ${count}--)`;
  return body.length === 1
    ? [`  ${loop} ${body[0]}`]
    : [`  ${loop} {`, ...body.map((line) => `    ${line}`), '  }'];
}

/** Statements that end in `return`, with a level of nesting counted around them. */
export function inLevels(body: readonly string[], type: string, locals: Locals): string[] {
  const name = locals.name('read');
  const at = body.findIndex((line) => line.startsWith('return '));
  const [first = '', ...rest] = body.slice(at);
  return [
    'r.enter();',
    ...body.slice(0, at),
    `const ${name}: ${type} = ${first.slice('return '.length)}`,
    ...rest,
    'r.leave();',
    `return ${name};`,
  ];
}

/** Counts values that take no bytes, by number or by a variable: nothing else bounds how many there are. */
export function countEmpty(on: 'r' | 'w', values: number | string): string[] {
  return values === 0 ? [] : [`${on}.emptyValues(${values});`];
}
