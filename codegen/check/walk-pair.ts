/**
 * The one walk over a reader and a writer. It follows the decoder's own choices (`runtime/schema/plan.ts`),
 * which never backtrack: so a pair is good when no pair that can be reached from it is bad, each
 * pair is looked at once, and recursive types need no guess that could turn out wrong.
 */
import { sameUnion } from '../../runtime/schema/alike.js';
import { branchFor, fieldTargets } from '../../runtime/schema/plan.js';
import { promotes } from '../../runtime/schema/promotions.js';
import { isPrimitive, simpleName } from '../../runtime/schema/schema.js';
import type { Field, PrimitiveSchema, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import type { Origin } from '../model/source-text.js';
import type { Complaint, PairKind, Pairs, Rule, RuleFacts, RuleSet } from './rule.js';

/** A reader's and a writer's schema that meet while decoding. */
export interface Meeting {
  readonly reader: Schema;
  readonly writer: Schema;
  readonly problems: Problem[];
  readonly next: { readonly step: Step; readonly to: Meeting }[];
  /** The first way here. */
  readonly from: { readonly meeting: Meeting; readonly step: Step } | undefined;
}

/** The way from one meeting to the next. */
export type Step =
  | { readonly kind: 'field'; readonly reader: Field; readonly writer: Field }
  | { readonly kind: 'items' | 'values' }
  /** Into a branch: of the writer's union, of the reader's, or of both. */
  | { readonly kind: 'branch'; readonly writer?: number; readonly reader?: number };

/** What a rule found at a meeting. */
export interface Problem {
  readonly rule: RuleFacts;
  readonly complaint: Complaint;
  /** Where, if more is known than the meeting's own place. */
  readonly reader?: Origin | undefined;
  readonly writer?: Origin | undefined;
  /** The field that it is about, of the reader or (`skipped`) of the writer. */
  readonly field?: Field | undefined;
  /** The branch of the writer's union that finds no place. */
  readonly branch?: number | undefined;
}

/** All that was met, the root first, and whether anything was found. */
export interface Walk {
  readonly root: Meeting;
  readonly troubled: readonly Meeting[];
}

/** Walks a reader and a writer together and asks the rules about every pair. */
export function walkPair(reader: Schema, writer: Schema, rules: RuleSet): Walk {
  return new Walker(rules).walk(reader, writer);
}

interface Whereabouts extends Pick<Problem, 'reader' | 'writer' | 'field' | 'branch'> {}

class Walker {
  private readonly rules: RuleSet;
  private readonly records = new Map<Schema, Map<Schema, Meeting>>();
  private readonly pending: Meeting[] = [];
  private readonly troubled: Meeting[] = [];

  constructor(rules: RuleSet) {
    this.rules = rules;
  }

  walk(reader: Schema, writer: Schema): Walk {
    const root = this.meet(reader, writer, undefined);
    this.ask('root', { reader, writer }, root);
    // A list instead of recursion: types may nest deeper than the stack.
    for (let at = 0; at < this.pending.length; at++) {
      const meeting = this.pending[at];
      if (meeting !== undefined) this.visit(meeting);
    }
    return { root, troubled: this.troubled };
  }

  private meet(reader: Schema, writer: Schema, from: Meeting['from']): Meeting {
    const isRecord = reader.kind === 'record' && writer.kind === 'record';
    const known = isRecord ? this.records.get(reader)?.get(writer) : undefined;
    if (known !== undefined) return known;
    const made: Meeting = { reader, writer, problems: [], next: [], from };
    if (isRecord) {
      const writers = this.records.get(reader);
      if (writers === undefined) this.records.set(reader, new Map([[writer, made]]));
      else writers.set(writer, made);
    }
    this.pending.push(made);
    return made;
  }

  private go(meeting: Meeting, step: Step, [reader, writer]: readonly [Schema, Schema]): void {
    if (reader === writer || isSamePlain(reader, writer)) return;
    meeting.next.push({ step, to: this.meet(reader, writer, { meeting, step }) });
  }

  private visit(meeting: Meeting): void {
    const { reader, writer } = meeting;
    if (writer.kind === 'union') return this.writerUnion(meeting, writer);
    if (reader.kind === 'union') {
      this.intoUnion(meeting, { union: reader, writer });
      return;
    }
    if (reader.kind !== writer.kind) return this.kinds(meeting);
    this.ask('value', { reader, writer }, meeting);
    if (reader.kind === 'array' && writer.kind === 'array') {
      this.go(meeting, { kind: 'items' }, [reader.items, writer.items]);
    } else if (reader.kind === 'map' && writer.kind === 'map') {
      this.go(meeting, { kind: 'values' }, [reader.values, writer.values]);
    } else if ('name' in reader && 'name' in writer) {
      this.ask('named', { reader, writer }, meeting, {
        reader: reader.origin,
        writer: writer.origin,
      });
      if (reader.kind === 'enum' && writer.kind === 'enum')
        this.ask('enum', { reader, writer }, meeting);
      else if (reader.kind === 'fixed' && writer.kind === 'fixed')
        this.ask('fixed', { reader, writer }, meeting);
      else if (reader.kind === 'record' && writer.kind === 'record')
        this.fields(meeting, reader, writer);
    }
  }

  private kinds(meeting: Meeting): void {
    const { reader, writer } = meeting;
    if (isPlain(reader) && isPlain(writer) && promotes(writer.kind, reader.kind)) {
      this.ask('value', { reader, writer }, meeting);
      this.ask('promotion', { reader, writer }, meeting);
    } else this.ask('mismatch', { reader, writer }, meeting);
  }

  private fields(meeting: Meeting, reader: RecordSchema, writer: RecordSchema): void {
    this.ask('record', { reader, writer }, meeting, {
      reader: reader.origin,
      writer: writer.origin,
    });
    const targets = fieldTargets(writer, reader);
    // Fields that cannot be told apart are the `record` rules' matter.
    if (typeof targets === 'string') return;
    const feeding = new Map(
      targets.flatMap((into, index) => (into === undefined ? [] : [[into, index] as const])),
    );
    for (const [index, field] of reader.fields.entries()) {
      const written = writer.fields[feeding.get(index) ?? -1];
      if (written === undefined) {
        const where = { reader: field.origin, writer: writer.origin, field };
        this.ask('unfed', { field, reader, writer }, meeting, where);
        continue;
      }
      const where = { reader: field.origin, writer: written.origin, field };
      this.ask('field', { reader: field, writer: written }, meeting, where);
      this.go(meeting, { kind: 'field', reader: field, writer: written }, [
        field.type,
        written.type,
      ]);
    }
    for (const [index, field] of writer.fields.entries()) {
      if (targets[index] !== undefined) continue;
      const where = { reader: reader.origin, writer: field.origin, field };
      this.ask('skipped', { field, reader, writer }, meeting, where);
    }
  }

  private writerUnion(meeting: Meeting, writer: UnionSchema): void {
    const { reader } = meeting;
    const isAlike = reader.kind === 'union' && sameUnion(writer, reader);
    for (const [index, branch] of writer.branches.entries()) {
      const same = isAlike ? reader.branches[index] : undefined;
      if (same !== undefined)
        this.go(meeting, { kind: 'branch', writer: index, reader: index }, [same, branch]);
      else if (reader.kind === 'union')
        this.intoUnion(meeting, { union: reader, writer: branch, index });
      else this.go(meeting, { kind: 'branch', writer: index }, [reader, branch]);
    }
  }

  private intoUnion(
    meeting: Meeting,
    { union, writer, index }: { union: UnionSchema; writer: Schema; index?: number },
  ): void {
    const chosen = branchFor(writer, union);
    // Where there is none, the record it was meant for tells the cause.
    const into = chosen >= 0 ? chosen : this.meant(writer, union);
    const branch = union.branches[into];
    const from = index === undefined ? {} : { writer: index };
    if (branch !== undefined)
      this.go(meeting, { kind: 'branch', ...from, reader: into }, [branch, writer]);
    else {
      const where = { writer: writer.origin, branch: index };
      const all = meeting.writer.kind === 'union' ? meeting.writer.branches : [];
      const beside = all.filter((_, other) => other !== index);
      this.ask('branch', { reader: union, writer, beside }, meeting, where);
    }
  }

  /** The record that a writer's was meant for: its namesake, or one that it meets elsewhere. */
  private meant(writer: Schema, union: UnionSchema): number {
    if (writer.kind !== 'record') return -1;
    const simple = simpleName(writer.name);
    const records = [...union.branches.entries()].flatMap(([index, branch]) =>
      branch.kind === 'record' ? [{ index, branch }] : [],
    );
    const found =
      records.find(({ branch }) => simpleName(branch.name) === simple) ??
      records.find(({ branch }) => this.records.get(branch)?.has(writer));
    return found?.index ?? -1;
  }

  private ask<K extends PairKind>(
    kind: K,
    pair: Pairs[K],
    meeting: Meeting,
    where?: Whereabouts,
  ): void {
    const rules: readonly Rule<K>[] = this.rules[kind];
    for (const rule of rules) {
      const answer = rule.check(pair);
      if (answer === undefined) continue;
      const complaint = typeof answer === 'string' ? { message: answer } : answer;
      if (meeting.problems.length === 0) this.troubled.push(meeting);
      meeting.problems.push({
        rule,
        complaint,
        ...where,
        ...(complaint.reader === undefined ? {} : { reader: complaint.reader }),
        ...(complaint.writer === undefined ? {} : { writer: complaint.writer }),
      });
    }
  }
}

function isPlain(schema: Schema): schema is PrimitiveSchema {
  return isPrimitive(schema.kind);
}

/** The same primitive with no logical type on either side: nothing can be said of those. */
function isSamePlain(reader: Schema, writer: Schema): boolean {
  return (
    reader.kind === writer.kind &&
    isPlain(reader) &&
    isPlain(writer) &&
    reader.logical === undefined &&
    writer.logical === undefined
  );
}
