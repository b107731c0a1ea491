import { childrenOf, type Field, type RecordSchema, type Schema } from '../model/schema.js';

/**
 * Records whose written face differs from their read one, directly or through a field.
 * @param isOptional whether a field may be left out when writing
 */
export function recordsWithOwnInput(
  records: readonly RecordSchema[],
  isOptional: (field: Field) => boolean,
): ReadonlySet<RecordSchema> {
  const differ = new Set(
    records.filter((record) =>
      record.fields.some((field) => isOptional(field) || holdsList(field.type)),
    ),
  );
  for (let grew = true; grew; ) {
    grew = false;
    for (const record of records) {
      if (differ.has(record) || !record.fields.some((field) => holds(field.type, differ))) continue;
      differ.add(record);
      grew = true;
    }
  }
  return differ;
}

/** Lists and maps are readonly where they are written. */
function holdsList(schema: Schema): boolean {
  if (schema.kind === 'array' || schema.kind === 'map') return true;
  return schema.kind === 'union' && schema.branches.some(holdsList);
}

function holds(schema: Schema, records: ReadonlySet<RecordSchema>): boolean {
  if (schema.kind === 'record') return records.has(schema);
  return childrenOf(schema).some((child) => holds(child, records));
}
