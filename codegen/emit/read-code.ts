/** Resolution plans -> code that reads. The plan of a type with itself gives its ordinary reader. */

import { emptyFields } from '../../runtime/schema/empty-values.js';
import { leastBytes } from '../../runtime/schema/size.js';
import type { Field, RecordSchema, Schema } from '../model/schema.js';
import { fieldLongs, isSelfEvident } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import type { Doc } from './document.js';
import {
  call,
  type Entry,
  type Expression,
  number,
  object,
  text,
  variable,
} from './expressions.js';
import { literal } from './literal.js';
import type { Locals } from './locals.js';
import type { ModelPlan, ModelRecordPlan, PlanOf } from './model-plan.js';
import type { LongAs } from './options.js';
import { propertyKey, quote } from './quote.js';
import { type ReadRecord, ReadValues } from './read-value.js';
import { skipLines, skipPlan } from './skip-code.js';
import {
  assignment,
  type Case,
  choose,
  constant,
  countEmpty,
  declaration,
  eachBlock,
  isSingle,
  loop,
  run,
} from './statements.js';
import { named, type Type } from './type-expressions.js';

/** A variable that receives what is read. */
interface Into {
  readonly name: string;
  readonly longs: LongAs;
  readonly locals: Locals;
  /** Its type as its field calls it, where that is shorter than the type itself. */
  readonly type?: Type | undefined;
}

/** What a function does, and what it returns. */
export interface Body {
  readonly statements: readonly Doc[];
  readonly value: Expression;
}

/** Columns of a record beyond which each of its fields has a line of its own. */
const MAX_RECORD_COLUMNS = 72;

/** Prints reading code into one file. */
export class ReadPrinter {
  private readonly code: CodePrinter;
  private readonly readRecord: ReadRecord;
  private readonly values: ReadValues;

  constructor(code: CodePrinter, readRecord: ReadRecord) {
    this.code = code;
    this.readRecord = readRecord;
    this.values = new ReadValues(code, readRecord);
  }

  /** A function that reads a record. */
  record(plan: ModelRecordPlan, locals: Locals): Body {
    const { reader } = plan;
    const values = new Map<number, Expression>();
    const empty = emptyFields(plan.writer);
    const statements = empty === 0 ? [] : countEmpty(this.code.read('emptyValues'), empty);
    const parts = plan.steps.map((step) => {
      if (step.into === undefined) return { skip: this.skip(step.field.type, locals) };
      const field = reader.fields[step.into];
      const longs = field === undefined ? 'bigint' : fieldLongs(this.code.project, reader, field);
      return {
        into: step.into,
        plan: step.plan,
        longs,
        inline: this.values.inline(step.plan, longs),
      };
    });
    const inOrder = parts.every((part, i) => part.into === i && part.inline !== undefined);
    for (const part of parts) {
      if (part.skip !== undefined) statements.push(...part.skip);
      else if (inOrder && part.inline !== undefined) values.set(part.into, part.inline);
      else {
        const name = locals.name(reader.fields[part.into]?.name ?? 'field');
        values.set(part.into, variable(name));
        const type = this.fieldType(reader, part.into);
        // Apart from the record a case is any text: its type says which.
        if (part.inline !== undefined) statements.push(constant(name, part.inline, type));
        else statements.push(...this.into(part.plan, { name, longs: part.longs, locals, type }));
      }
    }
    return { statements, value: this.literal(reader, values) };
  }

  /** The statements of a function that passes over a record. */
  skipFields(plan: ModelRecordPlan, locals: Locals): Doc[] {
    return plan.steps.flatMap((step) => this.skip(step.field.type, locals));
  }

  private literal(reader: RecordSchema, values: ReadonlyMap<number, Expression>): Expression {
    const entries = reader.fields.map((field, index): Entry => {
      const value = values.get(index) ?? this.defaultOf(reader, field);
      return [propertyKey(field.name), value];
    });
    return object(entries, MAX_RECORD_COLUMNS);
  }

  private defaultOf(reader: RecordSchema, field: Field): Expression {
    return literal(field.type, field.default ?? null, {
      code: this.code,
      longs: fieldLongs(this.code.project, reader, field),
    });
  }

  /** Unions told apart by case are long: `Payment['method']` says the same. */
  private fieldType(reader: RecordSchema, index: number): Type | undefined {
    const field = reader.fields[index];
    if (field?.type.kind !== 'union') return undefined;
    const longs = fieldLongs(this.code.project, reader, field);
    if (isSelfEvident(field.type, this.code.project, longs)) return undefined;
    const { path, type } = this.code.project.namesOf(reader);
    const name = this.code.import({ from: { path }, name: type, isType: true });
    return named(`${name}[${quote(field.name)}]`);
  }

  /** A function that reads a value which is no record. */
  value(plan: ModelPlan, to: Into): Body {
    const inline = this.values.inline(plan, to.longs);
    if (inline !== undefined) return { statements: [], value: inline };
    return { statements: this.into(plan, to), value: variable(to.name) };
  }

