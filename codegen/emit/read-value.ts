/** Resolution plans -> expressions that read, where one is enough. */
import type { NamedSchema, Schema } from '../model/schema.js';
import { isSelfEvident, longAs } from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import { call, choice, type Expression, list, NULL, text, variable } from './expressions.js';
import { inCase } from './literal.js';
import type { ModelEnumPlan, ModelPlan, ModelRecordPlan, PlanOf } from './model-plan.js';
import type { LongAs } from './options.js';
import { LONG_NUMBER, readOrNull } from './or-null.js';

/** How a pair of records other than a type with itself is read: the name of its function. */
export type ReadRecord = (plan: ModelRecordPlan) => string;

/** Prints expressions that read into one file. */
export class ReadValues {
  private readonly code: CodePrinter;
  private readonly readRecord: ReadRecord;

  constructor(code: CodePrinter, readRecord: ReadRecord) {
    this.code = code;
    this.readRecord = readRecord;
  }

  /** The value of a plan as one expression, where one is enough. */
  inline(plan: ModelPlan, longs: LongAs): Expression | undefined {
    switch (plan.kind) {
      case 'same':
        return this.code.fromBase(plan.reader, this.primitive(plan.reader, longs));
      case 'promote':
        return this.code.fromBase(plan.reader, this.promoted(plan.from, plan.reader, longs));
      case 'fixed':
        return this.ordinary(plan.reader);
      case 'enum':
        return this.enum(plan);
      case 'record':
        return this.isSelf(plan) ? this.ordinary(plan.reader) : call(this.readRecord(plan));
      case 'wrap': {
        const value = this.inline(plan.plan, longs);
        return value === undefined ? undefined : this.wrapped(plan, value, longs);
      }
      case 'choose':
        return this.chosen(plan, longs);
      case 'array': {
        // Numbers that need nothing else are read in one call.
        const reads = this.inline(plan.items, longs)?.reads;
        return reads === 'float' || reads === 'double' ? this.code.reading(`${reads}s`) : undefined;
      }
      case 'refuse': {
        const reason = text(`data that the reader can take: ${plan.reason}`);
        return call(this.code.read('fail'), text('AVRO_UNRESOLVED'), reason);
      }
      default:
        return undefined;
    }
  }

  /** Of null and something that is one expression. */
  private chosen({ branches }: PlanOf<'choose'>, longs: LongAs): Expression | undefined {
    if (branches.length !== 2) return undefined;
    const [first, second] = branches.map((branch) => this.inline(branch, longs));
    if (first === undefined || second === undefined) return undefined;
    if (first.kind !== 'null' && second.kind !== 'null') return undefined;
    return (
      readOrNull(first, second, (name) => this.code.read(name)) ??
      choice(`${this.code.read('index')}(2) === 0`, first, second)
    );
  }

  /** The value of a union's branch as the union shows it. */
  wrapped({ reader, index }: PlanOf<'wrap'>, value: Expression, longs: LongAs): Expression {
    const isBare = value.kind === 'null' || isSelfEvident(reader, this.code.project, longs);
    return isBare ? value : inCase(reader, index, value);
  }

  private primitive(schema: Schema, longs: LongAs): Expression {
    if (schema.kind === 'null') return NULL;
    return this.code.reading(schema.kind === 'long' ? this.longReader(schema, longs) : schema.kind);
  }

  private longReader(schema: Schema, longs: LongAs): string {
    return longAs(schema, this.code.project, longs) === 'bigint' ? 'long' : LONG_NUMBER;
  }

  private promoted(from: string, to: Schema, longs: LongAs): Expression {
    const base = this.code.reading(from);
    if (from === 'int' && to.kind === 'long')
      return longAs(to, this.code.project, longs) === 'bigint' ? call('BigInt', base) : base;
    if (from === 'int') return to.kind === 'float' ? call('Math.fround', base) : base;
    if (from === 'long')
      return call(to.kind === 'float' ? this.code.runtime('longToFloat') : 'Number', base);
    if (from === 'float') return base;
    return this.code.reading(to.kind === 'bytes' ? 'bytes' : 'string');
  }

  private enum({ symbols, reader }: ModelEnumPlan): Expression {
    const isSame = symbols.every((to, from) => to === from);
    if (isSame && symbols.length === reader.symbols.length) return this.ordinary(reader);
    const names = this.code.project.namesOf(reader);
    const type = this.code.import({ from: { path: names.path }, name: names.type, isType: true });
    const known = symbols.map((index) => reader.symbols[index]);
    return call(
      `${this.code.read('symbol')}<${type}>`,
      list(known.map((symbol) => (symbol === undefined ? variable('undefined') : text(symbol)))),
    );
  }

  private isSelf(plan: ModelRecordPlan): boolean {
    return plan.writer === plan.reader;
  }

  /** A named type that is laid out as it is now. */
  private ordinary(schema: NamedSchema): Expression {
    const names = this.code.project.namesOf(schema);
    return call(this.code.import({ from: { path: names.path }, name: names.read }));
  }
}
