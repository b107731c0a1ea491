/**
 * Proof that a reader refuses: data of the writer that goes the way to the problem, given to the
 * decoder. Beside that way the data is as small as the writer's schema allows.
 */

import { transcoder } from '../../runtime/codec/resolve.js';
import { AvroError } from '../../runtime/errors.js';
import type { Json } from '../../runtime/json.js';
import { type Plan, plan } from '../../runtime/schema/plan.js';
import { message, raw } from '../../runtime/wire/output.js';
import * as out from '../../runtime/wire/write.js';
import { isNamed, type RecordSchema, type Schema } from '../model/schema.js';
import type { Witness } from './finding.js';
import { type Least, leastValues } from './least-values.js';
import { pathAlong, type Spot } from './places.js';
import type { Meeting, Problem, Step } from './walk-pair.js';

/** Most values in the data of one witness. */
const MAX_VALUES = 20_000;
/** Most values of all witnesses of one comparison that are whole messages. */
const MAX_WHOLE_VALUES = 100_000;
/** And of those that are parts of messages. */
const MAX_ALL_VALUES = 400_000;

/** Most parts of a message, the outermost first, that are tried before the innermost must do. */
const MAX_ATTEMPTS = 50;

/** Makes witnesses for one reader and writer. */
export class Witnesses {
  private readonly least: ReadonlyMap<Schema, Least>;
  private readonly decoders = new Map<Meeting, Decoding | undefined>();
  private readonly made = new Map<Spot, Map<number | undefined, Witness | undefined>>();
  /** Branches beside the way, by the union's branches and by how the reader takes them. */
  private readonly chosen = new Map<readonly unknown[], number>();
  /** Values written or given out so far. */
  private spent = 0;

  constructor(writer: Schema) {
    this.least = leastValues(writer);
  }

  /**
   * `undefined` where the writer cannot write anything that comes there (a type without values),
   * or nothing that is small enough to be shown.
   */
  for(spot: Spot, problem: Problem): Witness | undefined {
    const known = this.made.get(spot) ?? new Map<number | undefined, Witness | undefined>();
    this.made.set(spot, known);
    // What is wrong with one pair shows in the same data, but for a union's branches.
    if (!known.has(problem.branch)) known.set(problem.branch, this.make(spot, problem));
    else this.spent += this.valuesOf(spot.meeting);
    return this.spent > MAX_ALL_VALUES ? undefined : known.get(problem.branch);
  }

  private make(spot: Spot, problem: Problem): Witness | undefined {
    const { way } = spot;
    const cause = this.attempt(spot, problem, way.length);
    if (typeof cause === 'string') return undefined;
    // Where all data fails before it comes to this problem, a part of the data shows it.
    const depths = Math.min(way.length, MAX_ATTEMPTS);
    for (let depth = 0; depth < depths && this.spent < MAX_WHOLE_VALUES; depth++) {
      const witness = this.attempt(spot, problem, depth);
      if (witness === 'no value') return undefined;
      if (witness !== 'too large' && witness.error === cause.error) return witness;
    }
    return cause;
  }

  private valuesOf(meeting: Meeting | undefined): number {
    return (meeting && this.least.get(meeting.writer)?.values) ?? 0;
  }

  /** A witness for the part that the way comes to after `depth` steps, or why there is none. */
  private attempt(spot: Spot, problem: Problem, depth: number): Witness | 'no value' | 'too large' {
    const { way } = spot;
    const meeting = way[depth]?.from ?? spot.meeting;
    if (this.valuesOf(meeting) > MAX_VALUES || this.spent > MAX_ALL_VALUES) return 'too large';
    const decoding = this.decodingOf(meeting);
    if (decoding === undefined) return 'too large';
    const aim: Aim = { steps: way.slice(depth).map(({ step }) => step), problem };
    let datum: Json = null;
    let bytes: Uint8Array;
    try {
      bytes = message(() => {
        datum = this.write(meeting.writer, decoding.plan, aim);
      });
    } catch (error) {
      if (error instanceof NoValue) return 'no value';
      // It nests deeper than messages may.
      if (error instanceof AvroError) return 'too large';
      throw error;
    }
    const part = depth === 0 ? {} : { part: pathAlong(way.slice(0, depth)) };
    try {
      decoding.decode(bytes);
    } catch (error) {
      if (!(error instanceof AvroError)) throw error;
      return { datum, bytes: Buffer.from(bytes).toString('hex'), error: error.message, ...part };
    }
    throw new Error(
      `The gate refuses what the decoder reads (${problem.rule.id}: ${problem.complaint.message}). Please report this with both schemas.`,
    );
  }

