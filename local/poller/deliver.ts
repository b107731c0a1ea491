import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../runtime/words.js';
import { kafkaEvent } from '../msk-event.js';
import { type Batch, bisect, nextOffset, ranges } from './batch.js';
import { jsonBytes, MAX_PAYLOAD_BYTES } from './collect.js';
import { PollerError } from './errors.js';
import type { PollerEvent, RetryReason } from './events.js';
import { invoke } from './invoke.js';
import { type OnFailureRecord, onFailureRecord } from './on-failure.js';
import type { PollerOptions } from './poller.js';
import { readResponse } from './response.js';

export interface BatchProcessor {
  /** Delivers a batch until all of it is committed, or the poller is told to stop. */
  deliver(batch: Batch): Promise<void>;
}

/** Waits between deliveries of the same records, in milliseconds: doubled each time. */
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
const DEFAULT_TIMEOUT_MS = 60_000;
/** What Lambda makes of endless retries once there is an on-failure destination. */
const RETRIES_WITH_DESTINATION = 10;

/** Records that are still to be handled, and how often they have been delivered. */
interface Work {
  readonly batch: Batch;
  readonly deliveries: number;
}

/** How a delivery ended. */
type Outcome =
  | { readonly kind: 'handled' }
  | {
      readonly kind: RetryReason;
      readonly remaining: Batch;
      readonly requestId: string;
      readonly error?: unknown;
    };

export function createBatchProcessor(
  options: PollerOptions,
  stopping: AbortSignal,
): BatchProcessor {
  return new Processor(options, stopping);
}

class Processor implements BatchProcessor {
  private readonly options: PollerOptions;
  private readonly stopping: AbortSignal;
  private readonly emit: (event: PollerEvent) => void;
  private readonly maxRetries: number;

  constructor(options: PollerOptions, stopping: AbortSignal) {
    this.options = options;
    this.stopping = stopping;
    this.emit = options.onEvent ?? (() => {});
    const { maxRetries = -1 } = options;
    const endless = options.onFailure ? RETRIES_WITH_DESTINATION : Number.POSITIVE_INFINITY;
    this.maxRetries = maxRetries === -1 ? endless : maxRetries;
  }

  async deliver(batch: Batch): Promise<void> {
    // The head is delivered until it is done: what follows it in a partition must wait for it.
    const queue: Work[] = [{ batch, deliveries: 0 }];
    for (let work = queue.shift(); work; work = queue.shift()) {
      if (this.stopping.aborted) return;
      queue.unshift(...(await this.attempt(work)));
    }
  }

  /** Delivers once; answers what is to be delivered next, in order. */
  private async attempt({ batch, deliveries: before }: Work): Promise<readonly Work[]> {
    const event = kafkaEvent(batch, this.options.mapping);
    if (jsonBytes(event) > MAX_PAYLOAD_BYTES) {
      await this.giveUpTooLarge(batch);
      return [];
    }
    const deliveries = before + 1;
    const outcome = await this.invoke(batch);
    if (outcome.kind === 'handled') {
      await this.commit(batch);
      return [];
    }
    const { remaining, kind, requestId, error } = outcome;
    await this.commitHandled(batch, remaining);
    if (deliveries > this.maxRetries) {
      await this.giveUp(remaining, { condition: 'RetriesExhausted', deliveries, requestId });
      return [];
    }
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (deliveries - 1), LONGEST_WAIT_MS);
    const records = remaining.length;
    this.emit({ kind: 'retrying', records, deliveries, waitMs, reason: kind, error });
    await this.wait(waitMs);
    const halve = this.options.bisectBatchOnError && kind === 'error' && records > 1;
    const next = halve ? bisect(remaining) : [remaining];
    // Halving does not use up the retries, so that the halves get as many as the whole.
    return next.map((part) => ({ batch: part, deliveries: halve ? before : deliveries }));
  }

  private async invoke(batch: Batch): Promise<Outcome> {
    const { handler, functionName = 'local', functionTimeoutMs, mapping } = this.options;
    const timeoutMs = functionTimeoutMs ?? DEFAULT_TIMEOUT_MS;
    const event = kafkaEvent(batch, mapping);
    const ended = await invoke(handler, event, { functionName, timeoutMs });
    const { requestId } = ended;
    this.emit({ kind: 'invoked', requestId, records: batch.length });
    if ('error' in ended) return { kind: 'error', remaining: batch, requestId, error: ended.error };
    if (!this.options.reportBatchItemFailures) return { kind: 'handled' };
    const verdict = readResponse(ended.response, batch);
    if (verdict.kind === 'handled') return verdict;
    return verdict.kind === 'partial'
      ? { kind: 'partial response', remaining: verdict.remaining, requestId }
      : { kind: 'invalid response', remaining: batch, requestId, error: verdict.why };
  }

  private async commit(batch: Batch): Promise<void> {
    for (const { topic, partition, records } of ranges(batch)) {
      const next = nextOffset(records);
      try {
        await this.options.source.commit(topic, partition, next);
        this.emit({ kind: 'committed', topic, partition, nextOffset: next });
      } catch (error) {
        // As after a rebalance. Delivery is at least once, so nothing is lost.
        this.emit({ kind: 'commit failed', topic, partition, error });
      }
    }
  }

  /** Commits what of a batch does not remain. */
  private async commitHandled(batch: Batch, remaining: Batch): Promise<void> {
    const left = new Set(remaining);
    await this.commit(batch.filter((record) => !left.has(record)));
  }

  private async giveUp(
    batch: Batch,
    why: {
      readonly condition: OnFailureRecord['requestContext']['condition'];
      readonly deliveries: number;
      readonly requestId: string;
    },
  ): Promise<void> {
    const { onFailure, functionName = 'local', mapping } = this.options;
    const { condition, deliveries: invocations, requestId } = why;
    const event = kafkaEvent(batch, mapping);
    const given = { batch, event, condition, invocations, requestId, functionName };
    try {
      await onFailure?.(onFailureRecord(given));
    } catch (cause) {
      throw new PollerError(
        'DESTINATION',
        `The on-failure destination did not take a batch of ${counted(batch.length, 'record')}.`,
        { cause },
      );
    }
    this.emit({ kind: 'given up', records: batch.length, destination: onFailure !== undefined });
    await this.commit(batch);
  }

  private async giveUpTooLarge(batch: Batch): Promise<void> {
    if (this.options.onFailure) {
      await this.giveUp(batch, { condition: 'RecordTooLarge', deliveries: 0, requestId: '' });
      return;
    }
    const [first] = batch;
    throw new PollerError(
      'RECORD_TOO_LARGE',
      `${first?.topic}-${first?.partition}@${first?.offset} does not fit into an invocation ` +
        `(${MAX_PAYLOAD_BYTES} bytes of JSON): Lambda cannot deliver it.`,
    );
  }

  private async wait(ms: number): Promise<void> {
    const wait = this.options.wait ?? abortableDelay;
    await wait(ms, this.stopping);
  }
}

async function abortableDelay(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the wait early, which is no failure.
  await delay(ms, undefined, { signal }).catch(() => {});
}
