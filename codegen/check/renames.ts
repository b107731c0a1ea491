/**
 * Which of the writer's fields a reader's field seems to have been: an assignment, so that each
 * field is named once. Names that are equal but for their spelling come first, then those
 * that are most alike, then fields in the same place. Two that fit equally well are no guess.
 */

import { mayMatch } from '../../runtime/schema/plan.js';
import { lowerFirst } from '../../runtime/words.js';
import type { Field, RecordSchema, Schema } from '../model/schema.js';
import type { Complaint, Edit } from './rule.js';
import { aliasFor } from './rules/name-mismatch.js';
import { isRespelled, likeness, plain } from './spelling.js';
import { typeText } from './type-text.js';

/** What a field that the data lacks seems to have been. */
export interface Rename {
  readonly source: Field;
  /** Whether it can be nothing else: then it may be mended without asking. */
  readonly isCertain: boolean;
  /** What the record needs besides: Java sees a field's alias only under the record's full name. */
  readonly recordAlias?: string;
}

export interface Renames {
  /** By the reader's field. */
  readonly sources: ReadonlyMap<Field, Rename>;
  /** The reader's fields that several of the writer's may have been. */
  readonly tied: ReadonlySet<Field>;
  /**
   * By the reader's field: the only one of the writer's that is left of its type. Enough to ask about,
   * too little for a verdict.
   */
  readonly hints: ReadonlyMap<Field, Rename>;
}

const known = new WeakMap<RecordSchema, WeakMap<RecordSchema, Renames>>();

/** The fields of a reader that seem to be fields of the writer under other names. */
export function renamesOf(reader: RecordSchema, writer: RecordSchema): Renames {
  const writers = known.get(reader) ?? new WeakMap<RecordSchema, Renames>();
  known.set(reader, writers);
  const made = writers.get(writer) ?? new Assignment(reader, writer).renames();
  writers.set(writer, made);
  return made;
}

/** What a field seems to have been, or may have been. */
export function renameOf(field: Field, { sources, hints }: Renames): Rename | undefined {
  return sources.get(field) ?? hints.get(field);
}

/** The reader's field that one of the writer's seems to be, or may be. */
export function heirOf(
  source: Field,
  { sources, hints }: Renames,
): readonly [Field, Rename] | undefined {
  return [...sources, ...hints].find(([, rename]) => rename.source === source);
}

/** What to do about a field that seems renamed, and what `check --fix` may do. */
export function renameFix(
  field: Field,
  { source, isCertain, recordAlias }: Rename,
): { readonly fix: string; readonly edit?: Edit } {
  return {
    fix: `Add "aliases": ["${source.name}"] to ${field.name}${recordAlias === undefined ? '' : `, and ${recordAlias}`}.`,
    ...(isCertain ? { edit: { kind: 'add-alias', of: 'field', name: source.name } } : {}),
  };
}

/** What whoever reads by an older version needs: no alias of the new one helps it. */
export function keepFix({ name }: Field, rename: Rename | undefined): string {
  const keep = `Keep ${name} until nobody reads by a version that needs it`;
  return rename === undefined
    ? `${keep}.`
    : `${keep}: renamed to ${rename.source.name}, it is another field to such a reader. Write both.`;
}

/** What to say of a field that takes the place of another, with its default. */
export function renameComplaint(field: Field, rename: Rename): Complaint {
  const { source } = rename;
  const { fix, edit } = renameFix(field, rename);
  return {
    pastReader: keepFix(field, rename),
    message: `The writer's field ${source.name} looks like the reader's ${field.name}, which has no such alias: its values are dropped, and the default takes their place.`,
    fix:
      edit === undefined
        ? `If it is the same, ${lowerFirst(fix)} If not, say so with a waiver.`
        : fix,
    ...(edit === undefined ? {} : { edit }),
    writer: source.origin,
  };
}

/** Most pairs of names that are compared letter by letter: beyond it only spelling and place count. */
const MAX_PAIRS = 2_500;

interface Guess {
  readonly field: Field;
  readonly source: Field;
}

class Assignment {
  private readonly reader: RecordSchema;
  private readonly writer: RecordSchema;
  /** Fields of either side that are without a partner and may still get one. */
  private readonly unfed: Set<Field>;
  private readonly lone: Set<Field>;
  private readonly sources = new Map<Field, Rename>();
  private readonly tied = new Set<Field>();
  private readonly hints = new Map<Field, Rename>();

  constructor(reader: RecordSchema, writer: RecordSchema) {
    this.reader = reader;
    this.writer = writer;
    const read = new Set(reader.fields.flatMap(({ name, aliases }) => [name, ...aliases]));
    const written = new Set(writer.fields.map(({ name }) => name));
    this.lone = new Set(writer.fields.filter(({ name }) => !read.has(name)));
    this.unfed = new Set(
      reader.fields.filter(
        ({ name, aliases }) => ![name, ...aliases].some((one) => written.has(one)),
      ),
    );
  }

  renames(): Renames {
    if (this.unfed.size > 0 && this.lone.size > 0) {
      this.bySpelling();
      this.byLikeness();
      this.byPlace();
      this.byRest();
    }
    return { sources: this.sources, tied: this.tied, hints: this.hints };
  }

