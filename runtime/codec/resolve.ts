/** Rewriting data from one schema's layout to another's: what the resolving decoder and the gate run. */

import { AvroError } from '../errors.js';
import { changedPlans } from '../schema/changed-plans.js';
import { defaultBytes } from '../schema/default.js';
import { emptyFields } from '../schema/empty-values.js';
import { type Plan, plan, type RecordPlan } from '../schema/plan.js';
import { longToFloat } from '../schema/promotions.js';
import type { Schema } from '../schema/schema.js';
import { leastBytes } from '../schema/size.js';
import { type Skip, skipper } from '../schema/skip.js';
import { finish, offset, since } from '../wire/input.js';
import { aside, isReading, setReading, start } from '../wire/message.js';
import { message, raw, reorder, written as writtenBytes } from '../wire/output.js';
import * as read from '../wire/read.js';
import * as write from '../wire/write.js';

/**
 * Rewrites data from the writer's layout to the reader's, or throws {@link AvroError} where the
 * reader has no place for it. The gate runs it too: what it answers is what decoding does.
 */
export function transcoder(writer: Schema, reader: Schema): (bytes: Uint8Array) => Uint8Array {
  const root = plan(writer, reader);
  const run = new Compiler(root).compile(root);
  const rewrite = (bytes: Uint8Array): Uint8Array => {
    if (isReading) return aside(() => rewrite(bytes));
    setReading(true);
    try {
      return message(() => {
        start(bytes);
        run();
        finish();
      });
    } finally {
      setReading(false);
    }
  };
  return rewrite;
}

type Run = () => void;

/** Turns plans into closures, each record's once: recursive types lead back to one that is made. */
class Compiler {
  private readonly made = new Map<Plan, Run>();
  private readonly changed: ReadonlySet<Plan>;

  constructor(root: Plan) {
    this.changed = changedPlans(root);
  }

  compile(step: Plan): Run {
    const skip = this.asIs(step);
    if (skip !== undefined) return copyOf([skip]);
    if (step.kind !== 'record') return this.make(step);
    const known = this.made.get(step);
    if (known !== undefined) return known;
    let run: Run | undefined;
    // Made when data comes: it nests less deep than types refer to each other.
    const lazy: Run = () => {
      run ??= this.record(step);
      run();
    };
    this.made.set(step, lazy);
    return lazy;
  }

  /** What passes over a value whose bytes are the reader's as they are; `undefined` for others. */
  asIs(step: Plan): Skip | undefined {
    if (this.changed.has(step)) return undefined;
    switch (step.kind) {
      case 'same':
        return skipper({ kind: step.type });
      case 'fixed':
        return skipper(step.reader);
      case 'enum':
      case 'array':
      case 'map':
      case 'record':
        return skipper(step.writer);
      case 'choose': {
        const branches = step.branches.map((branch) =>
          branch.kind === 'wrap' ? this.asIs(branch.plan) : undefined,
        );
        return () => branches[read.index(branches.length)]?.();
      }
      default:
        return undefined;
    }
  }

  private make(step: Plan): Run {
    switch (step.kind) {
      case 'same':
      case 'fixed':
        return () => {};
      case 'promote':
        return promote(step.from, step.to);
      case 'enum':
        return () => {
          const index = step.symbols[read.index(step.symbols.length)] ?? -1;
          if (index < 0) read.fail('AVRO_UNRESOLVED', `a symbol that ${step.reader.name} knows`);
          write.index(index);
        };
      case 'array':
        return items(this.compile(step.items), leastBytes(step.writer));
      case 'map': {
        const value = this.compile(step.values);
        const key = copyOf([skipper({ kind: 'string' })]);
        return items(() => {
          key();
          value();
        }, leastBytes(step.writer));
      }
      case 'record':
        return this.compile(step);
      case 'choose': {
        const branches = step.branches.map((branch) => this.compile(branch));
        return () => branches[read.index(branches.length)]?.();
      }
      case 'wrap': {
        const branch = this.compile(step.plan);
        return () => {
          write.index(step.index);
          branch();
        };
      }
      case 'refuse':
        return () => read.fail('AVRO_UNRESOLVED', `data that the reader can take: ${step.reason}`);
    }
  }

