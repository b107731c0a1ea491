/** Where a message says which schema wrote its key and its value. */
import {
  type Codec,
  type EncodeOptions,
  SCHEMA_ID_HEADERS,
  type SchemaId,
} from '../runtime/index.js';
import { schemaIdBytes } from '../runtime/wire/schema-id.js';

/**
 * `prefix`: the id stands before the Avro bytes, as all of Confluent's clients write and read it.
 * `header-guid`, `header-id`: the bytes stand alone, and a header (`__key_schema_id`,
 * `__value_schema_id`) says the schema's GUID, as Confluent's `HeaderSchemaIdSerializer` writes it,
 * or its id.
 */
export type Framing = 'prefix' | 'header-guid' | 'header-id';

export const FRAMINGS: readonly Framing[] = ['prefix', 'header-guid', 'header-id'];

/** The halves of a message. */
export type Part = keyof typeof SCHEMA_ID_HEADERS;

/** Stands in a message until what the registry calls its schema is known. */
const NO_ID = { id: 0, guid: '00000000-0000-0000-0000-000000000000' } as const;

/** What the registry is asked for. */
export function calledBy(framing: Framing): 'id' | 'guid' {
  return framing === 'header-guid' ? 'guid' : 'id';
}

/** Whether consumers take a header of that name for what says a message's schema. */
export function isSchemaIdHeader(name: string): boolean {
  return name === SCHEMA_ID_HEADERS.key || name === SCHEMA_ID_HEADERS.value;
}

/** A codec, and what the registry calls its schema, where that is known. */
interface Called {
  readonly codec: Codec<unknown, unknown>;
  readonly id: SchemaId | undefined;
}

/** A value's bytes, and the header that says their schema where they do not. @throws AvroError */
export function withSchemaId(
  { codec, id: known }: Called,
  value: unknown,
  how: EncodeOptions & { readonly framing: Framing },
): { readonly bytes: Uint8Array; readonly header?: Uint8Array } {
  const { framing } = how;
  const id = known ?? NO_ID[calledBy(framing)];
  if (framing === 'prefix') return { bytes: codec.encodeFramed(value, Number(id), how) };
  return { bytes: codec.encode(value, how), header: schemaIdBytes(id) };
}
