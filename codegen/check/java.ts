/**
 * What Apache Avro's Java checker reports for a pair, quirks included, so that a finding can carry
 * the name and location that other tools give it. The gate's verdict does not depend on it.
 * Quirks: it searches unions by unqualified names and backtracks; it hides whatever is wrong within
 * a branch; it remembers a pair with the location where it met it first, and counts a pair that is
 * still being looked at as compatible. Behaviour of Java 1.12.1's `SchemaCompatibility`.
 */
import { sameName } from '../../runtime/plan.js';
import { promotes } from '../../runtime/promotions.js';
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

/** The checker throws instead of answering, where an alias matches two fields. */
export type JavaAnswer = readonly JavaIncompatibility[] | 'throws';

/** Deepest nesting of schemas that is followed: beyond it Java's own stack ends. */
const MAX_NESTING = 1_000;

/** What Java's checker says of a pair. */
export function javaFindings(reader: Schema, writer: Schema): JavaAnswer {
  try {
    return new JavaChecker().pair(reader, writer, ['']);
  } catch (error) {
    if (error instanceof Ambiguous) return 'throws';
    throw error;
  }
}

class Ambiguous extends Error {}

type Location = readonly (string | number)[];

class JavaChecker {
  private readonly known = new Map<Schema, Map<Schema, readonly JavaIncompatibility[]>>();
  private depth = 0;

  pair(reader: Schema, writer: Schema, location: Location): readonly JavaIncompatibility[] {
    const known = this.known.get(reader)?.get(writer);
    if (known !== undefined) return known;
    if (this.depth >= MAX_NESTING) return [];
    const answers = this.known.get(reader) ?? new Map<Schema, readonly JavaIncompatibility[]>();
    this.known.set(reader, answers.set(writer, []));
    this.depth++;
    const answer = this.look(reader, writer, location);
    this.depth--;
    answers.set(writer, answer);
    return answer;
  }

  private look(reader: Schema, writer: Schema, location: Location): JavaIncompatibility[] {
    const say = (type: JavaType, at: Location = location) => [say1(type, { reader, writer, at })];
    if (writer.kind === 'union') return this.writerUnion(reader, writer, location);
    if (reader.kind === 'union') {
      const isFound = reader.branches.some(
        (branch) => this.pair(branch, writer, ['']).length === 0,
      );
      return isFound ? [] : say('MISSING_UNION_BRANCH');
    }
    if (reader.kind === 'array' && writer.kind === 'array')
      return [...this.pair(reader.items, writer.items, [...location, 'items'])];
    if (reader.kind === 'map' && writer.kind === 'map')
      return [...this.pair(reader.values, writer.values, [...location, 'values'])];
    if (reader.kind !== writer.kind)
      return promotes(writer.kind, reader.kind) ? [] : say('TYPE_MISMATCH');
    if (!('name' in reader) || !('name' in writer)) return [];
    const found = sameName(writer, reader) ? [] : say('NAME_MISMATCH', [...location, 'name']);
    if (reader.kind === 'fixed' && writer.kind === 'fixed' && reader.size !== writer.size)
      found.push(...say('FIXED_SIZE_MISMATCH', [...location, 'size']));
    if (reader.kind === 'enum' && writer.kind === 'enum' && lacksSymbols(reader, writer))
      found.push(...say('MISSING_ENUM_SYMBOLS', [...location, 'symbols']));
    if (reader.kind === 'record' && writer.kind === 'record')
      found.push(...this.fields(reader, writer, location));
    return found;
  }

  private writerUnion(
    reader: Schema,
    writer: UnionSchema,
    location: Location,
  ): JavaIncompatibility[] {
    return writer.branches.flatMap((branch, index): readonly JavaIncompatibility[] => {
      const at = [...location, index];
      const found = this.pair(reader, branch, at);
      if (reader.kind !== 'union' || found.length === 0) return found;
      return [{ ...say1('MISSING_UNION_BRANCH', { reader, writer, at }), part: index }];
    });
  }

  private fields(
    reader: RecordSchema,
    writer: RecordSchema,
    location: Location,
  ): JavaIncompatibility[] {
    return reader.fields.flatMap((field, index): readonly JavaIncompatibility[] => {
      const names = new Set([field.name, ...field.aliases]);
      const sources = writer.fields.filter(({ name }) => names.has(name));
      if (sources.length > 1) throw new Ambiguous();
      const at = [...location, 'fields', index];
      const [source] = sources;
      if (source !== undefined) return this.pair(field.type, source.type, [...at, 'type']);
      if (field.default !== undefined) return [];
      // An enum with a default is compared with the record that lacks the field.
      const isEnum = field.type.kind === 'enum' && field.type.default !== undefined;
      const found = isEnum
        ? this.pair(field.type, writer, [...at, 'type'])
        : [say1('READER_FIELD_MISSING_DEFAULT_VALUE', { reader, writer, at })];
      return found.map((one) => ({ ...one, reader, writer, part: field }));
    });
  }
}

function say1(
  type: JavaType,
  { reader, writer, at }: { reader: Schema; writer: Schema; at: Location },
): JavaIncompatibility {
  return { type, location: at.length === 1 ? '/' : at.join('/'), reader, writer };
}

function lacksSymbols(reader: EnumSchema, writer: EnumSchema): boolean {
  if (reader.default !== undefined && reader.symbols.includes(reader.default)) return false;
  return writer.symbols.some((symbol) => !reader.symbols.includes(symbol));
}
