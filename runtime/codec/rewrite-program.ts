/** Programs of the fast rewriting (`rewrite.ts`): a plan as a list of numbers. */
import { changedPlans } from '../schema/changed-plans.js';
import { defaultBytes } from '../schema/default.js';
import { emptyFields } from '../schema/empty-values.js';
import type { Plan, RecordPlan, Step } from '../schema/plan.js';
import type { ArraySchema, MapSchema, RecordSchema, Schema } from '../schema/schema.js';
import { leastBytes } from '../schema/size.js';
import { OPS, simpleOf } from './rewrite-operations.js';

/** Items that write: where blocks have sizes, counts are written without. */
const WRITES = 1;

export interface Program {
  readonly code: Int32Array;
  readonly constants: Uint8Array;
}

/** The program of a plan. */
export function programOf(root: Plan): Program {
  return new Emitter(root).finish();
}

/** A record's program, and who calls it. */
interface Part {
  readonly callers: number[];
  start: number;
}

type Container = ArraySchema | MapSchema;

class Emitter {
  private readonly code: number[] = [];
  private readonly constants: number[] = [];
  /** Where the last operation stands. */
  private last = 0;
  private readonly changed: ReadonlySet<Plan>;
  private readonly parts = new Map<Plan | Schema, Part>();
  /** Programs of records still to be made. A list instead of recursion: chains of types are long. */
  private readonly open: (() => void)[] = [];

  constructor(root: Plan) {
    this.changed = changedPlans(root);
    if (root.kind === 'record' && this.changed.has(root)) {
      // Where recursive types lead back to.
      this.parts.set(root, { callers: [], start: 0 });
      this.record(root);
    } else this.value(root);
    this.emit(OPS.end);
  }

  finish(): Program {
    for (let next = this.open.pop(); next !== undefined; next = this.open.pop()) next();
    for (const { callers, start } of this.parts.values())
      for (const caller of callers) this.code[caller] = start;
    return { code: Int32Array.from(this.code), constants: Uint8Array.from(this.constants) };
  }

  private emit(...numbers: readonly number[]): void {
    this.last = this.code.length;
    for (const number of numbers) this.code.push(number);
  }

  /** Where something else comes here: what follows is no neighbour of what stands before. */
  private here(): number {
    this.last = this.code.length;
    return this.last;
  }

  /** An operation whose last operand says how often; neighbours are one. */
  private repeat(...numbers: readonly number[]): void {
    const { code, last } = this;
    const count = code.length - 1;
    const isNeighbour =
      count - last === numbers.length && numbers.every((number, i) => code[last + i] === number);
    if (isNeighbour) code[count] = (code[count] ?? 0) + 1;
    else this.emit(...numbers, 1);
  }

  /** A value as the reader has it. */
  private value(step: Plan): void {
    if (step.kind === 'wrap') {
      this.constant(varint(step.index));
      return this.value(step.plan);
    }
    if (!this.changed.has(step)) return this.same(step);
    switch (step.kind) {
      case 'promote':
        return this.promote(step.from, step.to);
      case 'enum':
        return this.emit(OPS.symbol, step.symbols.length, ...step.symbols);
      case 'array':
        return isWidened(step.items)
          ? this.emit(OPS.doubles)
          : this.items(step.writer, WRITES, () => this.value(step.items));
      case 'map':
        return this.items(step.writer, WRITES, () => this.value(step.values));
      case 'record':
        return this.call(step, () => this.record(step));
      case 'choose':
        return this.choose(step.branches);
      default:
        return this.emit(OPS.giveUp);
    }
  }

  /** A value whose bytes are the reader's as they are. */
  private same(step: Plan): void {
    switch (step.kind) {
      case 'same':
        return this.skip({ kind: step.type });
      case 'fixed':
        return this.skip(step.reader);
      case 'choose':
        return this.choose(step.branches);
      case 'enum':
      case 'array':
      case 'map':
      case 'record':
        return this.skip(step.writer);
      default:
        return this.emit(OPS.giveUp);
    }
  }

