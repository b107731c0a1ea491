/** Resolution plans -> code that reads. The plan of a type with itself gives its ordinary reader. */

import { emptyFields } from '../../runtime/schema/empty-values.js';
import type { EnumPlan, Plan, RecordPlan } from '../../runtime/schema/plan.js';
import { leastBytes } from '../../runtime/schema/size.js';
import { caseName } from '../model/cases.js';
import type { Field, RecordSchema, Schema } from '../model/schema.js';
import { fieldLongs, isSelfEvident, longAs } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import { literal } from './literal.js';
import type { Locals } from './locals.js';
import type { LongAs } from './options.js';
import { readOrNull } from './or-null.js';
import { propertyKey, quote } from './quote.js';
import { skipLines, skipPlan } from './skip-code.js';
import { countdown, countEmpty } from './statements.js';

/** A variable that receives what is read. */
interface Into {
  readonly name: string;
  readonly longs: LongAs;
  readonly locals: Locals;
  /** What its type is called where that is shorter than the type itself. */
  readonly type?: string;
}

/** How a pair of records other than a type with itself is read: the name of its function. */
export type ReadRecord = (plan: RecordPlan) => string;

/** Prints reading code into one file. */
export class ReadPrinter {
  private readonly code: CodePrinter;
  private readonly readRecord: ReadRecord;

  constructor(code: CodePrinter, readRecord: ReadRecord) {
    this.code = code;
    this.readRecord = readRecord;
  }

  /** The statements of a function that reads a record. */
  record(plan: RecordPlan, locals: Locals): string[] {
    const reader = modelRecord(plan.reader);
    const values = new Map<number, string>();
    const lines = countEmpty('r', emptyFields(plan.writer));
    const parts = plan.steps.map((step) => {
      if (step.into === undefined) return { skip: this.skip(modelSchema(step.field.type), locals) };
      const field = reader.fields[step.into];
      const longs = field === undefined ? 'bigint' : fieldLongs(this.code.project, reader, field);
      return { into: step.into, plan: step.plan, longs, inline: this.inline(step.plan, longs) };
    });
    const inOrder = parts.every((part, i) => part.into === i && part.inline !== undefined);
    for (const part of parts) {
      if (part.skip !== undefined) lines.push(...part.skip);
      else if (inOrder && part.inline !== undefined) values.set(part.into, part.inline);
      else {
        const name = locals.name(reader.fields[part.into]?.name ?? 'field');
        values.set(part.into, name);
        const type = this.fieldType(reader, part.into);
        if (part.inline === undefined)
          lines.push(...this.into(part.plan, { name, longs: part.longs, locals, ...type }));
        else {
          // Apart from the record a case is any text: its type says which.
          const annotation = type.type === undefined ? '' : `: ${type.type}`;
          lines.push(`const ${name}${annotation} = ${part.inline};`);
        }
      }
    }
    return [...lines, ...this.literal(reader, values)];
  }

  /** The statements of a function that passes over a record. */
  skipFields(plan: RecordPlan, locals: Locals): string[] {
    return plan.steps.flatMap((step) => this.skip(modelSchema(step.field.type), locals));
  }

  private literal(reader: RecordSchema, values: ReadonlyMap<number, string>): string[] {
    const entries = reader.fields.map((field, index) => {
      const value = values.get(index) ?? this.defaultOf(reader, field);
      const key = propertyKey(field.name);
      return key === value ? key : `${key}: ${value}`;
    });
    const line = `return { ${entries.join(', ')} };`;
    if (entries.length === 0) return ['return {};'];
    return line.length <= 80
      ? [line]
      : ['return {', ...entries.map((entry) => `  ${entry},`), '};'];
  }

  private defaultOf(reader: RecordSchema, field: Field): string {
    return literal(field.type, field.default ?? null, {
      code: this.code,
      longs: fieldLongs(this.code.project, reader, field),
    });
  }

  /** Unions told apart by case are long: `Payment['method']` says the same. */
  private fieldType(reader: RecordSchema, index: number): { type?: string } {
    const field = reader.fields[index];
    if (field?.type.kind !== 'union') return {};
    const longs = fieldLongs(this.code.project, reader, field);
    if (isSelfEvident(field.type, this.code.project, longs)) return {};
    const { path, type } = this.code.project.namesOf(reader);
    const name = this.code.import({ from: { path }, name: type, isType: true });
    return { type: `${name}[${quote(field.name)}]` };
  }

