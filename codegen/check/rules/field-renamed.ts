import { printJson } from '../../../runtime/json.js';
import { defaultBytes } from '../../../runtime/schema/default.js';
import { mayMatch } from '../../../runtime/schema/plan.js';
import { printSchema } from '../../model/print.js';
import type { Field, RecordSchema, Schema } from '../../model/schema.js';
import type { Complaint, Rule } from '../rule.js';

/** A field that looks renamed: the old value is dropped, the default takes its place. */
export const fieldRenamed: Rule<'unfed'> = {
  id: 'field-renamed',
  category: 'SEMANTIC',
  severity: 'error',
  why: 'Without an alias a renamed field is two fields: the value in the data is passed over, and the default of the other takes its place in silence.',
  fix: "Add the writer's name to the field's aliases. If they are two fields indeed, say so with a waiver.",
  example: {
    reader: {
      type: 'record',
      name: 'Trip',
      fields: [{ name: 'end_time', type: 'long', default: 0 }],
    },
    writer: { type: 'record', name: 'Trip', fields: [{ name: 'endtime', type: 'long' }] },
  },
  check({ field, reader, writer }) {
    const source = renamedFrom(field, reader, writer);
    if (source === undefined || source.name.toLowerCase() === field.name.toLowerCase())
      return undefined;
    return complain(field, source);
  },
};

/** What to say of a field that takes the place of another. */
export function complain(field: Field, source: Field): Complaint {
  return {
    message: `The writer's field ${source.name} looks like the reader's ${field.name}, which has no such alias: its values are dropped, and the default takes their place.`,
    fix: `Add "aliases": ["${source.name}"] to ${field.name}.`,
    edit: { kind: 'add-alias', name: source.name },
    writer: source.origin,
  };
}

/** The writer's field that a reader's field with a default seems to have been, if there is one. */
export function renamedFrom(
  field: Field,
  reader: RecordSchema,
  writer: RecordSchema,
): Field | undefined {
  if (defaultBytes(field) === undefined) return undefined;
  const lone = loneFields(reader, writer);
  if (lone.size === 0) return undefined;
  const [name, type] = [plain(field.name), typeText(field.type)];
  for (const [source, other] of lone) {
    // Names that differ in case and underscores only: a type that grew is no sign against it.
    if (other === name && mayMatch(source.type, field.type)) return source;
    const isLike = lone.size <= MAX_LONE && likeness(other, name) >= ALIKE;
    if (isLike && typeText(source.type) === type) return source;
  }
  // A field in the same place counts only where nothing else has moved.
  if (reader.fields.length !== writer.fields.length) return undefined;
  const inPlace = writer.fields[reader.fields.indexOf(field)];
  return inPlace !== undefined && lone.has(inPlace) && typeText(inPlace.type) === type
    ? inPlace
    : undefined;
}

/** Names this alike are taken for one name: 1 is equal, 0 has nothing in common. */
const ALIKE = 0.7;
/** Longest names that are compared letter by letter. */
const MAX_NAME = 200;
/** Most fields whose names are compared so: beyond it only case and underscores may differ. */
const MAX_LONE = 100;

/** The writer's fields that feed none of the reader's, with their names as they are compared. */
type LoneFields = ReadonlyMap<Field, string>;
const loneFieldsOf = new WeakMap<RecordSchema, WeakMap<RecordSchema, LoneFields>>();

function loneFields(reader: RecordSchema, writer: RecordSchema): LoneFields {
  const writers = loneFieldsOf.get(reader) ?? new WeakMap<RecordSchema, LoneFields>();
  loneFieldsOf.set(reader, writers);
  const known = writers.get(writer);
  if (known !== undefined) return known;
  const fed = new Set(reader.fields.flatMap(({ name, aliases }) => [name, ...aliases]));
  const lone = new Map(
    writer.fields.flatMap((field) =>
      fed.has(field.name) ? [] : [[field, plain(field.name)] as const],
    ),
  );
  writers.set(writer, lone);
  return lone;
}

const texts = new WeakMap<Schema, string>();

/** A type as it is resolved: equal texts, equal types. */
export function typeText(type: Schema): string {
  const known = texts.get(type) ?? printJson(printSchema(type, { form: 'resolution' }));
  texts.set(type, known);
  return known;
}

/** One minus the edit distance by the longer name, letters only. */
function likeness(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0 || longer > MAX_NAME) return 0;
  return 1 - distance(a, b) / longer;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