  /** Statements that read a plan's value into a new constant. */
  into(plan: ModelPlan, to: Into): Doc[] {
    const inline = this.values.inline(plan, to.longs);
    if (inline !== undefined && !this.isCase(plan, to.longs)) return [constant(to.name, inline)];
    const type = to.type ?? this.code.types.print(plan.reader, 'read', to.longs);
    // By itself a case is any text: its type says which.
    if (inline !== undefined) return [constant(to.name, inline, type)];
    const [only] = plan.kind === 'choose' ? plan.branches : [];
    if (plan.kind === 'choose' && plan.branches.length === 1 && only !== undefined)
      return [this.onlyBranch(), ...this.into(only, to)];
    if (plan.kind === 'choose') return [declaration(to.name, type), ...this.assign(plan, to)];
    if (plan.kind === 'wrap') {
      const inner = to.locals.name(`${to.name}Value`);
      return [
        ...this.into(plan.plan, nested(to, inner)),
        constant(to.name, this.values.wrapped(plan, variable(inner), to.longs), type),
      ];
    }
    return this.fill(plan, { ...to, type });
  }

  private isCase(plan: ModelPlan, longs: LongAs): boolean {
    if (plan.kind !== 'wrap' || plan.plan.reader.kind === 'null') return false;
    return !isSelfEvident(plan.reader, this.code.project, longs);
  }

  /** Statements that give an already declared variable its value. */
  private assign(plan: ModelPlan, to: Into): Doc[] {
    const inline = this.values.inline(plan, to.longs);
    if (inline !== undefined) return [assignment(to.name, inline)];
    if (plan.kind !== 'choose') {
      const [held, value] = this.held(plan, to);
      return [...held, assignment(to.name, value)];
    }
    if (plan.branches.length === 0) return [assignment(to.name, this.emptyUnion())];
    const [only] = plan.branches;
    if (only !== undefined && plan.branches.length === 1)
      return [this.onlyBranch(), ...this.assign(only, to)];
    const last = plan.branches.length - 1;
    const cases = plan.branches.map((branch, index): Case => {
      const body = this.assign(branch, to);
      const hasBraces = !isSingle(body);
      return index === last
        ? { body, hasBraces }
        : { label: `${index}`, body: [...body, 'break;'], hasBraces };
    });
    return [choose(call(this.code.read('index'), number(plan.branches.length)), cases)];
  }

  /** Statements that read a value into a constant of its own, and the expression to assign then. */
  private held(plan: ModelPlan, to: Into): [Doc[], Expression] {
    const inner = to.locals.name(`${to.name}Value`);
    if (plan.kind !== 'wrap') return [this.into(plan, nested(to, inner)), variable(inner)];
    const value = this.values.wrapped(plan, variable(inner), to.longs);
    return [this.into(plan.plan, nested(to, inner)), value];
  }

  /** Statements that declare an array or a map and read its items, block by block. */
  private fill(plan: ModelPlan, to: Into): Doc[] {
    if (plan.kind === 'map') return this.map(plan, to);
    if (plan.kind !== 'array') return [];
    const count = to.locals.name('count');
    const index = to.locals.name('i');
    const item = this.item(plan.items, 'item', to);
    const body = [...item.statements, assignment(`${to.name}[${index}++]`, item.value)];
    const next = `${this.code.read('block')}(${leastBytes(plan.writer)})`;
    const room = call(this.code.runtime('roomFor'), variable(count));
    return [
      `let ${count} = ${next};`,
      constant(to.name, room, to.type),
      eachBlock({ start: `let ${index} = 0`, count, next }, countdown(count, body)),
    ];
  }

  private map(plan: PlanOf<'map'>, to: Into): Doc[] {
    const count = to.locals.name('count');
    const key = to.locals.name('key');
    const item = this.item(plan.values, 'entry', to);
    const set = this.code.runtime('setEntry');
    const body = [
      constant(key, call(this.code.read('key'))),
      ...item.statements,
      run(call(set, variable(to.name), variable(key), item.value)),
    ];
    const next = `${this.code.read('block')}(${leastBytes(plan.writer)})`;
    return [
      constant(to.name, object([]), to.type),
      eachBlock({ start: `let ${count} = ${next}`, count, next }, countdown(count, body)),
    ];
  }

  /** What reads one item of a list or a map. */
  private item(plan: ModelPlan, hint: string, to: Into): Body {
    const inline = this.values.inline(plan, to.longs);
    if (inline !== undefined) return { statements: [], value: inline };
    const name = to.locals.name(hint);
    return { statements: this.into(plan, nested(to, name)), value: variable(name) };
  }

  /** The index of a union's only branch says nothing. */
  private onlyBranch(): Doc {
    return run(call(this.code.read('index'), number(1)));
  }

  private emptyUnion(): Expression {
    return call(this.code.read('fail'), text('AVRO_INDEX'), text('a branch of an empty union'));
  }

  /** Statements that pass over a value of the writer. */
  private skip(schema: Schema, locals: Locals): Doc[] {
    return skipLines(schema, {
      code: this.code,
      locals,
      skipRecord: (record) => this.readRecord(skipPlan(record)),
    });
  }
}

/** A loop over the items of a block. */
function countdown(count: string, body: readonly Doc[]): Doc {
  return loop(['', `${count} > 0`, `${count}--`], body);
}

/** A variable for a part of what another one receives. */
function nested({ longs, locals }: Into, name: string): Into {
  return { name, longs, locals };
}

/** Statements with a level of nesting counted around them. */
export function inLevels(statements: readonly Doc[], code: CodePrinter): Doc[] {
  return [run(call(code.read('enter'))), ...statements, run(call(code.read('leave')))];
}

/** The same with a level of nesting counted around it. */
export function readInLevels({ statements, value }: Body, type: string, at: ReadAt): Body {
  const name = at.locals.name('result');
  const result = constant(name, value, named(type));
  return { statements: inLevels([...statements, result], at.code), value: variable(name) };
}

interface ReadAt {
  readonly code: CodePrinter;
  readonly locals: Locals;
}
