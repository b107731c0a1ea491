import type { AnyTopic, Registry, SchemaId, WriterVersions } from '../runtime/index.js';
import type { Logger } from './logger.js';

/** Which versions the values of a topic were written with; the first record of each is logged. */
export class SeenVersions {
  private readonly topic: string;
  private readonly known: WriterVersions[string];
  private readonly logger: Logger | undefined;
  /** By schema id, since each type counts its own versions: no more than generated code knows. */
  private readonly seen = new Set<SchemaId>();

  constructor(
    { name, writerVersions = {} }: Pick<AnyTopic, 'name' | 'writerVersions'>,
    { registry, logger }: { registry: Registry; logger: Logger | undefined },
  ) {
    this.topic = name;
    this.known = writerVersions[registry.url] ?? {};
    this.logger = logger;
  }

  /** The version of a schema id; undefined for one that the lock did not know. */
  of(schemaId: SchemaId): number | undefined {
    const version = this.known[schemaId];
    if (version !== undefined && !this.seen.has(schemaId)) {
      this.seen.add(schemaId);
      this.logger?.info(`First record of ${this.topic} that was written with version ${version}.`, {
        topic: this.topic,
        writerVersion: version,
        schemaId,
      });
    }
    return version;
  }
}