  /** The value of a plan as one expression, where one is enough. */
  inline(plan: Plan, longs: LongAs): string | undefined {
    const schema = modelSchema(plan.reader);
    switch (plan.kind) {
      case 'same':
        return this.code.fromBase(schema, this.primitive(schema, longs), longs);
      case 'promote':
        return this.code.fromBase(schema, this.promoted(plan.from, schema, longs), longs);
      case 'fixed':
        return `${this.function(schema)}(r)`;
      case 'enum':
        return this.enum(plan);
      case 'record':
        return `${this.isSelf(plan) ? this.function(schema) : this.readRecord(plan)}(r)`;
      case 'wrap': {
        const value = this.inline(plan.plan, longs);
        return value === undefined ? undefined : this.wrapped(plan, value, longs);
      }
      case 'choose': {
        if (plan.branches.length !== 2) return undefined;
        const [first, second] = plan.branches.map((branch) => this.inline(branch, longs));
        if (first === undefined || second === undefined) return undefined;
        const isShort = first === 'null' || second === 'null';
        const orNull = isShort ? readOrNull(first, second) : undefined;
        if (orNull !== undefined) return orNull;
        return isShort ? `r.index(2) === 0 ? ${first} : ${second}` : undefined;
      }
      case 'array': {
        // Numbers that need nothing else are read in one call.
        const item = this.inline(plan.items, longs);
        return item === 'r.float()' || item === 'r.double()'
          ? `${item.slice(0, -2)}s()`
          : undefined;
      }
      case 'refuse':
        return `r.fail('AVRO_UNRESOLVED', ${quote(`data that the reader can take: ${plan.reason}`)})`;
      default:
        return undefined;
    }
  }

  /** Statements that read a plan's value into a new constant. */
  into(plan: Plan, to: Into): string[] {
    const inline = this.inline(plan, to.longs);
    if (inline !== undefined) return [`const ${to.name} = ${inline};`];
    const type = to.type ?? this.code.types.print(modelSchema(plan.reader), 'read', to.longs);
    const [only] = plan.kind === 'choose' ? plan.branches : [];
    if (plan.kind === 'choose' && plan.branches.length === 1 && only !== undefined)
      return ['r.index(1);', ...this.into(only, to)];
    if (plan.kind === 'choose') return [`let ${to.name}: ${type};`, ...this.assign(plan, to)];
    if (plan.kind === 'wrap') {
      const inner = to.locals.name(`${to.name}Value`);
      return [
        ...this.into(plan.plan, nested(to, inner)),
        `const ${to.name}: ${type} = ${this.wrapped(plan, inner, to.longs)};`,
      ];
    }
    return this.fill(plan, { ...to, type });
  }

  /** Statements that give an already declared variable its value. */
  private assign(plan: Plan, to: Into): string[] {
    const inline = this.inline(plan, to.longs);
    if (inline !== undefined) return [`${to.name} = ${inline};`];
    if (plan.kind !== 'choose') {
      const [held, value] = this.held(plan, to);
      return [...held, `${to.name} = ${value};`];
    }
    if (plan.branches.length === 0)
      return [`${to.name} = r.fail('AVRO_INDEX', 'a branch of an empty union');`];
    const [only] = plan.branches;
    if (only !== undefined && plan.branches.length === 1)
      return ['r.index(1);', ...this.assign(only, to)];
    const last = plan.branches.length - 1;
    const cases = plan.branches.flatMap((branch, index) => {
      const body = this.assign(branch, to);
      const label = index === last ? 'default:' : `case ${index}:`;
      const isBlock = body.length > 1;
      return [
        `  ${label}${isBlock ? ' {' : ''}`,
        ...body.map((line) => `    ${line}`),
        ...(index === last ? [] : ['    break;']),
        ...(isBlock ? ['  }'] : []),
      ];
    });
    return [`switch (r.index(${plan.branches.length})) {`, ...cases, '}'];
  }

  /** Statements that read a value into a constant of its own, and the expression to assign then. */
  private held(plan: Plan, to: Into): [string[], string] {
    const inner = to.locals.name(`${to.name}Value`);
    if (plan.kind !== 'wrap') return [this.into(plan, nested(to, inner)), inner];
    return [this.into(plan.plan, nested(to, inner)), this.wrapped(plan, inner, to.longs)];
  }

  /** Statements that declare an array or a map and read its items, block by block. */
  private fill(plan: Plan, to: Into): string[] {
    if (plan.kind === 'map') return this.map(plan, to);
    if (plan.kind !== 'array') return [];
    const count = to.locals.name('count');
    const index = to.locals.name('i');
    const body: string[] = [];
    const inline = this.inline(plan.items, to.longs);
    const value = inline ?? to.locals.name('item');
    if (inline === undefined) body.push(...this.into(plan.items, nested(to, value)));
    body.push(`${to.name}[${index}++] = ${value};`);
    const block = `r.block(${leastBytes(plan.writer)})`;
    return [
      `let ${count} = ${block};`,
      `const ${to.name}: ${to.type} = ${this.code.runtime('roomFor')}(${count});`,
      `for (let ${index} = 0; ${count} > 0; ${count} = ${block}) {`,
      ...countdown(count, body),
      '}',
    ];
  }

