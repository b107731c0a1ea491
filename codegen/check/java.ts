/**
 * What Apache Avro's Java checker reports for a pair, quirks included, so that a finding can carry
 * the name and location that other tools give it. The gate's verdict does not depend on it.
 * Quirks: it searches unions by unqualified names and backtracks; it hides whatever is wrong within
 * a branch; it remembers a pair with the location where it met it first, and counts a pair that is
 * still being looked at as compatible. Behaviour of Java 1.12.1's `SchemaCompatibility`.
 */
import { sameName } from '../../runtime/schema/plan.js';
import { promotes } from '../../runtime/schema/promotions.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import type { EnumSchema, Field, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import type { JavaFinding } from './finding.js';
import type { JavaType } from './rule.js';

/** One incompatibility, and what it was said of. */
export interface JavaIncompatibility extends JavaFinding {
  readonly reader: Schema;
  readonly writer: Schema;
  /** The reader's field, or the index of the writer's branch. */
  readonly part?: Field | number;
}

/**
 * The checker `throws` instead of answering where an alias matches two fields. What it says of more than
 * {@link MAX_PAIRS} nobody waits for: `too many`.
 */
export type JavaAnswer = readonly JavaIncompatibility[] | 'throws' | 'too many';

/** Deepest nesting of schemas that is followed: beyond it Java's own stack ends. */
const MAX_NESTING = 1_000;

/** Most pairs that are looked at: it tries each branch of a union on each branch of the other. */
export const MAX_PAIRS = 50_000;

/** What Java's checker says of a pair. */
export function javaFindings(reader: Schema, writer: Schema): JavaAnswer {
  try {
    // Types that share parts have the same one in many places.
    const said = new Map<Found, JavaIncompatibility>();
    return new JavaChecker().pair(reader, writer, ROOT).map((found) => {
      const known = said.get(found) ?? located(found);
      said.set(found, known);
      return known;
    });
  } catch (error) {
    if (error instanceof Ambiguous) return 'throws';
    if (error instanceof TooMany) return 'too many';
    throw error;
  }
}

function located({ at, ...rest }: Found): JavaIncompatibility {
  return {
    ...rest,
    // Few of thousands are shown.
    get location() {
      return pointer(at);
    },
  };
}

class Ambiguous extends Error {}
class TooMany extends Error {}

/** Where a pair stands: the token that leads to it, behind where it stands in. */
interface Location {
  readonly within: Location | undefined;
  readonly token: string | number;
}

const ROOT: Location = { within: undefined, token: '' };
const NONE: readonly Found[] = [];
/** Most incompatibilities of one pair: types that share parts have more of them than can be counted. */
const MAX_FOUND = 10_000;

/** An incompatibility whose location is not spelled out: most are hidden by a union in the end. */
interface Found extends Omit<JavaIncompatibility, 'location'> {
  readonly at: Location;
}

class JavaChecker {
  private readonly known = new Map<Schema, Map<Schema, readonly Found[]>>();
  private readonly fieldsOf = new Map<RecordSchema, ReadonlyMap<string, Field>>();
  private readonly symbolsOf = new Map<EnumSchema, ReadonlySet<string>>();
  private readonly flat = new Map<RecordSchema, boolean>();
  private readonly searched = new Map<
    Schema,
    readonly { readonly union: UnionSchema; readonly count: number }[]
  >();
  private depth = 0;
  private pairs = 0;

  pair(reader: Schema, writer: Schema, location: Location): readonly Found[] {
    let answers = this.known.get(reader);
    if (answers === undefined) {
      answers = new Map();
      this.known.set(reader, answers);
    }
    const known = answers.get(writer);
    if (known !== undefined) return known;
    if (this.depth >= MAX_NESTING) return NONE;
    answers.set(writer, NONE);
    this.depth++;
    const isRemembered = this.isFlatMismatch(reader, writer) && this.wasSearched(reader, writer);
    const answer = this.look(reader, writer, isRemembered ? ROOT : location);
    this.depth--;
    // What was found nowhere stands there already.
    if (answer.length > 0) answers.set(writer, answer);
    return answer;
  }

  private look(reader: Schema, writer: Schema, location: Location): readonly Found[] {
    if (writer.kind === 'union') return this.writerUnion(reader, writer, location);
    if (reader.kind === 'union') {
      if (this.search(reader, writer)) return NONE;
      return [say('MISSING_UNION_BRANCH', { reader, writer, at: location })];
    }
    if (reader.kind === 'array' && writer.kind === 'array')
      return this.pair(reader.items, writer.items, { within: location, token: 'items' });
    if (reader.kind === 'map' && writer.kind === 'map')
      return this.pair(reader.values, writer.values, { within: location, token: 'values' });
    if (reader.kind !== writer.kind)
      return promotes(writer.kind, reader.kind)
        ? NONE
        : [say('TYPE_MISMATCH', { reader, writer, at: location })];
    if (!('name' in reader) || !('name' in writer)) return NONE;
    const found: Found[] = [];
    const add = (type: JavaType, token: string) =>
      found.push(say(type, { reader, writer, at: { within: location, token } }));
    if (!sameName(writer, reader)) add('NAME_MISMATCH', 'name');
    if (reader.kind === 'fixed' && writer.kind === 'fixed' && reader.size !== writer.size)
      add('FIXED_SIZE_MISMATCH', 'size');
    if (reader.kind === 'enum' && writer.kind === 'enum' && this.lacksSymbols(reader, writer))
      add('MISSING_ENUM_SYMBOLS', 'symbols');
    if (reader.kind === 'record' && writer.kind === 'record')
      this.fields({ reader, writer, location }, found);
    return found;
  }

