import type { AnyTopic, Registry, SchemaId, WriterVersions } from '../runtime/index.js';
import type { RecordPlace } from './incoming-record.js';
import type { Logger } from './logger.js';
import { writtenWith } from './open-record.js';

/** Which versions the values of a topic were written with; the first record of each is logged. */
export class SeenVersions {
  private readonly known: WriterVersions[string];
  /** By schema id, since each type counts its own versions: no more than generated code knows. */
  private readonly seen = new Set<SchemaId>();
  /** Most values are of the same schema as the one before. */
  private last: { readonly schemaId: SchemaId; readonly version: number | undefined } | undefined;

  constructor({ writerVersions = {} }: Pick<AnyTopic, 'writerVersions'>, registry: Registry) {
    this.known = writerVersions[registry.url] ?? {};
  }

  /** The version that a record's value was written with; undefined for one that the lock did not know. */
  of(schemaId: SchemaId, record: RecordPlace, logger?: Logger): number | undefined {
    if (this.last?.schemaId === schemaId) return this.last.version;
    const version = this.known[schemaId];
    this.last = { schemaId, version };
    if (version !== undefined && !this.seen.has(schemaId)) {
      this.seen.add(schemaId);
      const { topic, partition, offset } = record;
      logger?.info(`First record of ${topic} that was written with version ${version}.`, {
        topic,
        partition,
        offset,
        writerVersion: version,
        ...writtenWith(schemaId),
      });
    }
    return version;
  }
}
