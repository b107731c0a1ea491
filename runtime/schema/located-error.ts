import { AvroError, tooDeep } from '../errors.js';
import { locate } from './locate.js';
import type { Schema } from './schema.js';

/** A schema as messages name it: its full name, or its kind. */
export function nameOf(schema: Schema): string {
  return 'name' in schema ? schema.name : schema.kind;
}

/** The same error with the schema's name and the field path; other errors as they are. */
export function located(
  thrown: unknown,
  at: { readonly schema: Schema; readonly bytes: Uint8Array },
): unknown {
  const error = tooDeep(thrown);
  if (!(error instanceof AvroError) || error.schema !== undefined) return error;
  if (error.offset === undefined) return error;
  const name = nameOf(at.schema);
  const path = locate(at.schema, at.bytes, error.offset);
  const where = path === '' ? '' : ` at ${path}`;
  return new AvroError(error.code, `${name}${where}: ${error.message} (byte ${error.offset})`, {
    schema: name,
    path,
    offset: error.offset,
    expected: error.expected,
    actual: error.actual,
    cause: error,
  });
}