  /** `undefined` for types that refer to each other in a chain longer than the stack. */
  private decodingOf(meeting: Meeting): Decoding | undefined {
    if (this.decoders.has(meeting)) return this.decoders.get(meeting);
    const { reader, writer } = meeting;
    let made: Decoding | undefined;
    try {
      made = { plan: plan(writer, reader), decode: transcoder(writer, reader) };
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    this.decoders.set(meeting, made);
    return made;
  }

  /** Writes the least value that follows the aim, and answers it as Avro-JSON. */
  private write(schema: Schema, way: Plan | undefined, aim: Aim | undefined): Json {
    this.spent++;
    // Which branch of the reader's union it becomes shows in no data.
    if (way?.kind === 'wrap' && schema.kind !== 'union') return this.write(schema, way.plan, aim);
    const { step, next } = advance(aim, schema);
    switch (schema.kind) {
      case 'record':
        return this.record(schema, way, { step, next });
      case 'union':
        return this.branch(schema.branches, way, { step, next, aim });
      case 'array':
      case 'map':
        return this.container(schema, way, { step, next });
      case 'enum':
        return this.symbol(schema.symbols, way, aim !== undefined);
      default:
        return this.plain(schema);
    }
  }

  private record(schema: RecordSchema, way: Plan | undefined, { step, next }: Advance): Json {
    if (!this.least.has(schema)) throw new NoValue();
    out.enter();
    const entries = schema.fields.map((field, index): [string, Json] => {
      const isAimed = step?.kind === 'field' && step.writer === field;
      const inner = way?.kind === 'record' ? way.steps[index] : undefined;
      const fieldPlan = inner !== undefined && 'plan' in inner ? inner.plan : undefined;
      return [field.name, this.write(field.type, fieldPlan, isAimed ? next : undefined)];
    });
    out.leave();
    // fromEntries defines its keys, so a field called __proto__ stays a field.
    return Object.fromEntries(entries);
  }

  private branch(
    branches: readonly Schema[],
    way: Plan | undefined,
    { step, next, aim }: Advance & { aim: Aim | undefined },
  ): Json {
    const plans = way?.kind === 'choose' ? way.branches : undefined;
    const aimed =
      step?.kind === 'branch' ? step.writer : step === undefined ? aim?.problem.branch : undefined;
    const index = aimed ?? this.easiest(branches, plans);
    const branch = branches[index];
    if (branch === undefined) throw new NoValue();
    out.index(index);
    const value = this.write(branch, plans?.[index], aimed === undefined ? undefined : next);
    return branch.kind === 'null'
      ? value
      : { [isNamed(branch) ? branch.name : branch.kind]: value };
  }

  /** The branch with the smallest value, of those that the reader takes if there are any. */
  private easiest(branches: readonly Schema[], plans: readonly Plan[] | undefined): number {
    const known = this.chosen.get(plans ?? branches);
    if (known !== undefined) return known;
    const rated = branches.flatMap((branch, index) => {
      const height = this.least.get(branch)?.height;
      const isRefused = plans?.[index]?.kind === 'refuse' ? 1 : 0;
      return height === undefined ? [] : [{ index, isRefused, height }];
    });
    rated.sort((a, b) => a.isRefused - b.isRefused || a.height - b.height);
    const index = rated[0]?.index ?? -1;
    this.chosen.set(plans ?? branches, index);
    return index;
  }

  private container(
    schema: Extract<Schema, { kind: 'array' | 'map' }>,
    way: Plan | undefined,
    { step, next }: Advance,
  ): Json {
    const isEmpty = step?.kind !== 'items' && step?.kind !== 'values';
    if (isEmpty) {
      out.end();
      return schema.kind === 'array' ? [] : {};
    }
    out.index(1);
    if (schema.kind === 'map') out.string(KEY);
    const item = schema.kind === 'array' ? schema.items : schema.values;
    const inner = way?.kind === 'array' ? way.items : way?.kind === 'map' ? way.values : undefined;
    const value = this.write(item, inner, next);
    out.end();
    return schema.kind === 'array' ? [value] : { [KEY]: value };
  }

  /** A symbol that the reader takes, or, at the aim, one that it does not. */
  private symbol(symbols: readonly string[], way: Plan | undefined, isAim: boolean): Json {
    const known = way?.kind === 'enum' ? way.symbols : symbols.map((_, index) => index);
    const wanted = known.findIndex((index) => (isAim ? index < 0 : index >= 0));
    const index = Math.max(wanted, 0);
    const symbol = symbols[index];
    if (symbol === undefined) throw new NoValue();
    out.index(index);
    return symbol;
  }

  private plain(schema: Schema): Json {
    switch (schema.kind) {
      case 'boolean':
        out.boolean(false);
        return false;
      case 'int':
      case 'long':
        out.longNumber(0);
        return 0;
      case 'float':
        out.float(0);
        return 0;
      case 'double':
        out.double(0);
        return 0;
      case 'bytes':
      case 'string':
        out.longNumber(0);
        return '';
      case 'fixed':
        if (schema.size > MAX_FIXED) throw new NoValue();
        raw(new Uint8Array(schema.size));
        return '\u0000'.repeat(schema.size);
      default:
        return null;
    }
  }
}

const KEY = 'key';
/** Largest fixed that a witness holds, in bytes. */
const MAX_FIXED = 65_536;

/** Thrown within this file: there is no value to be made. */
class NoValue extends Error {}

interface Decoding {
  readonly plan: Plan;
  readonly decode: (bytes: Uint8Array) => Uint8Array;
}

/** The rest of the way, and what is at its end. */
interface Aim {
  readonly steps: readonly Step[];
  readonly problem: Problem;
}

interface Advance {
  /** The step to take in this schema. */
  readonly step: Step | undefined;
  /** What remains after it. */
  readonly next: Aim | undefined;
}

/** Takes the next step that shows in the writer's data. */
function advance(aim: Aim | undefined, schema: Schema): Advance {
  if (aim === undefined) return { step: undefined, next: undefined };
  const { steps, problem } = aim;
  const at = steps.findIndex((step) => step.kind !== 'branch' || step.writer !== undefined);
  const step = steps[at];
  if (step !== undefined) return { step, next: { steps: steps.slice(at + 1), problem } };
  // The way is at its end; a union still has the branch to choose.
  return { step, next: schema.kind === 'union' ? { steps: [], problem } : undefined };
}
