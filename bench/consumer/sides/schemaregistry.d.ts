/** What is used here of a package that is no dependency of ours; see `test/peers/confluent`. */
declare module '@confluentinc/schemaregistry' {
  export class SchemaRegistryClient {
    constructor(settings: { baseURLs: readonly string[] });
  }
  export const SerdeType: { readonly VALUE: unknown };
  export class AvroDeserializer {
    constructor(client: SchemaRegistryClient, part: unknown, settings: object);
    deserialize(topic: string, bytes: Buffer): Promise<unknown>;
  }
}
