import { defaultBytes } from '../../../runtime/default.js';
import { printJson } from '../../../runtime/json.js';
import { printSchema } from '../../model/print.js';
import type { Field, RecordSchema } from '../../model/schema.js';
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
  const place = reader.fields.indexOf(field);
  const type = typeText(field);
  const lone = writer.fields.filter(
    (source) => !reader.fields.some((own) => isFedBy(own, source)) && typeText(source) === type,
  );
  return (
    lone.find((source) => likeness(source.name, field.name) >= ALIKE) ??
    lone.find((source) => writer.fields.indexOf(source) === place && isInPlace(reader, writer))
  );
}

/** Names this alike are taken for one name: 1 is equal, 0 has nothing in common. */
const ALIKE = 0.7;
/** Longest names that are compared letter by letter. */
const MAX_NAME = 200;

/** A field in the same place counts only where nothing else has moved. */
function isInPlace(reader: RecordSchema, writer: RecordSchema): boolean {
  return reader.fields.length === writer.fields.length;
}

function isFedBy(field: Field, source: Field): boolean {
  return field.name === source.name || field.aliases.includes(source.name);
}

function typeText({ type }: Field): string {
  return printJson(printSchema(type, { form: 'resolution' }));
}

/** One minus the edit distance by the longer name, letters only. */
function likeness(a: string, b: string): number {
  const [x, y] = [plain(a), plain(b)];
  const longer = Math.max(x.length, y.length);
  if (longer === 0 || longer > MAX_NAME) return 0;
  return 1 - distance(x, y) / longer;
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