  private map(plan: Extract<Plan, { kind: 'map' }>, to: Into): string[] {
    const count = to.locals.name('count');
    const key = to.locals.name('key');
    const body = [`const ${key} = r.key();`];
    const inline = this.inline(plan.values, to.longs);
    const value = inline ?? to.locals.name('entry');
    if (inline === undefined) body.push(...this.into(plan.values, nested(to, value)));
    body.push(`${this.code.runtime('setEntry')}(${to.name}, ${key}, ${value});`);
    const block = `r.block(${leastBytes(plan.writer)})`;
    return [
      `const ${to.name}: ${to.type} = {};`,
      `for (let ${count} = ${block}; ${count} > 0; ${count} = ${block}) {`,
      ...countdown(count, body),
      '}',
    ];
  }

  private wrapped(plan: Extract<Plan, { kind: 'wrap' }>, value: string, longs: LongAs): string {
    const union = modelSchema(plan.reader);
    if (
      union.kind !== 'union' ||
      value === 'null' ||
      isSelfEvident(union, this.code.project, longs)
    )
      return value;
    return `{ case: ${quote(caseName(union, plan.index))}, value: ${value} }`;
  }

  private primitive(schema: Schema, longs: LongAs): string {
    if (schema.kind === 'null') return 'null';
    if (schema.kind !== 'long') return `r.${schema.kind}()`;
    return longAs(schema, this.code.project, longs) === 'bigint' ? 'r.long()' : 'r.longNumber()';
  }

  private promoted(from: string, to: Schema, longs: LongAs): string {
    if (from === 'int' && to.kind === 'long') {
      return longAs(to, this.code.project, longs) === 'bigint' ? 'BigInt(r.int())' : 'r.int()';
    }
    if (from === 'int') return to.kind === 'float' ? 'Math.fround(r.int())' : 'r.int()';
    if (from === 'long')
      return to.kind === 'float'
        ? `${this.code.runtime('longToFloat')}(r.long())`
        : 'Number(r.long())';
    if (from === 'float') return 'r.float()';
    return to.kind === 'bytes' ? 'r.bytes()' : 'r.string()';
  }

  private enum(plan: EnumPlan): string {
    if (
      plan.symbols.every((to, from) => to === from) &&
      plan.symbols.length === plan.reader.symbols.length
    ) {
      return `${this.function(modelSchema(plan.reader))}(r)`;
    }
    const symbols = plan.symbols.map((index) => quoteOrHole(plan.reader.symbols[index]));
    const names = this.code.project.namesOf(modelEnum(plan.reader));
    const type = this.code.import({ from: { path: names.path }, name: names.type, isType: true });
    return `r.symbol<${type}>([${symbols.join(', ')}])`;
  }

  private isSelf(plan: RecordPlan): boolean {
    return plan.writer === plan.reader;
  }

  private function(schema: Schema): string {
    const names = this.code.project.namesOf(modelNamed(schema));
    return this.code.import({ from: { path: names.path }, name: names.read });
  }

  /** Statements that pass over a value of the writer. */
  private skip(schema: Schema, locals: Locals): string[] {
    return skipLines(schema, {
      code: this.code,
      locals,
      skipRecord: (record) => this.readRecord(skipPlan(record)),
    });
  }
}

/** A variable for a part of what another one receives. */
function nested({ longs, locals }: Into, name: string): Into {
  return { name, longs, locals };
}

function quoteOrHole(symbol: string | undefined): string {
  return symbol === undefined ? 'undefined' : quote(symbol);
}

// Plans are made of the runtime's shapes. Those that the generator makes hold its own model, which
// extends them: the casts below only say so again.
function modelSchema(schema: Plan['reader']): Schema {
  return schema as Schema;
}
function modelRecord(schema: RecordPlan['reader']): RecordSchema {
  return schema as RecordSchema;
}
function modelEnum(schema: EnumPlan['reader']): Extract<Schema, { kind: 'enum' }> {
  return schema as Extract<Schema, { kind: 'enum' }>;
}
function modelNamed(schema: Schema): Extract<Schema, { name: string }> {
  return schema as Extract<Schema, { name: string }>;
}