  /** Whether a branch takes the writer's type; each that does not is remembered. */
  private search(union: UnionSchema, writer: Schema): boolean {
    for (const [index, branch] of union.branches.entries()) {
      if (++this.pairs > MAX_PAIRS) throw new TooMany();
      // Most branches of most unions: no more need be known, unless the two meet elsewhere.
      if (this.isFlatMismatch(branch, writer)) continue;
      if (this.pair(branch, writer, ROOT).length > 0) continue;
      this.searched.set(writer, [...(this.searched.get(writer) ?? []), { union, count: index }]);
      return true;
    }
    const count = union.branches.length;
    this.searched.set(writer, [...(this.searched.get(writer) ?? []), { union, count }]);
    return false;
  }

  /** Two types of different names that lead to no others, and have no aliases to throw at. */
  private isFlatMismatch(reader: Schema, writer: Schema): boolean {
    if (!('name' in reader) || !('name' in writer) || reader.kind !== writer.kind) return false;
    return !sameName(writer, reader) && this.isFlat(reader) && this.isFlat(writer);
  }

  private isFlat(schema: Schema): boolean {
    if (schema.kind !== 'record') return true;
    let isFlat = this.flat.get(schema);
    if (isFlat === undefined) {
      isFlat = schema.fields.every(
        ({ type, aliases }) => isPrimitive(type.kind) && aliases.length === 0,
      );
      this.flat.set(schema, isFlat);
    }
    return isFlat;
  }

  /** Whether a search met the two before: then Java remembers them without their location. */
  private wasSearched(reader: Schema, writer: Schema): boolean {
    return (this.searched.get(writer) ?? []).some(({ union, count }) => {
      const index = union.branches.indexOf(reader);
      return index >= 0 && index < count;
    });
  }

  private writerUnion(reader: Schema, writer: UnionSchema, location: Location): readonly Found[] {
    const all: Found[] = [];
    for (const [index, branch] of writer.branches.entries()) {
      const at = { within: location, token: index };
      const found = this.pair(reader, branch, at);
      if (reader.kind !== 'union') addAll(all, found);
      else if (found.length > 0)
        all.push({ ...say('MISSING_UNION_BRANCH', { reader, writer, at }), part: index });
    }
    return all;
  }

  private fields(
    {
      reader,
      writer,
      location,
    }: { reader: RecordSchema; writer: RecordSchema; location: Location },
    found: Found[],
  ): void {
    for (let index = 0; index < reader.fields.length; index++) {
      const field = reader.fields[index];
      if (field === undefined) continue;
      const written = this.writtenFor(field, writer);
      const at = { within: { within: location, token: 'fields' }, token: index };
      if (written !== undefined)
        addAll(found, this.pair(field.type, written.type, { within: at, token: 'type' }));
      else if (field.default === undefined)
        addAll(found, this.missing(field, { reader, writer, at }));
    }
  }

  /** A field without a default that the writer lacks. */
  private missing(
    field: Field,
    { reader, writer, at }: { reader: RecordSchema; writer: RecordSchema; at: Location },
  ): readonly Found[] {
    // An enum with a default is compared with the record that lacks the field.
    const isEnum = field.type.kind === 'enum' && field.type.default !== undefined;
    const found = isEnum
      ? this.pair(field.type, writer, { within: at, token: 'type' })
      : [say('READER_FIELD_MISSING_DEFAULT_VALUE', { reader, writer, at })];
    return found.map((one) => ({ ...one, reader, writer, part: field }));
  }

  private writtenFor({ name, aliases }: Field, writer: RecordSchema): Field | undefined {
    let fields = this.fieldsOf.get(writer);
    if (fields === undefined) {
      fields = new Map(writer.fields.map((field) => [field.name, field]));
      this.fieldsOf.set(writer, fields);
    }
    let written = fields.get(name);
    for (const alias of aliases) {
      const other = alias === name ? undefined : fields.get(alias);
      if (other === undefined || other === written) continue;
      if (written !== undefined) throw new Ambiguous();
      written = other;
    }
    return written;
  }

  private lacksSymbols(reader: EnumSchema, writer: EnumSchema): boolean {
    if (reader.default !== undefined && reader.symbols.includes(reader.default)) return false;
    let symbols = this.symbolsOf.get(reader);
    if (symbols === undefined) {
      symbols = new Set(reader.symbols);
      this.symbolsOf.set(reader, symbols);
    }
    for (const symbol of writer.symbols) if (!symbols.has(symbol)) return true;
    return false;
  }
}

function say(type: JavaType, where: Pick<Found, 'reader' | 'writer' | 'at'>): Found {
  return { type, ...where };
}

function addAll(to: Found[], found: readonly Found[]): void {
  for (const one of found) {
    if (to.length >= MAX_FOUND) return;
    to.push(one);
  }
}

function pointer(at: Location): string {
  const tokens: (string | number)[] = [];
  for (let here: Location | undefined = at; here !== undefined; here = here.within)
    tokens.push(here.token);
  return tokens.length === 1 ? '/' : tokens.reverse().join('/');
}
