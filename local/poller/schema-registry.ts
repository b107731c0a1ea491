import { Buffer } from 'node:buffer';
import type { KafkaEventRecord } from '../../consumer/index.js';
import { readSchema, type Schema, toAvroJson } from '../../runtime/avro.js';
import {
  AvroError,
  type RegisteredSchema,
  type Registry,
  RegistryError,
  unframe,
} from '../../runtime/index.js';
import { isUnanswered } from '../../runtime/registry/error.js';

/** `SchemaRegistryConfig` of an event source mapping. Source: AWS Lambda, "Using schema registries with Kafka". */
export interface MappingRegistry {
  readonly registry: Registry;
  /** What the function gets: JSON text, or Avro without its frame. */
  readonly eventRecordFormat: 'JSON' | 'SOURCE';
  /** What is checked against its schema and delivered in that format; the rest is as it was written. @default ['VALUE'] */
  readonly attributes?: readonly ('KEY' | 'VALUE')[] | undefined;
}

/** A record that the function never gets, as it was written. */
export interface Refused {
  readonly record: KafkaEventRecord;
  /** Reason codes of Lambda. */
  readonly condition: 'SCHEMA_NOT_FOUND' | 'DESERIALIZATION_ERROR';
}

/** Puts records into the format that a mapping asks for. */
export class RecordFormat {
  private readonly config: MappingRegistry | undefined;
  /** By what the registry's cache holds, as long as that does. */
  private readonly schemas = new WeakMap<RegisteredSchema, Schema>();

  constructor(config: MappingRegistry | undefined) {
    this.config = config;
  }

  /** @throws RegistryError while the registry does not answer */
  async open(record: KafkaEventRecord): Promise<KafkaEventRecord | Refused> {
    if (this.config === undefined) return record;
    const { attributes = ['VALUE'] } = this.config;
    try {
      let opened = record;
      for (const attribute of attributes) {
        opened = { ...opened, ...(await this.openPart(record, attribute, this.config)) };
      }
      return opened;
    } catch (error) {
      if (isUnanswered(error)) throw error;
      const isUnknown = error instanceof RegistryError && error.code === 'UNKNOWN_ID';
      if (isUnknown) return { record, condition: 'SCHEMA_NOT_FOUND' };
      const isBroken = error instanceof RegistryError || error instanceof AvroError;
      if (isBroken) return { record, condition: 'DESERIALIZATION_ERROR' };
      throw error;
    }
  }

  private async openPart(
    record: KafkaEventRecord,
    attribute: 'KEY' | 'VALUE',
    { registry, eventRecordFormat }: MappingRegistry,
  ): Promise<Partial<KafkaEventRecord>> {
    const base64 = attribute === 'KEY' ? record.key : record.value;
    if (base64 === null || base64 === undefined) return {};
    const { schemaId, body } = unframe(Buffer.from(base64, 'base64'));
    const schema = this.schemaOf(await registry.schemaById(schemaId));
    // In either format: what does not decode is refused.
    const json = toAvroJson(schema, body);
    const bytes = Buffer.from(eventRecordFormat === 'JSON' ? json : body).toString('base64');
    const metadata = { dataFormat: 'AVRO', schemaId: `${schemaId}` };
    return attribute === 'KEY'
      ? { key: bytes, keySchemaMetadata: metadata }
      : { value: bytes, valueSchemaMetadata: metadata };
  }

  private schemaOf(registered: RegisteredSchema): Schema {
    const known = this.schemas.get(registered);
    if (known !== undefined) return known;
    const schema = readSchema(registered.schema, registered.references);
    this.schemas.set(registered, schema);
    return schema;
  }
}
