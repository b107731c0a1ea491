import { isUnanswered, RegistryError } from './error.js';
import { isGuid } from './guid.js';
import { asObject, type Read, type RegistryHttp, under } from './http.js';
import { createMemo, type Memo, type MemoOptions } from './memo.js';

/** A schema with everything needed to read it. */
export interface WholeSchema {
  readonly schema: string;
  /** Texts of the referenced schemas, dependencies first. */
  readonly references: readonly string[];
}

/** The schema behind an id. */
export interface RegisteredSchema extends WholeSchema {
  readonly id: number;
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

/** Schemas by what messages call them. */
export interface Schemas {
  readonly byId: (id: number) => Promise<RegisteredSchema>;
  readonly byGuid: (guid: string) => Promise<WholeSchema>;
}

/**
 * Schemas with what they refer to: every text is asked for once.
 * @param unknownMs how long an id that cannot be had is not asked for again, in milliseconds
 */
export function createSchemas(http: RegistryHttp, memo: MemoOptions, unknownMs: number): Schemas {
  const kept: MemoOptions = {
    ...memo,
    failureMs: (error) => (isUnanswered(error) ? 0 : unknownMs),
  };
  const ids = createMemo<RegisteredSchema>(kept);
  const guids = createMemo<WholeSchema>(kept);
  const texts = createMemo<SchemaText>(memo);
  return {
    byId: (id) =>
      ids(`${id}`, async () => {
        const asked = new Asked(http, texts, { id });
        if (!isSchemaId(id)) throw asked.refuse('UNKNOWN_ID', `is none: ids are 0 to ${MAX_ID}`);
        return { id, ...(await asked.whole(`/schemas/ids/${id}`)) };
      }),
    byGuid: (guid) =>
      guids(guid, async () => {
        const asked = new Asked(http, texts, { guid });
        if (!isGuid(guid)) throw asked.refuse('UNKNOWN_ID', 'is none');
        return asked.whole(`/schemas/guids/${guid}`);
      }),
  };
}

/** One schema that was asked for, and what it leads to. */
class Asked {
  private readonly http: RegistryHttp;
  private readonly texts: Memo<SchemaText>;
  private readonly about: { readonly id?: number; readonly guid?: string };
  private readonly deadline: number;
  private readonly found = new Map<string, string>();

  constructor(http: RegistryHttp, texts: Memo<SchemaText>, about: Asked['about']) {
    this.http = http;
    this.texts = texts;
    this.about = about;
    this.deadline = http.deadline();
  }

  async whole(path: string): Promise<WholeSchema> {
    const { schema, schemaType = 'AVRO', references } = await this.named(path);
    if (schemaType !== 'AVRO') throw this.refuse('INVALID', ofOtherType(schemaType));
    await this.visit(references);
    return { schema, references: [...this.found.values()] };
  }

  refuse(code: 'UNKNOWN_ID' | 'INVALID', what: string): RegistryError {
    const { url } = this.http;
    const { id, guid } = this.about;
    const name = guid === undefined ? `id ${id}` : `GUID ${guid}`;
    const text = `Schema Registry ${url}: schema ${name} ${what}`;
    return new RegistryError(code, text, { ...this.about, url });
  }

  /** The schema itself. A registry that knows no GUIDs answers like a server that is none at all. */
  private async named(path: string): Promise<SchemaText> {
    try {
      return await this.get(path);
    } catch (error) {
      const isPlain404 =
        error instanceof RegistryError && error.code === 'GARBAGE' && error.status === 404;
      if (!isPlain404 || this.about.guid === undefined) throw error;
      throw this.refuse(
        'UNKNOWN_ID',
        'cannot be asked for: it knows no GUIDs, as Confluent Platform before 8, or the URL is wrong',
      );
    }
  }

  private get(path: string): Promise<SchemaText> {
    const { about, deadline } = this;
    return this.http.send({ method: 'GET', path, about, deadline }, readSchemaText);
  }

  private async visit(references: readonly SchemaReference[]): Promise<void> {
    const { found } = this;
    const level = references.map(({ subject, version }) => {
      // Soft-deleted versions too: data and other schemas may still need them.
      const path = `${under(subject)}/versions/${version}?deleted=true`;
      // All are asked for at the same time; the loop below sees what fails.
      const text = this.texts(path, () => this.get(path));
      text.catch(() => undefined);
      return { path, text };
    });
    for (const { path, text } of level) {
      if (found.has(path)) continue;
      if (found.set(path, '').size > MAX_REFERENCES) {
        throw this.refuse('INVALID', `refers to over ${MAX_REFERENCES} schemas`);
      }
      const { schema, references: further } = await text;
      await this.visit(further);
      // Behind what it refers to.
      found.delete(path);
      found.set(path, schema);
    }
  }
}

/** What a schema is that is not Avro, and so its messages. */
function ofOtherType(schemaType: string): string {
  const bodies: Readonly<Record<string, string>> = {
    PROTOBUF: ': behind the id of its messages stand message indexes and Protobuf',
    JSON: ': behind the id of its messages stands JSON text',
  };
  return `is ${schemaType}, not AVRO${bodies[schemaType] ?? ''}`;
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
