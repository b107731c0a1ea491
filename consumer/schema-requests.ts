import type { SchemaId } from '../runtime/index.js';
import { isUnanswered, RegistryError } from '../runtime/registry/error.js';

/**
 * Schema ids that one event may ask the registry for. What the consumer knows already does not
 * count: ids known at build time, asked for before, or refused a short while ago.
 */
export const MAX_IDS_PER_EVENT = 256;
/** Longest that one event waits for the registry, in milliseconds. */
const MAX_WAIT_MS = 30_000;
/** How much of the function's remaining time that may be: what is left is for saying why. */
const SHARE_OF_REMAINING = 0.8;

/** An id that was not asked for, since its event had asked for many: it comes again and goes on. */
class TooManyIds extends Error {
  override readonly name = 'TooManyIds';

  constructor() {
    super(
      `not asked, since its event needs over ${MAX_IDS_PER_EVENT} schema ids that are not known ` +
        'here: they are asked for over several deliveries',
    );
  }
}

/**
 * What one event asks of the registry: a bounded number of ids, within a bounded time, and nothing
 * more once there was no answer, for then the event fails and comes again whatever the others say.
 */
export class SchemaRequests {
  private readonly maxMs: number;
  private readonly ids = new Set<SchemaId>();
  private readonly unanswered: Promise<never>;
  private reject = (_: RegistryError): void => {};
  private failure: RegistryError | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param remainingMs what the function has left; without it the longest wait counts alone */
  constructor(remainingMs: number = Number.POSITIVE_INFINITY) {
    this.maxMs = Math.max(0, Math.min(MAX_WAIT_MS, remainingMs * SHARE_OF_REMAINING));
    this.unanswered = new Promise((_, reject) => {
      this.reject = reject;
    });
    // Nobody may be waiting when there is no answer.
    this.unanswered.catch(() => undefined);
  }

  /** @throws TooManyIds, what `load` throws, or why an earlier request of this event was not answered */
  async ask<T>(id: SchemaId, load: () => Promise<T>): Promise<T> {
    if (this.failure) throw this.failure;
    if (!this.ids.has(id) && this.ids.size >= MAX_IDS_PER_EVENT) throw new TooManyIds();
    this.ids.add(id);
    this.timer ??= setTimeout(() => this.giveUp(this.late()), this.maxMs);
    try {
      return await Promise.race([load(), this.unanswered]);
    } catch (error) {
      if (isUnanswered(error)) this.giveUp(error);
      throw error;
    }
  }

  /** The event needs no more schemas. */
  end(): void {
    clearTimeout(this.timer);
  }

  private giveUp(failure: RegistryError): void {
    this.failure ??= failure;
    this.reject(this.failure);
  }

  private late(): RegistryError {
    const ms = Math.floor(this.maxMs);
    return new RegistryError('TIMED_OUT', `no answer within the ${ms} ms that this event may wait`);
  }
}

/** Whether this says nothing about the schema: its record comes again, whatever the policy. */
export function isPassing(error: unknown): boolean {
  return error instanceof TooManyIds || isUnanswered(error);
}
