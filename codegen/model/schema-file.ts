/** Which files hold schemas, told by how their names end. */

/** Schemas as JSON, protocols as JSON, and Avro IDL. What a JSON file holds is seen from the JSON. */
const ENDINGS = ['.avsc', '.avpr', '.avdl'];

/** Whether a file of a schemas folder is read for its types. */
export function isSchemaFile(path: string): boolean {
  return ENDINGS.some((ending) => path.endsWith(ending));
}

/** Whether a file is Avro IDL, which nothing here writes. */
export function isIdl(path: string): boolean {
  return path.endsWith('.avdl');
}
