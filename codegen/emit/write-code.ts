/** Schemas -> code that writes. */
import type { Rounding } from '../../runtime/codec/decimal-text.js';
import { emptyFields } from '../../runtime/schema/empty-values.js';
import { minimumBytes } from '../../runtime/schema/size.js';
import { caseName } from '../model/cases.js';
import type { Field, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import {
  fieldLongs,
  isDecimalText,
  isOptional,
  isSelfEvident,
  longAs,
  valueClass,
} from './appearance.js';
import type { CodePrinter } from './code-printer.js';
import { concat, type Doc, textOf } from './document.js';
import {
  access,
  binary,
  call,
  choice,
  type Expression,
  number,
  other,
  text,
  variable,
} from './expressions.js';
import { literal } from './literal.js';
import type { Locals } from './locals.js';
import { type LongAs, roundingOf } from './options.js';
import { LONG_NUMBER, OR_NULL } from './or-null.js';
import { quote } from './quote.js';
import {
  type Branch,
  choose,
  conditional,
  constant,
  countEmpty,
  loop,
  loopOf,
  returned,
  run,
} from './statements.js';
import { generic, named, type Type } from './type-expressions.js';

interface Target {
  /** The value to write. */
  readonly value: Expression;
  readonly longs: LongAs;
  /** What becomes of a decimal's digits beyond its scale; by default they are refused. */
  readonly rounding?: Rounding | undefined;
  readonly locals: Locals;
}

const VALUE = variable('value');

/** Prints writing code into one file. */
export class WritePrinter {
  private readonly code: CodePrinter;

  constructor(code: CodePrinter) {
    this.code = code;
  }

  /** The statements of a function that writes the record `value`. */
  record(record: RecordSchema, locals: Locals): Doc[] {
    // Where nothing has to be given, any object would do: also one that holds things elsewhere.
    const isOpen = record.fields.every((field) => isOptional(field, this.code.project));
    const test = isOpen
      ? `!${this.code.runtime('hasProperties')}(value)`
      : "typeof value !== 'object' || value === null";
    const refusal = returned(this.put('bad', text(record.name), VALUE));
    return [
      ...conditional([{ test, body: [refusal] }]),
      ...this.empty(emptyFields(record)),
      ...record.fields.flatMap((field) => this.field(record, field, locals)),
    ];
  }

  private field(record: RecordSchema, field: Field, locals: Locals): Doc[] {
    const { code } = this;
    const longs = fieldLongs(code.project, record, field);
    const to = { longs, rounding: roundingOf(code.project.options, record, field), locals };
    if (!isOptional(field, code.project))
      return this.write(field.type, { value: access(VALUE, field.name), ...to });
    const value = this.optional(field.name);
    const given = literal(field.type, field.default ?? null, { code, longs });
    if (given.kind === 'null') {
      const orNull = { ...value, kind: 'other' as const, doc: concat(value.doc, ' ?? null') };
      return this.write(field.type, { value: orNull, ...to });
    }
    const name = locals.name(field.name);
    // Only a property access narrows in the test below; a call is bound first.
    const isCall = value.kind === 'call';
    const bound = isCall ? variable(locals.name(`${field.name}Given`)) : value;
    const filled = choice(binary(bound.doc, '===', 'undefined'), given, bound);
    return [
      ...(isCall ? [constant(textOf(bound.doc), value)] : []),
      constant(name, filled, this.annotation(record, field)),
      ...this.write(field.type, { value: variable(name), ...to }),
    ];
  }

  /** A field that may be absent. Named like a method of all objects it is asked for by own name. */
  private optional(name: string): Expression {
    return INHERITED.has(name)
      ? call(this.code.runtime('own'), VALUE, text(name))
      : access(VALUE, name);
  }

  /** The type of a field's value with its default: none where the expression says it by itself. */
  private annotation(record: RecordSchema, field: Field): Type | undefined {
    const { project } = this.code;
    const longs = fieldLongs(project, record, field);
    const { type } = field;
    if (isScalar(type)) return undefined;
    const isBare = type.kind !== 'union' || isSelfEvident(type, project, longs);
    if (!isBare)
      return generic(
        'Exclude',
        named(`${project.namesOf(record).input}[${quote(field.name)}]`),
        UNDEFINED,
      );
    if (type.kind === 'union' && type.branches.every(isScalar)) return undefined;
    return this.code.types.print(type, 'write', longs);
  }

  /** Statements that write one value. */
  write(schema: Schema, to: Target): Doc[] {
    switch (schema.kind) {
      case 'record':
      case 'enum':
      case 'fixed': {
        const names = this.code.project.namesOf(schema);
        const write = this.code.import({ from: { path: names.path }, name: names.write });
        return [run(call(write, this.rounded(schema, to)))];
      }
      case 'array':
        return this.array(schema.items, to);
      case 'map': {
        const { value, bound } = this.named(to);
        const key = variable(to.locals.name('key'));
        const entry = call(this.code.runtime('getEntry'), value, key);
        const body = [
          run(this.put('string', key)),
          ...this.write(schema.values, { ...to, value: entry }),
        ];
        return [...bound, loopOf(key, this.put('keys', value), body), run(this.put('end'))];
      }
      case 'union':
        return this.union(schema, to);
      default:
        return [
          run(
            this.put(
              this.primitive(schema, to.longs),
              this.code.toBase(schema, this.rounded(schema, to)),
            ),
          ),
        ];
    }
  }

  /** The value to write; of a decimal that is to be rounded, the rounded one. */
  private rounded(schema: Schema, { value, rounding }: Target): Expression {
    if (rounding === undefined || !isDecimalText(schema, this.code.project)) return value;
    const { scale = 0 } = schema.logical ?? {};
    return call(this.code.runtime('rounded'), value, number(scale), text(rounding));
  }

  private array(items: Schema, to: Target): Doc[] {
    const isFloating = items.kind === 'float' || items.kind === 'double';
    if (isFloating && !this.code.converts(items))
      return [run(this.put(`${items.kind}s`, to.value))];
    const { value, bound } = this.named(to);
    const [count, i] = [to.locals.name('count'), to.locals.name('i')];
    const item = call(this.code.runtime('itemAt'), value, variable(i));
    return [
      ...bound,
      constant(count, this.put('array', value)),
      ...(minimumBytes(items) === 0 ? this.empty(count) : []),
      loop(
        [`let ${i} = 0`, `${i} < ${count}`, `${i}++`],
        this.write(items, { ...to, value: item }),
      ),
      run(this.put('endArray', value, variable(count))),
    ];
  }

  /** A call of a function that writes. */
  private put(name: string, ...given: readonly Expression[]): Expression {
    return call(this.code.write(name), ...given);
  }

  /** Counts values that take no bytes: nothing else bounds how many there are. */
  private empty(values: number | string): Doc[] {
    return values === 0 ? [] : countEmpty(this.code.write('emptyValues'), values);
  }

  private primitive(schema: Schema, longs: LongAs): string {
    if (schema.kind !== 'long') return schema.kind;
    return longAs(schema, this.code.project, longs) === 'bigint' ? 'long' : LONG_NUMBER;
  }

  private union(union: UnionSchema, to: Target): Doc[] {
    if (union.branches.length === 0) return [this.refusal('nothing: the union is empty', to)];
    const short = this.orNull(union, to);
    if (short !== undefined) return [short];
    // The tests below would ask for the property again and again.
    const { value, bound } = this.named(to);
    const target = { ...to, value };
    const isBare = isSelfEvident(union, this.code.project, to.longs);
    return [...bound, ...(isBare ? this.bareUnion(union, target) : this.casedUnion(union, target))];
  }

  private refusal(expected: string, { value }: Target): Doc {
    return run(this.put('bad', text(expected), value));
  }

  /** A union of null and a primitive in one call. */
  private orNull(union: UnionSchema, to: Target): Doc | undefined {
    const [first, second] = union.branches;
    const nullIndex = first?.kind === 'null' ? 0 : 1;
    const other = nullIndex === 0 ? second : first;
    if (union.branches[nullIndex]?.kind !== 'null' || union.branches.length !== 2) return undefined;
    if (other === undefined || !OR_NULL.has(other.kind) || this.code.converts(other))
      return undefined;
    return run(this.put(`${this.primitive(other, to.longs)}OrNull`, to.value, number(nullIndex)));
  }

  /** A name for the value: itself, or a constant. */
  private named({ value, locals }: Target): { value: Expression; bound: Doc[] } {
    if (value.kind === 'name') return { value, bound: [] };
    const name = locals.name(value.property ?? 'item');
    return { value: variable(name), bound: [constant(name, value)] };
  }

  /** Branches told apart by what the value is. */
  private bareUnion(union: UnionSchema, to: Target): Doc[] {
    const order = [...union.branches.entries()].sort(
      ([, a], [, b]) => Number(b.kind === 'null') - Number(a.kind === 'null'),
    );
    const isNullable = order.filter(([, { kind }]) => kind !== 'null').length === 1;
    const branches = order.map(([index, branch]): Branch => {
      const write =
        branch.kind === 'null' ? [] : this.write(branch, this.narrowed(union, branch, to));
      const body = [run(this.put('index', number(index))), ...write];
      // With one branch besides null the writer's own check says what is wrong with the value.
      const isLast = isNullable && branch.kind !== 'null';
      return isLast ? { body } : { test: this.test(branch, to), body };
    });
    if (isNullable) return conditional(branches);
    const expected = textOf(this.code.inWords.print(union, 'write', to.longs).doc);
    return conditional([...branches, { body: [this.refusal(expected, to)] }]);
  }

  /**
   * What a branch is written from. Beside a record whose fields may all be left out, `typeof` leaves
   * an enum's symbols as just string: TypeScript takes a string for such a record.
   */
  private narrowed(union: UnionSchema, branch: Schema, to: Target): Target {
    const isBeside = union.branches.some(({ kind }) => kind === 'record');
    if (branch.kind !== 'enum' || !isBeside) return to;
    const type = this.code.types.print(branch, 'write', to.longs);
    return { ...to, value: other(to.value.doc, ' as ', type.doc) };
  }

  private test(branch: Schema, { value: { doc }, value, longs }: Target): Doc {
    const kind = valueClass(branch, this.code.project, longs);
    switch (kind) {
      case 'null':
        return binary(doc, '===', 'null');
      case 'bytes':
        return binary(doc, 'instanceof', 'Uint8Array');
      case 'date':
        return binary(doc, 'instanceof', 'Date');
      case 'array':
        return call(this.code.runtime('isList'), value).doc;
      case 'object':
        return call(this.code.runtime('isPlainObject'), value).doc;
      default:
        return binary(concat('typeof ', doc), '===', quote(kind));
    }
  }

  /** Branches told apart by `{ case, value }`. */
  private casedUnion(union: UnionSchema, to: Target): Doc[] {
    const nullIndex = union.branches.findIndex((branch) => branch.kind === 'null');
    const value = access(to.value, 'value');
    const cases = [...union.branches.entries()]
      .filter(([index]) => index !== nullIndex)
      .map(([index, branch]) => ({ index, branch, name: caseName(union, index) }));
    const names = cases.map(({ name }) => name).join(', ');
    const expected = `{ case, value } of ${names}${nullIndex < 0 ? '' : ', or null'}`;
    const chosen = choose(other(to.value.doc, '?.case'), [
      ...cases.map(({ index, branch, name }) => ({
        label: quote(name),
        body: [
          run(this.put('index', number(index))),
          ...this.write(branch, { ...to, value }),
          'break;',
        ],
        hasBraces: true,
      })),
      { body: [this.refusal(expected, to)], hasBraces: false },
    ]);
    if (nullIndex < 0) return [chosen];
    const isNull = { test: binary(to.value.doc, '===', 'null') };
    const writeNull = [run(this.put('index', number(nullIndex)))];
    return conditional([{ ...isNull, body: writeNull }, { body: [chosen] }]);
  }
}

const UNDEFINED = named('undefined');

/** Whether the expression of a default is of the schema's type by itself. */
function isScalar({ kind }: Schema): boolean {
  return kind !== 'record' && kind !== 'array' && kind !== 'map' && kind !== 'union';
}

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));
