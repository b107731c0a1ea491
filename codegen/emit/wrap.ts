/**
 * Breaks generated lines that are too long, at the places where Biome and Prettier break them, so
 * that a formatter finds nothing to do in generated code. Knows what the generator prints, no more.
 */

/** Columns after which lines are broken, where they can be. */
export const MAX_COLUMNS = 100;

/** A line, broken where it is longer than {@link MAX_COLUMNS} and can be broken. */
export function wrapLine(line: string): string[] {
  if (line.length <= MAX_COLUMNS || /^ *(\/\*\*|\*|\/\/)/.test(line)) return [line];
  const indent = line.length - line.trimStart().length;
  const text = line.trimStart();
  const isText = /^['"]/.test(text) && endOfText(text, 0) >= text.length - ','.length - 1;
  if (isText) return [line];
  const lines =
    controlFlow(text, indent) ??
    signature(text, indent) ??
    declaration(text, indent) ??
    entry(text, indent) ??
    statement(text, indent);
  return lines !== undefined && substance(lines.join('')) === substance(line) ? lines : [line];
}

/** What breaking a line must keep: all but space, and the separators that it may add. */
function substance(text: string): string {
  return text.replace(/[\s,;|]/g, '');
}

/** `if (…) …`, `for (…) …` and `else …`: what follows goes to a line of its own. */
function controlFlow(text: string, indent: number): string[] | undefined {
  const start = /^(?:} )?(?:else )?(?:if|for) \(|^(?:} )?else (?!if)/.exec(text)?.[0];
  if (start === undefined) return undefined;
  const isElse = !start.endsWith('(');
  const close = isElse ? start.length - 1 : closing(text, start.length - 1) + 1;
  const [head, rest] = [text.slice(0, close), text.slice(close).trimStart()];
  if (rest !== '{') return [pad(indent) + head, ...wrapLine(pad(indent + 2) + rest)];
  const conditions = split(text.slice(start.length, close - 1), ' && ');
  if (conditions.length < 2) return undefined;
  const last = conditions.length - 1;
  return [
    pad(indent) + start,
    ...conditions.map((one, i) => `${pad(indent + 2)}${one}${i === last ? '' : ' &&'}`),
    `${pad(indent)}) {`,
  ];
}