  /** Passes over a value of the writer's. */
  private skip(schema: Schema): void {
    const simple = simpleOf(schema);
    if (simple !== undefined) return this.repeat(OPS[simple.of], ...simple.size);
    switch (schema.kind) {
      case 'null':
        return;
      case 'enum':
        return this.emit(OPS.index, schema.symbols.length);
      case 'record':
        return this.call(schema, () => this.skipRecord(schema));
      case 'union':
        return this.branches(
          OPS.union,
          schema.branches.map((branch) => ({ as: branch, emit: () => this.skip(branch) })),
        );
      case 'array':
      case 'map':
        return this.skipItems(schema);
      default:
        return this.emit(OPS.giveUp);
    }
  }

  private skipItems(schema: Container): void {
    const item = schema.kind === 'array' ? schema.items : undefined;
    if (item?.kind === 'float') return this.emit(OPS.fixedItems, 4);
    if (item?.kind === 'double') return this.emit(OPS.fixedItems, 8);
    if (item?.kind === 'string' || item?.kind === 'bytes') return this.emit(OPS.textItems);
    this.items(schema, 0, () => this.skip(schema.kind === 'array' ? schema.items : schema.values));
  }

  /** Blocks of items; an item's own program stands between, so that it is run for each. */
  private items(schema: Container, flags: number, item: () => void): void {
    // Nothing in the message says how long that would go on.
    if (leastBytes(schema) === 0) return this.emit(OPS.giveUp);
    this.emit(OPS.items, flags, 0);
    const after = this.code.length - 1;
    if (schema.kind === 'map') this.repeat(OPS.text);
    item();
    this.emit(OPS.end);
    this.code[after] = this.here();
  }

  /** The branches of a union that the writer has, of which some may have changed. */
  private choose(plans: readonly Plan[]): void {
    const keepPlaces = plans.every((step, i) => step.kind === 'wrap' && step.index === i);
    this.branches(
      keepPlaces ? OPS.union : OPS.choose,
      plans.map((step) => {
        const kept = keepPlaces && step.kind === 'wrap' ? step.plan : step;
        return { as: keepPlaces ? unchangedAs(kept) : undefined, emit: () => this.value(kept) };
      }),
    );
  }

  private branches(op: number, branches: readonly Branch[]): void {
    const nullIndex = branches.findIndex(({ as }) => as?.kind === 'null');
    const other = branches.length === 2 ? branches[1 - nullIndex] : undefined;
    if (nullIndex >= 0 && other !== undefined) return this.option(nullIndex, other);
    this.emit(op, branches.length, ...branches.map(() => 0));
    const table = this.code.length - branches.length;
    const jumps = branches.map(({ emit }, i) => {
      this.code[table + i] = this.here();
      emit();
      this.emit(OPS.jump, 0);
      return this.code.length - 1;
    });
    for (const jump of jumps) this.code[jump] = this.here();
  }

  private option(nullIndex: number, { as, emit }: Branch): void {
    const simple = as && simpleOf(as);
    if (simple !== undefined)
      return this.repeat(OPS[`optional${simple.name}`], nullIndex, ...simple.size);
    this.emit(OPS.option, nullIndex, 0);
    const after = this.code.length - 1;
    emit();
    this.code[after] = this.here();
  }

  private promote(from: string, to: string): void {
    if (from === 'string' || from === 'bytes') return this.repeat(OPS.text);
    if (from === 'float') return this.emit(OPS.floatToDouble);
    if (from === 'long') return this.emit(to === 'float' ? OPS.longToFloat : OPS.longToDouble);
    // An int is a long as it stands.
    if (to === 'long') return this.repeat(OPS.int);
    this.emit(to === 'float' ? OPS.intToFloat : OPS.intToDouble);
  }

  private constant(bytes: readonly number[]): void {
    const from = this.constants.length;
    for (const byte of bytes) this.constants.push(byte);
    this.emit(OPS.constant, from, this.constants.length);
  }

  /** A record's program, made once: types may be recursive. */
  private call(key: Plan | Schema, emit: () => void): void {
    let part = this.parts.get(key);
    if (part === undefined) {
      const made: Part = { callers: [], start: 0 };
      part = made;
      this.parts.set(key, made);
      this.open.push(() => {
        made.start = this.here();
        emit();
        this.emit(OPS.end);
      });
    }
    this.emit(OPS.call, 0);
    part.callers.push(this.code.length - 1);
  }

