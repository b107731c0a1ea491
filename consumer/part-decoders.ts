import type { Decoder, SchemaId, WriterDecoders } from '../runtime/index.js';
import { isPassing, type SchemaRequests } from './schema-requests.js';

/** How long a schema that cannot be had or used is not asked for again, in milliseconds. */
export const REFUSED_MS = 60_000;
/** Most such schemas remembered: an event has no more records. */
const MAX_REFUSED = 10_000;

interface Refusal {
  readonly why: unknown;
  readonly until: number;
}

/**
 * Decoders by schema id for the keys or the values of one topic. Refusals are remembered, so that
 * an event with many unknown ids gets further each time that it comes.
 */
export class PartDecoders<Read> {
  private readonly decoders: WriterDecoders<Read>;
  private readonly now: () => number;
  private readonly refusals = new Map<SchemaId, Refusal>();

  /** @param now milliseconds since some fixed moment */
  constructor(decoders: WriterDecoders<Read>, now: () => number = Date.now) {
    this.decoders = decoders;
    this.now = now;
  }

  /** A decoder that is there. */
  known(schemaId: SchemaId): Decoder<Read> | undefined {
    return this.decoders.get(schemaId);
  }

  /** @throws what the registry answered, or why its schema cannot be used */
  async find(schemaId: SchemaId, requests: SchemaRequests): Promise<Decoder<Read>> {
    const known = this.known(schemaId);
    if (known !== undefined) return known;
    const refusal = this.refusals.get(schemaId);
    if (refusal !== undefined && this.now() < refusal.until) throw refusal.why;
    try {
      return await requests.ask(schemaId, () => this.decoders.load(schemaId));
    } catch (error) {
      if (!isPassing(error)) this.refuse(schemaId, error);
      throw error;
    }
  }

  private refuse(schemaId: SchemaId, why: unknown): void {
    // Behind the others, so that the oldest comes first.
    this.refusals.delete(schemaId);
    this.refusals.set(schemaId, { why, until: this.now() + REFUSED_MS });
    const [oldest = schemaId] = this.refusals.keys();
    if (this.refusals.size > MAX_REFUSED) this.refusals.delete(oldest);
  }
}