  private record(step: RecordPlan): Run {
    const parts = step.steps.map(
      (s): Part =>
        s.into === undefined
          ? { skip: skipper(s.field.type) }
          : { into: s.into, run: this.compile(s.plan), asIs: this.asIs(s.plan) },
    );
    const defaults = step.defaults.map((into) => {
      const field = step.reader.fields[into];
      return { into, bytes: (field && defaultBytes(field)) ?? new Uint8Array() };
    });
    const targets = step.steps.flatMap(({ into }) => into ?? []);
    const isInOrder = targets.every((into, i) => into > (targets[i - 1] ?? -1));
    const run = isInOrder ? inOrder(parts, defaults) : reordered(parts, defaults);
    const values = emptyFields(step.writer);
    return () => {
      read.enter();
      read.emptyValues(values);
      run();
      read.leave();
    };
  }
}

/** A field of the writer: passed over, or rewritten as the reader's field `into`. */
type Part =
  | { readonly skip: Skip; readonly into?: undefined }
  | {
      readonly skip?: undefined;
      readonly into: number;
      readonly run: Run;
      readonly asIs: Skip | undefined;
    };

/** A field that only the reader has. */
interface Default {
  readonly into: number;
  readonly bytes: Uint8Array;
}

/** Fields come as the reader has them: defaults are written between them. */
function inOrder(parts: readonly Part[], defaults: readonly Default[]): Run {
  const sorted = [...defaults].sort((a, b) => a.into - b.into);
  const runs: Run[] = [];
  let copied: Skip[] = [];
  const writeBefore = (into: number): void => {
    for (let next = sorted[0]; next !== undefined && next.into < into; next = sorted[0]) {
      sorted.shift();
      const { bytes } = next;
      runs.push(() => raw(bytes));
      copied = [];
    }
  };
  for (const part of parts) {
    if (part.into !== undefined) writeBefore(part.into);
    if (part.into === undefined || part.asIs === undefined) {
      runs.push(part.into === undefined ? part.skip : part.run);
      copied = [];
    } else {
      // One copy for all neighbours.
      if (copied.length === 0) runs.push(copyOf(copied));
      copied.push(part.asIs);
    }
  }
  writeBefore(Infinity);
  return () => {
    for (let i = 0; i < runs.length; i++) runs[i]?.();
  };
}

/** Fields come in another order: they are written as they come, and their bytes moved after. */
function reordered(parts: readonly Part[], defaults: readonly Default[]): Run {
  return () => {
    const written: Segment[] = [];
    for (const part of parts) {
      if (part.into === undefined) part.skip();
      else {
        const start = writtenBytes();
        part.run();
        written.push({ into: part.into, start, end: writtenBytes() });
      }
    }
    for (const { into, bytes } of defaults) {
      const start = writtenBytes();
      raw(bytes);
      written.push({ into, start, end: writtenBytes() });
    }
    reorder(written.sort((a, b) => a.into - b.into));
  };
}

/** Where the bytes of a reader's field stand, before the fields are put in the reader's order. */
interface Segment {
  readonly into: number;
  readonly start: number;
  readonly end: number;
}

function promote(fromKind: string, toKind: string): Run {
  const floating = () =>
    fromKind === 'int' ? read.int() : fromKind === 'float' ? read.float() : undefined;
  if (fromKind === 'string' || fromKind === 'bytes') return copyOf([skipper({ kind: 'bytes' })]);
  if (fromKind === 'long' && toKind === 'float') return () => write.float(longToFloat(read.long()));
  if (fromKind === 'long') return () => write.double(Number(read.long()));
  if (toKind === 'long') return () => write.longNumber(read.int());
  if (toKind === 'float') return () => write.float(floating() ?? 0);
  return () => write.double(floating() ?? 0);
}

function items(item: Run, itemBytes: number): Run {
  return () => {
    for (let count = read.block(itemBytes); count > 0; count = read.block(itemBytes)) {
      write.longNumber(count);
      for (; count > 0; count--) item();
    }
    write.end();
  };
}

/** Copies values that stand one after the other, at once. */
function copyOf(skips: readonly Skip[]): Run {
  return () => {
    const start = offset();
    for (let i = 0; i < skips.length; i++) skips[i]?.();
    raw(since(start));
  };
}
