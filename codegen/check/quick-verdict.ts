/** A quick yes to whether versions of a subject read each other: most of any two is the same. */
import { printJson } from '../../runtime/json.js';
import { defaultBytes } from '../../runtime/schema/default.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import { components } from '../model/components.js';
import { printSchema } from '../model/print.js';
import {
  childrenOf,
  type Field,
  isNamed,
  type RecordSchema,
  type Schema,
} from '../model/schema.js';

/** A field, and the number of its type: types of one number are spelled alike. */
interface NumberedField {
  readonly field: Field;
  readonly type: number;
}

type NumberedFields = ReadonlyMap<string, NumberedField>;

/**
 * Compares records field by field, and each pair of types once, however many versions have them.
 * It knows the rules of a record without aliases; whatever else there is, it does not know.
 */
export class QuickVerdict {
  private readonly isFine: (reader: Schema, writer: Schema) => boolean;
  private readonly records = new Map<Schema, NumberedFields>();
  private readonly numbers = new Map<string, number>();
  private readonly numbered = new Map<Schema, number>();
  private readonly verdicts = new Map<number, Map<number, boolean>>();

  /** @param isFine the whole verdict, asked of types of fields: it must not depend on where they stand */
  constructor(isFine: (reader: Schema, writer: Schema) => boolean) {
    this.isFine = isFine;
  }

  /** Whether a reader surely reads a writer's data; `false` where nobody knows yet. */
  reads(reader: Schema, writer: Schema): boolean {
    if (reader.kind !== 'record' || writer.kind !== 'record') return false;
    if (reader.name !== writer.name) return false;
    const written = this.fieldsOf(writer);
    for (const wanted of this.fieldsOf(reader).values()) {
      if (wanted.field.aliases.length > 0) return false;
      const given = written.get(wanted.field.name);
      const isFed =
        given === undefined
          ? defaultBytes(wanted.field) !== undefined
          : this.readsType(wanted, given);
      if (!isFed) return false;
    }
    return true;
  }

  private readsType(reader: NumberedField, writer: NumberedField): boolean {
    const writers = this.verdicts.get(reader.type) ?? new Map<number, boolean>();
    this.verdicts.set(reader.type, writers);
    const known = writers.get(writer.type);
    if (known !== undefined) return known;
    const isFine = this.isFine(reader.field.type, writer.field.type);
    writers.set(writer.type, isFine);
    return isFine;
  }

  private fieldsOf(record: RecordSchema): NumberedFields {
    const known = this.records.get(record);
    if (known !== undefined) return known;
    const named = this.numberNamed(record);
    const fields = new Map(
      record.fields.map((field) => [field.name, { field, type: this.numberOf(field.type, named) }]),
    );
    this.records.set(record, fields);
    return fields;
  }

  /** Numbers of the named types within a record, from the innermost outwards. */
  private numberNamed(record: RecordSchema): ReadonlyMap<Schema, number> {
    const numbers = new Map<Schema, number>();
    const circles = components(partsOf(record), partsOf);
    for (const types of circles) {
      // Types that lead to each other have no number before them: theirs is like no other.
      const isCircle = types.length > 1 || types.some((type) => childrenOf(type).includes(type));
      for (const type of types.filter(isNamed))
        numbers.set(
          type,
          isCircle ? this.next(`of its own ${this.numbers.size}`) : this.numberOf(type, numbers),
        );
    }
    return numbers;
  }

  private numberOf(type: Schema, named: ReadonlyMap<Schema, number>): number {
    const known = named.get(type) ?? this.numbered.get(type);
    if (known !== undefined) return known;
    const number = this.newNumber(type, named);
    // A type that versions share leads to no named one.
    this.numbered.set(type, number);
    return number;
  }

  private newNumber(type: Schema, named: ReadonlyMap<Schema, number>): number {
    if (isPrimitive(type.kind)) return this.next(type.kind);
    const reference = (inner: Schema): number => named.get(inner) ?? -1;
    return this.next(printJson(printSchema(type, { form: 'resolution', reference })));
  }

  private next(text: string): number {
    const number = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, number);
    return number;
  }
}

/** What is directly within a schema but for primitives, which are most of it and name nothing. */
function partsOf(schema: Schema): readonly Schema[] {
  return childrenOf(schema).filter(({ kind }) => !isPrimitive(kind));
}
