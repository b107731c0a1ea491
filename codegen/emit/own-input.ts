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
  const users = usersOf(records);
  // A set gives what is added while it is gone through.
  for (const record of differ) for (const user of users.get(record) ?? []) differ.add(user);
  return differ;
}

/** Lists and maps are readonly where they are written. */
function holdsList(schema: Schema): boolean {
  if (schema.kind === 'array' || schema.kind === 'map') return true;
  return schema.kind === 'union' && schema.branches.some(holdsList);
}

/** The records that each record is part of, directly. */
function usersOf(records: readonly RecordSchema[]): ReadonlyMap<RecordSchema, RecordSchema[]> {
  const users = new Map<RecordSchema, RecordSchema[]>();
  const look = (schema: Schema, user: RecordSchema): void => {
    if (schema.kind !== 'record') {
      for (const child of childrenOf(schema)) look(child, user);
      return;
    }
    const known = users.get(schema);
    if (known === undefined) users.set(schema, [user]);
    else known.push(user);
  };
  for (const record of records) for (const { type } of record.fields) look(type, record);
  return users;
}
