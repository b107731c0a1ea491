/** What a key turns out to be that a topic says to be text: loaded when one looks like it. */
import { AvroError } from '../runtime/errors.js';
import type { WholeSchema } from '../runtime/registry/client.js';
import { RegistryError } from '../runtime/registry/error.js';
import { isPrimitive, readSchema, type Schema } from '../runtime/schema/schema.js';

/** The format of keys with such a schema, as `tavro.json` calls it. */
export async function keyFormatOf(asked: Promise<WholeSchema>): Promise<string> {
  try {
    const { schema, references } = await asked;
    return avroFormat(readSchema(schema, references));
  } catch (error) {
    if (isOfNoUse(error)) return '"bytes"';
    throw error;
  }
}

/** There is a schema of this id, and it is not Avro, or none that can be used. */
function isOfNoUse(error: unknown): boolean {
  if (error instanceof RegistryError) return error.code === 'INVALID' && error.status === undefined;
  return error instanceof AvroError;
}

function avroFormat(schema: Schema): string {
  if ('name' in schema) return JSON.stringify(schema.name);
  const { kind } = schema;
  return `{ "avro": ${isPrimitive(kind) ? `"${kind}"` : `<the ${kind}>`} }`;
}