  private bySpelling(): void {
    const lone = grouped(this.lone, plainName);
    const guesses = [...this.unfed].flatMap((field) =>
      (lone.get(plain(field.name)) ?? []).flatMap((source) =>
        // A type that grew is no sign against a name that is the same.
        isRespelled(field.name, source.name) && shareValues(field.type, source.type)
          ? [{ field, source }]
          : [],
      ),
    );
    const sides = [this.reader, this.writer].map(({ fields }) => grouped(fields, plainName));
    this.assign(guesses, ({ field, source }) => {
      const isOnly = sides.every((all) => all.get(plain(field.name))?.length === 1);
      return isOnly && takesAll(field.type, source.type);
    });
  }

  private byLikeness(): void {
    if (this.unfed.size * this.lone.size > MAX_PAIRS) return;
    const byScore = new Map<number, Guess[]>();
    for (const field of this.unfed)
      for (const source of this.lone) {
        if (valuesText(field.type) !== valuesText(source.type)) continue;
        const score = likeness(plain(field.name), plain(source.name));
        if (score > 0) byScore.set(score, [...(byScore.get(score) ?? []), { field, source }]);
      }
    for (const [, guesses] of [...byScore].sort(([a], [b]) => b - a)) this.assign(guesses);
  }

  /** A field in the same place counts only where nothing else has moved. */
  private byPlace(): void {
    const { reader, writer } = this;
    if (reader.fields.length !== writer.fields.length) return;
    const guesses = reader.fields.flatMap((field, index) => {
      const source = writer.fields[index];
      // What lacks a default may be made nullable for it, and must not seem renamed by that.
      const textOf = field.default === undefined ? valuesText : typeText;
      return source !== undefined && textOf(source.type) === textOf(field.type)
        ? [{ field, source }]
        : [];
    });
    this.assign(guesses);
  }

  private byRest(): void {
    const valuesOfField = ({ type }: Field): string => valuesText(type);
    const lone = grouped(this.lone, valuesOfField);
    for (const [values, [field, ...others]] of grouped(this.unfed, valuesOfField)) {
      const [source, ...more] = lone.get(values) ?? [];
      if (field === undefined || source === undefined || others.length + more.length > 0) continue;
      this.hints.set(field, { source, isCertain: false, ...this.recordAlias() });
    }
  }

  private recordAlias(): Pick<Rename, 'recordAlias'> {
    const { reader, writer } = this;
    return reader.name === writer.name || reader.aliases.includes(writer.name)
      ? {}
      : { recordAlias: `"aliases": ["${aliasFor(writer, reader)}"] to ${reader.name}` };
  }

  /** Takes guesses that are equally good: a field that stands in two of them is in none. */
  private assign(guesses: readonly Guess[], isCertain = (_: Guess): boolean => false): void {
    const open = guesses.filter(
      ({ field, source }) => this.unfed.has(field) && this.lone.has(source),
    );
    const counts = new Map<Field, number>();
    for (const one of open.flatMap(({ field, source }) => [field, source]))
      counts.set(one, (counts.get(one) ?? 0) + 1);
    for (const guess of open) {
      const { field, source } = guess;
      this.unfed.delete(field);
      this.lone.delete(source);
      if (counts.get(field) === 1 && counts.get(source) === 1)
        this.sources.set(field, { source, isCertain: isCertain(guess), ...this.recordAlias() });
      else this.tied.add(field);
    }
  }
}

/** Fields by what is the same of them. */
function grouped(
  fields: Iterable<Field>,
  keyOf: (field: Field) => string,
): ReadonlyMap<string, readonly Field[]> {
  const groups = new Map<string, Field[]>();
  for (const field of fields) {
    const group = groups.get(keyOf(field));
    if (group === undefined) groups.set(keyOf(field), [field]);
    else group.push(field);
  }
  return groups;
}

const plainName = ({ name }: Field): string => plain(name);

/**
 * What a field may be besides null. Whether it may be null says nothing of what it was: it is made so
 * when it is renamed, and when it is given the default that it lacks.
 */
function valuesOf(type: Schema): readonly Schema[] {
  const branches = type.kind === 'union' ? type.branches : [type];
  return branches.filter(({ kind }) => kind !== 'null');
}

function valuesText(type: Schema): string {
  return valuesOf(type).map(typeText).join();
}

function shareValues(reader: Schema, writer: Schema): boolean {
  return valuesOf(writer).some((from) => valuesOf(reader).some((to) => mayMatch(from, to)));
}

/** Number types that hold all values of another. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'double'],
  float: ['double'],
};

/** Whether the reader's type takes all data of the writer's and loses nothing: the same, nullable now, or wider. */
function takesAll(reader: Schema, writer: Schema): boolean {
  if (typeText(reader) === typeText(writer)) return true;
  if (reader.kind === 'union')
    return reader.branches.some((branch) => typeText(branch) === typeText(writer));
  const isPlain =
    typeText(writer) === `"${writer.kind}"` && typeText(reader) === `"${reader.kind}"`;
  return isPlain && (WIDER[writer.kind]?.includes(reader.kind) ?? false);
}