/** `export function name(…): … {` */
function signature(text: string, indent: number): string[] | undefined {
  const start = /^(?:export )?function [^(]+\(/.exec(text)?.[0];
  if (start === undefined) return undefined;
  const end = closing(text, start.length - 1);
  const parameters = split(text.slice(start.length, end), ', ');
  return [
    pad(indent) + start,
    ...parameters.map((parameter) => `${pad(indent + 2)}${parameter},`),
    pad(indent) + text.slice(end),
  ];
}

/** `const name: Type = value;`, `name: Type;` and what is between. */
function declaration(text: string, indent: number): string[] | undefined {
  const start =
    /^(?:(?:export )?(?:const|let) |readonly |)(?:[^\s:='"]+|'[^']*'\??|\[[^\]]*\]\??): (?=.*;$)/.exec(
      text,
    )?.[0];
  const untyped = /^(?:const |let |)[^\s=]+ = (?=.*;$)/.exec(text)?.[0];
  if (start === undefined) {
    if (untyped === undefined) return undefined;
    return assigned(pad(indent) + untyped.slice(0, -1), text.slice(untyped.length, -1), indent);
  }
  const [type = '', value] = split(text.slice(start.length, -1), ' = ');
  const head = pad(indent) + start.slice(0, -1);
  if (value === undefined) return typed(head, type, { indent, after: ';' });
  const isShort = head.length + type.length + ' = '.length <= MAX_COLUMNS;
  if (isShort) return assigned(`${head} ${type} =`, value, indent);
  const lines = typed(head, type, { indent, after: ' =' });
  const last = lines.pop() ?? '';
  return [...lines, ...assigned(last, value, indent)];
}

/** A type behind `name:`. */
function typed(head: string, type: string, at: { indent: number; after: string }): string[] {
  const isUnion = split(type, ' | ').length > 1 && !isHugged(type);
  const [first = '', ...rest] = typeLines(type, at.indent, head.length + 1 + at.after.length);
  const lines = isUnion && rest.length > 0 ? [head, ...rest] : [`${head} ${first}`, ...rest];
  const last = lines.pop() ?? '';
  return [...lines, last + at.after];
}

/** The lines of a type; the first one stands behind `used` columns of others. */
function typeLines(type: string, indent: number, used: number): string[] {
  if (used + type.length <= MAX_COLUMNS) return [type];
  const branches = split(type, ' | ');
  if (branches.length > 1 && !isHugged(type)) {
    return [
      '',
      ...branches.flatMap((branch) => {
        const [first = '', ...rest] = typeLines(branch, indent + 4, indent + 4);
        return [`${pad(indent + 2)}| ${first}`, ...rest];
      }),
    ];
  }
  if (branches.length > 1) {
    const [object = '', ...nothing] = branches;
    return withTail(typeLines(object, indent, used), ` | ${nothing.join(' | ')}`);
  }
  const list = /^(readonly )?(.*?)((?:\[\])+)$/.exec(type);
  if (list !== null) {
    const [, modifier = '', item = '', brackets = ''] = list;
    const inner = item.startsWith('(') ? item.slice(1, -1) : undefined;
    if (inner === undefined || isHugged(inner) || split(inner, ' | ').length < 2) {
      const [open, close] = inner === undefined ? ['', ''] : ['(', ')'];
      const [first = '', ...rest] = typeLines(inner ?? item, indent, MAX_COLUMNS);
      return withTail([`${modifier}${open}${first}`, ...rest], `${close}${brackets}`);
    }
    const [, ...rest] = typeLines(inner, indent, MAX_COLUMNS);
    return [`${modifier}(`, ...rest, `${pad(indent)})${brackets}`];
  }
  if (!type.startsWith('{ ')) return [type];
  const members = split(type.slice(2, -2), '; ').flatMap((member) => {
    const [name = '', inner = ''] = split(member, ': ');
    const head = `${pad(indent + 2)}${name}:`;
    return typed(head, inner, { indent: indent + 2, after: ';' });
  });
  return ['{', ...members, `${pad(indent)}}`];
}

/** `{ … } | null`: one object beside nothing but null keeps its braces on the line. */
function isHugged(type: string): boolean {
  const [object = '', ...rest] = split(type, ' | ');
  return object.startsWith('{') && rest.length > 0 && rest.every((branch) => branch === 'null');
}

/** `head = value;`, the value on the same line, on the next one, or over several. */
function assigned(head: string, value: string, indent: number): string[] {
  if (head.length + value.length + 2 <= MAX_COLUMNS) return [`${head} ${value};`];
  const isBlock = /^[{[]|^\(\) =>|^new \w+\(|^\w+\(/.test(value) && split(value, ' ? ').length < 2;
  if (isBlock) {
    const [first = '', ...rest] = valueLines(value, indent, MAX_COLUMNS);
    return withTail([`${head} ${first}`, ...rest], ';');
  }
  const [first = '', ...rest] = valueLines(value, indent + 2, indent + 3);
  return withTail([head, pad(indent + 2) + first, ...rest], ';');
}

/** `key: value,` in an object. */
function entry(text: string, indent: number): string[] | undefined {
  const start = /^(?:[^\s:='"(]+|'[^']*'|\[[^\]]*\]): (?=.*,$)/.exec(text)?.[0];
  if (start === undefined) return undefined;
  return property(start, text.slice(start.length, -1), indent);
}

function property(start: string, value: string, indent: number): string[] {
  const head = pad(indent) + start.trimEnd();
  if (head.length + value.length + 2 <= MAX_COLUMNS) return [`${head} ${value},`];
  const isText = /^['"]/.test(value);
  const [first = '', ...rest] = valueLines(value, isText ? indent + 2 : indent, MAX_COLUMNS);
  if (isText) return [head, `${pad(indent + 2)}${first},`];
  return withTail([`${head} ${first}`, ...rest], ',');
}

/** `return …;` and calls. */
function statement(text: string, indent: number): string[] | undefined {
  const start = /^(?:return )?/.exec(text)?.[0] ?? '';
  if (!text.endsWith(';')) return undefined;
  const value = text.slice(start.length, -1);
  const [first = '', ...rest] = valueLines(value, indent, indent + start.length + 1);
  return withTail([pad(indent) + start + first, ...rest], ';');
}

/** The lines of an expression; the first one stands behind `used` columns of others. */
function valueLines(value: string, indent: number, used: number): string[] {
  // Nothing within it can be broken, however far to the right it stands.
  const isEmpty = /^[\w.]*(\(\)|\[\])$/.test(value);
  if (used + value.length <= MAX_COLUMNS || isEmpty) return [value];
  const [test = '', outcomes] = split(value, ' ? ');
  if (outcomes !== undefined) {
    const branches = split(outcomes, ' : ');
    return [
      test,
      ...branches.flatMap((branch, i) => {
        const [first = '', ...rest] = valueLines(branch, indent + 4, indent + 4);
        return [`${pad(indent + 2)}${i === 0 ? '?' : ':'} ${first}`, ...rest];
      }),
    ];
  }
  if (value.startsWith('{ ')) {
    const entries = split(value.slice(2, -2), ', ').flatMap((one) => {
      const [key = '', inner] = split(one, ': ');
      return inner === undefined
        ? [`${pad(indent + 2)}${one},`]
        : property(`${key}: `, inner, indent + 2);
    });
    return ['{', ...entries, `${pad(indent)}}`];
  }
  if (value.startsWith('[')) return listLines(value, indent);
  if (value.startsWith('() => ')) {
    const [first = '', ...rest] = valueLines(value.slice(6), indent, MAX_COLUMNS);
    return [`() => ${first}`, ...rest];
  }
  return callLines(value, indent);
}

/** Items one a line; numbers as many as fit. */
function listLines(value: string, indent: number): string[] {
  const items = split(value.slice(1, -1), ', ');
  if (!items.every((item) => /^-?[\d.]+(e[+-]?\d+)?$/.test(item))) {
    const lines = items.flatMap((item) => {
      const [first = '', ...rest] = valueLines(item, indent + 2, indent + 3);
      return withTail([pad(indent + 2) + first, ...rest], ',');
    });
    return ['[', ...lines, `${pad(indent)}]`];
  }
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last === undefined || last.length + item.length + 2 > MAX_COLUMNS)
      lines.push(`${pad(indent + 2)}${item},`);
    else lines[lines.length - 1] = `${last} ${item},`;
  }
  return ['[', ...lines, `${pad(indent)}]`];
}

function callLines(value: string, indent: number): string[] {
  const open = value.indexOf('(');
  if (open < 0 || closing(value, open) !== value.length - 1) return [value];
  const callee = value.slice(0, open);
  const given = split(value.slice(open + 1, -1), ', ');
  const [only = ''] = given;
  if (given.length === 1 && /^[{[]/.test(only)) {
    const [first = '', ...rest] = valueLines(only, indent, MAX_COLUMNS);
    return withTail([`${callee}(${first}`, ...rest], ')');
  }
  const lines = given.flatMap((argument) => {
    const [first = '', ...rest] = valueLines(argument, indent + 2, indent + 3);
    return withTail([pad(indent + 2) + first, ...rest], ',');
  });
  return [`${callee}(`, ...lines, `${pad(indent)})`];
}

function withTail(lines: string[], tail: string): string[] {
  const last = lines.pop() ?? '';
  return [...lines, last + tail];
}

const CLOSERS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Where the bracket that opens at an index closes. */
function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') at = endOfText(text, at);
    else if (CLOSERS[char] !== undefined) depth++;
    else if (char === ')' || char === ']' || char === '}') {
      depth--;
      if (depth === 0) return at;
    }
  }
  return text.length;
}

/** The parts of a text between separators that stand in no brackets and no string. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "'" || char === '"') at = endOfText(text, at);
    else if (CLOSERS[char] !== undefined) at = closing(text, at);
    else if (text.startsWith(separator, at)) {
      parts.push(text.slice(start, at));
      start = at + separator.length;
      at = start - 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** Where the string literal that starts at an index ends. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === text[start]) return at;
  }
  return text.length;
}

function pad(columns: number): string {
  return ' '.repeat(columns);
}
