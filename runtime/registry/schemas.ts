import { isUnanswered, RegistryError } from './error.js';
import { asObject, type Read, type RegistryHttp, under } from './http.js';
import { createMemo, type MemoOptions } from './memo.js';

/** The schema behind an id, with everything needed to read it. */
export interface RegisteredSchema {
  readonly id: number;
  readonly schema: string;
  /** Texts of the referenced schemas, dependencies first. */
  readonly references: readonly string[];
}

/** A named type that lives under another subject; `name` is its full name. */
export interface SchemaReference {
  readonly name: string;
  readonly subject: string;
  readonly version: number;
}

export interface SchemaText {
  readonly schema: string;
  /** Absent or `AVRO` for Avro, else `JSON` or `PROTOBUF`. */
  readonly schemaType?: string;
  readonly references: readonly SchemaReference[];
}

/** Ids are 32-bit signed; anything above is garbage that looked like a frame. */
const MAX_ID = 2_147_483_647;
/** Most schemas that one schema may refer to, directly or not. */
const MAX_REFERENCES = 256;

/**
 * Schemas by id, with what they refer to: every text is asked for once.
 * @param unknownMs how long an id that cannot be had is not asked for again, in milliseconds
 */
export function createSchemas(
  http: RegistryHttp,
  memo: MemoOptions,
  unknownMs: number,
): (id: number) => Promise<RegisteredSchema> {
  const schemas = createMemo<RegisteredSchema>({
    ...memo,
    failureMs: (error) => (isUnanswered(error) ? 0 : unknownMs),
  });
  const texts = createMemo<SchemaText>(memo);

  return (id) =>
    schemas(`${id}`, async () => {
      const { url } = http;
      const refuse = (code: 'UNKNOWN_ID' | 'INVALID', what: string): RegistryError =>
        new RegistryError(code, `Schema Registry ${url}: schema id ${id} ${what}`, { id, url });
      if (!isSchemaId(id)) throw refuse('UNKNOWN_ID', `is none: ids are 0 to ${MAX_ID}`);
      const deadline = http.deadline();
      const get = (path: string): Promise<SchemaText> =>
        http.send({ method: 'GET', path, about: { id }, deadline }, readSchemaText);
      const found = new Map<string, string>();
      const visit = async (references: readonly SchemaReference[]): Promise<void> => {
        const level = references.map(({ subject, version }) => {
          // Soft-deleted versions too: data and other schemas may still need them.
          const path = `${under(subject)}/versions/${version}?deleted=true`;
          // All are asked for at the same time; the loop below sees what fails.
          const text = texts(path, () => get(path));
          text.catch(() => undefined);
          return { path, text };
        });
        for (const { path, text } of level) {
          if (found.has(path)) continue;
          if (found.set(path, '').size > MAX_REFERENCES) {
            throw refuse('INVALID', `refers to over ${MAX_REFERENCES} schemas`);
          }
          const { schema, references: further } = await text;
          await visit(further);
          // Behind what it refers to.
          found.delete(path);
          found.set(path, schema);
        }
      };
      const { schema, schemaType = 'AVRO', references } = await get(`/schemas/ids/${id}`);
      if (schemaType !== 'AVRO') throw refuse('INVALID', `is ${schemaType}, not AVRO`);
      await visit(references);
      return { id, schema, references: [...found.values()] };
    });
}

/** Whether a registry could have given this as a schema's id. */
export function isSchemaId(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_ID;
}

/** Older registries leave out `schemaType` AVRO and empty `references`. */
export const readSchemaText: Read<SchemaText> = ({ schema, schemaType, references = [] }) =>
  typeof schema === 'string' && Array.isArray(references) && references.every(isReference)
    ? { schema, references, ...(typeof schemaType === 'string' && { schemaType }) }
    : undefined;

function isReference(value: unknown): value is SchemaReference {
  const { subject, version } = asObject(value);
  return typeof subject === 'string' && Number.isInteger(version);
}