  private skipRecord(schema: RecordSchema): void {
    if (emptyFields(schema) > 0) return this.emit(OPS.giveUp);
    for (const { type } of schema.fields) this.skip(type);
  }

  private record(step: RecordPlan): void {
    if (emptyFields(step.writer) > 0) return this.emit(OPS.giveUp);
    const targets = step.steps.flatMap(({ into }) => into ?? []);
    if (targets.every((into, i) => into > (targets[i - 1] ?? -1))) this.inOrder(step);
    else this.reordered(step);
  }

  /** Fields come as the reader has them: defaults are written between them. */
  private inOrder(step: RecordPlan): void {
    const defaults = [...step.defaults].sort((a, b) => a - b);
    const writeBefore = (into: number): void => {
      const next = defaults.findIndex((target) => target > into);
      const now = defaults.splice(0, next < 0 ? defaults.length : next);
      if (now.length > 0) this.constant(now.flatMap((target) => defaultOf(step, target)));
    };
    for (const part of step.steps) {
      if (part.into === undefined) this.leaveOut(part.field.type);
      else {
        writeBefore(part.into);
        this.value(part.plan);
      }
    }
    writeBefore(Number.POSITIVE_INFINITY);
  }

  private leaveOut(type: Schema): void {
    if (simpleOf(type)?.of === 'text') return this.repeat(OPS.leaveOutTexts);
    this.emit(OPS.flush);
    this.skip(type);
    this.emit(OPS.leaveOut);
  }

  /** Fields come in another order: places are noted first. */
  private reordered(step: RecordPlan): void {
    const { steps } = step;
    const stepOf = new Map(steps.map(({ into }, i) => [into, i]));
    this.emit(OPS.frame, steps.length + 1);
    for (const [i, { field }] of steps.entries()) this.mark(i, field.type);
    this.emit(OPS.mark, steps.length);
    this.emit(OPS.leaveOut);
    let copies: number[] = [];
    const writeCopies = (): void => {
      if (copies.length > 0) this.emit(OPS.copy, copies.length / 2, ...copies);
      copies = [];
    };
    const fields = step.reader.fields.length;
    for (let into = 0; into < fields; ) {
      const first = stepOf.get(into);
      let next = first ?? 0;
      // One copy for all neighbours.
      for (; isCopied(steps[next], into, this.changed); next++) into++;
      if (first !== undefined && next > first) copies.push(first, next);
      else {
        writeCopies();
        this.placed(step, into++, first);
      }
    }
    writeCopies();
    this.emit(OPS.unframe, steps.length + 1);
  }

  /** A field that only the reader has, or whose value is changed. */
  private placed(step: RecordPlan, into: number, index: number | undefined): void {
    const part = index === undefined ? undefined : step.steps[index];
    if (index === undefined || part?.into === undefined)
      return this.constant(defaultOf(step, into));
    this.emit(OPS.seek, index);
    this.value(part.plan);
    this.emit(OPS.flush);
  }

  private mark(index: number, type: Schema): void {
    const { code, last } = this;
    if (simpleOf(type)?.of !== 'text') {
      this.emit(OPS.mark, index);
      this.skip(type);
    } else if (code[last] === OPS.markTexts && last + 3 === code.length)
      code[last + 1] = (code[last + 1] ?? 0) + 1;
    else this.emit(OPS.markTexts, 1, index);
  }
}

interface Branch {
  /** What it is, where its bytes stay as they are and that is known. */
  readonly as: Schema | undefined;
  emit(): void;
}

function unchangedAs(step: Plan): Schema | undefined {
  if (step.kind === 'same') return { kind: step.type };
  return step.kind === 'fixed' ? step.reader : undefined;
}

function isCopied(part: Step | undefined, into: number, changed: ReadonlySet<Plan>): boolean {
  return part?.into === into && !changed.has(part.plan);
}

function defaultOf({ reader }: RecordPlan, into: number): readonly number[] {
  const field = reader.fields[into];
  return [...((field && defaultBytes(field)) ?? [])];
}

function isWidened(item: Plan): boolean {
  return item.kind === 'promote' && item.from === 'float';
}

/** An index of a union's branch. */
function varint(index: number): readonly number[] {
  const bytes: number[] = [];
  let rest = index * 2;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}
