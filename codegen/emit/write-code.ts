/** Schemas -> code that writes. */

import { emptyFields } from '../../runtime/schema/empty-values.js';
import { minimumBytes } from '../../runtime/schema/size.js';
import { caseName } from '../model/cases.js';
import type { Field, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import { fieldLongs, isOptional, isSelfEvident, longAs, valueClass } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import { literal } from './literal.js';
import type { Locals } from './locals.js';
import type { LongAs } from './options.js';
import { OR_NULL } from './or-null.js';
import { quote } from './quote.js';
import { countEmpty } from './statements.js';

interface Target {
  /** Expression of the value to write. */
  readonly value: string;
  readonly longs: LongAs;
  readonly locals: Locals;
}

/** Prints writing code into one file. */
export class WritePrinter {
  private readonly code: CodePrinter;

  constructor(code: CodePrinter) {
    this.code = code;
  }

  /** The statements of a function that writes the record `value`. */
  record(record: RecordSchema, locals: Locals): string[] {
    // Where nothing has to be given, any object would do: also one that holds things elsewhere.
    const isOpen = record.fields.every((field) => isOptional(field, this.code.project));
    const test = isOpen
      ? `!${this.code.runtime('hasProperties')}(value)`
      : "typeof value !== 'object' || value === null";
    return [
      `if (${test}) return w.bad(${quote(record.name)}, value);`,
      ...countEmpty('w', emptyFields(record)),
      ...record.fields.flatMap((field) => this.field(record, field, locals)),
    ];
  }

  private field(record: RecordSchema, field: Field, locals: Locals): string[] {
    const longs = fieldLongs(this.code.project, record, field);
    const access = propertyAccess(
      field.name,
      isOptional(field, this.code.project) ? this.code : undefined,
    );
    if (!isOptional(field, this.code.project))
      return this.write(field.type, { value: access, longs, locals });
    const given = literal(field.type, field.default ?? null, { code: this.code, longs });
    if (given === 'null')
      return this.write(field.type, { value: `${access} ?? null`, longs, locals });
    const name = locals.name(field.name);
    const type = this.annotation(record, field);
    // Only a property access narrows in the test below; a call is bound first.
    const isCall = access.endsWith(')');
    const bound = isCall ? locals.name(`${field.name}Given`) : access;
    return [
      ...(isCall ? [`const ${bound} = ${access};`] : []),
      `const ${name}${type} = ${bound} === undefined ? ${given} : ${bound};`,
      ...this.write(field.type, { value: name, longs, locals }),
    ];
  }

  /** The type of a field's value with its default: none where the expression says it by itself. */
  private annotation(record: RecordSchema, field: Field): string {
    const { project } = this.code;
    const longs = fieldLongs(project, record, field);
    const { type } = field;
    if (isScalar(type)) return '';
    if (type.kind !== 'union') return `: ${this.code.types.print(type, 'write', longs)}`;
    if (!isSelfEvident(type, project, longs))
      return `: Exclude<${project.namesOf(record).input}[${quote(field.name)}], undefined>`;
    return type.branches.every(isScalar) ? '' : `: ${this.code.types.print(type, 'write', longs)}`;
  }

  /** Statements that write one value. */
  write(schema: Schema, to: Target): string[] {
    switch (schema.kind) {
      case 'record':
      case 'enum':
      case 'fixed': {
        const names = this.code.project.namesOf(schema);
        return [
          `${this.code.import({ from: { path: names.path }, name: names.write })}(w, ${to.value});`,
        ];
      }
      case 'array': {
        const { items } = schema;
        const isFloating = items.kind === 'float' || items.kind === 'double';
        if (isFloating && !this.converts(items)) return [`w.${items.kind}s(${to.value});`];
        const { name, bound } = this.named(to);
        const [count, i] = [to.locals.name('count'), to.locals.name('i')];
        const item = `${this.code.runtime('itemAt')}(${name}, ${i})`;
        return [
          ...bound,
          `const ${count} = w.array(${name});`,
          ...(minimumBytes(items) === 0 ? countEmpty('w', count) : []),
          ...loop(
            `let ${i} = 0; ${i} < ${count}; ${i}++`,
            this.write(items, { ...to, value: item }),
          ),
          `w.endArray(${name}, ${count});`,
        ];
      }
      case 'map': {
        const { name, bound } = this.named(to);
        const key = to.locals.name('key');
        const entry = `${this.code.runtime('getEntry')}(${name}, ${key})`;
        const body = [`w.string(${key});`, ...this.write(schema.values, { ...to, value: entry })];
        return [...bound, ...loop(`const ${key} of w.keys(${name})`, body), 'w.end();'];
      }
      case 'union':
        return this.union(schema, to);
      default:
        return [`w.${this.primitive(schema, to.longs)}(${this.code.toBase(schema, to.value)});`];
    }
  }

  private primitive(schema: Schema, longs: LongAs): string {
    if (schema.kind !== 'long') return schema.kind;
    return longAs(schema, this.code.project, longs) === 'bigint' ? 'long' : 'longNumber';
  }

  private union(union: UnionSchema, to: Target): string[] {
    if (union.branches.length === 0) return [`w.bad('nothing: the union is empty', ${to.value});`];
    const short = this.orNull(union, to);
    if (short !== undefined) return [short];
    // The tests below would ask for the property again and again.
    const { name, bound } = this.named(to);
    const target = { ...to, value: name };
    const isBare = isSelfEvident(union, this.code.project, to.longs);
    return [...bound, ...(isBare ? this.bareUnion(union, target) : this.casedUnion(union, target))];
  }

  /** A union of null and a primitive in one call. */
  private orNull(union: UnionSchema, to: Target): string | undefined {
    const [first, second] = union.branches;
    const nullIndex = first?.kind === 'null' ? 0 : 1;
    const other = nullIndex === 0 ? second : first;
    if (union.branches[nullIndex]?.kind !== 'null' || union.branches.length !== 2) return undefined;
    if (other === undefined || !OR_NULL.has(other.kind) || this.converts(other)) return undefined;
    return `w.${this.primitive(other, to.longs)}OrNull(${to.value}, ${nullIndex});`;
  }

  /** Whether a conversion stands between the base value and what user code gives. */
  private converts(schema: Schema): boolean {
    return this.code.toBase(schema, 'value') !== 'value';
  }

  /** A name for the value: itself, or a constant. */
  private named(to: Target): { name: string; bound: string[] } {
    if (/^[\p{L}_$][\p{L}\p{Nd}_$]*$/u.test(to.value)) return { name: to.value, bound: [] };
    const name = to.locals.name(hintOf(to.value));
    return { name, bound: [`const ${name} = ${to.value};`] };
  }

  /** Branches told apart by what the value is. */
  private bareUnion(union: UnionSchema, to: Target): string[] {
    const order = [...union.branches.keys()].sort(
      (a, b) =>
        Number(union.branches[b]?.kind === 'null') - Number(union.branches[a]?.kind === 'null'),
    );
    const typed = order.filter((index) => union.branches[index]?.kind !== 'null');
    const isNullable = typed.length === 1;
    const lines: string[] = [];
    for (const index of order) {
      const branch = union.branches[index];
      if (branch === undefined) continue;
      const body = [
        `w.index(${index});`,
        ...(branch.kind === 'null' ? [] : this.write(branch, this.narrowed(union, branch, to))),
      ];
      // With one branch besides null the writer's own check says what is wrong with the value.
      const isLast = isNullable && branch.kind !== 'null';
      const test = isLast ? '' : `if (${this.test(branch, to)}) `;
      chain(lines, test, body);
    }
    if (isNullable) return lines;
    const expected = this.code.inWords.print(union, 'write', to.longs);
    chain(lines, '', [`w.bad(${quote(expected)}, ${to.value});`]);
    return lines;
  }

  /**
   * What a branch is written from. Beside a record whose fields may all be left out, `typeof` leaves
   * an enum's symbols as just string: TypeScript takes a string for such a record.
   */
  private narrowed(union: UnionSchema, branch: Schema, to: Target): Target {
    const isBeside = union.branches.some(({ kind }) => kind === 'record');
    if (branch.kind !== 'enum' || !isBeside) return to;
    return { ...to, value: `${to.value} as ${this.code.types.print(branch, 'write', to.longs)}` };
  }

  private test(branch: Schema, { value, longs }: Target): string {
    const kind = valueClass(branch, this.code.project, longs);
    switch (kind) {
      case 'null':
        return `${value} === null`;
      case 'bytes':
        return `${value} instanceof Uint8Array`;
      case 'date':
        return `${value} instanceof Date`;
      case 'array':
        return `${this.code.runtime('isList')}(${value})`;
      case 'object':
        return `${this.code.runtime('isPlainObject')}(${value})`;
      default:
        return `typeof ${value} === '${kind}'`;
    }
  }

  /** Branches told apart by `{ case, value }`. */
  private casedUnion(union: UnionSchema, to: Target): string[] {
    const nullIndex = union.branches.findIndex((branch) => branch.kind === 'null');
    const cases = union.branches.flatMap((branch, index) => {
      if (branch.kind === 'null') return [];
      const body = this.write(branch, { ...to, value: `${to.value}.value` });
      return [
        `  case ${quote(caseName(union, index))}: {`,
        `    w.index(${index});`,
        ...body.map((line) => `    ${line}`),
        '    break;',
        '  }',
      ];
    });
    const names = union.branches.flatMap((branch, index) =>
      branch.kind === 'null' ? [] : [caseName(union, index)],
    );
    const expected = `{ case, value } of ${names.join(', ')}${nullIndex < 0 ? '' : ', or null'}`;
    const lines = [
      `switch (${to.value}?.case) {`,
      ...cases,
      '  default:',
      `    w.bad(${quote(expected)}, ${to.value});`,
      '}',
    ];
    if (nullIndex < 0) return lines;
    return [
      `if (${to.value} === null) w.index(${nullIndex});`,
      'else {',
      ...lines.map((line) => `  ${line}`),
      '}',
    ];
  }
}

/** Adds `if (…) …`, or `else …` to the ifs that are there. */
function chain(lines: string[], test: string, body: readonly string[]): void {
  if (lines.length === 0 && test === '') {
    lines.push(...body);
    return;
  }
  const joins = lines.at(-1) === '}';
  if (joins) lines.pop();
  const start = `${joins ? '} ' : ''}${lines.length > 0 || joins ? 'else ' : ''}${test}`;
  if (body.length === 1) lines.push(`${start}${body[0]}`);
  else lines.push(`${start}{`, ...body.map((line) => `  ${line}`), '}');
}

/** Whether the expression of a default is of the schema's type by itself. */
function isScalar({ kind }: Schema): boolean {
  return kind !== 'record' && kind !== 'array' && kind !== 'map' && kind !== 'union';
}

function loop(head: string, body: readonly string[]): string[] {
  if (body.length === 1) return [`for (${head}) ${body[0]}`];
  return [`for (${head}) {`, ...body.map((line) => `  ${line}`), '}'];
}

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** A field of `value`. Optional fields named like a method of all objects are asked for by own name. */
function propertyAccess(name: string, optional: CodePrinter | undefined): string {
  if (optional !== undefined && INHERITED.has(name))
    return `${optional.runtime('own')}(value, ${quote(name)})`;
  return `value.${name}`;
}

function hintOf(expression: string): string {
  return /\.([\p{L}_][\p{L}\p{Nd}_]*)(?: \?\? null)?$/u.exec(expression)?.[1] ?? 'item';
}
