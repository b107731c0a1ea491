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
  const path = locate(at.schema, at.bytes, error.offset);
  return placed(error, { schema: nameOf(at.schema), path, offset: error.offset });
}

/** Where in the data an error is: a schema's name, the path in it, and the byte of the message. */
interface ErrorPlace {
  readonly schema: string;
  readonly path: string | undefined;
  readonly offset: number | undefined;
}

/** An error as its reader threw it, which knows no names -> the same with where it is. */
export function placed(error: AvroError, { schema, path, offset }: ErrorPlace): AvroError {
  const where = path ? ` at ${path}` : '';
  const byte = offset === undefined ? '' : ` (byte ${offset})`;
  const { code, message, expected, actual } = error;
  return new AvroError(code, `${schema}${where}: ${message}${byte}`, {
    schema,
    path,
    offset,
    expected,
    actual,
    cause: error,
  });
}
