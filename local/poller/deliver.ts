import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../runtime/words.js';
import { kafkaEvent } from '../msk-event.js';
import { type Batch, bisect, nextOffset, ranges, without } from './batch.js';
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
  /** These partitions are about to go: waits for the invocation under way, which may have records of them. */
  release(partitions: ReadonlySet<string>): Promise<void>;
  /** Another member of the group has these partitions: nothing of them is delivered or committed any more. */
  drop(partitions: ReadonlySet<string>): void;
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

/** What a delivery left, and how long it is waited for, in milliseconds. */
interface Left {
  readonly next: readonly Work[];
  readonly waitMs: number;
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
  /** Still to be delivered, of the batch that is. */
  private queue: Work[] = [];
  private underWay: Promise<unknown> = Promise.resolve();
  private readonly dropped = new Set<string>();

  constructor(options: PollerOptions, stopping: AbortSignal) {
    this.options = options;
    this.stopping = stopping;
    this.emit = options.onEvent ?? (() => {});
    const { maxRetries = -1 } = options;
    const endless = options.onFailure ? RETRIES_WITH_DESTINATION : Number.POSITIVE_INFINITY;
    this.maxRetries = maxRetries === -1 ? endless : maxRetries;
  }

  async deliver(batch: Batch): Promise<void> {
    this.dropped.clear();
    // The head is delivered until it is done: what follows it in a partition must wait for it.
    this.queue = [{ batch, deliveries: 0 }];
    for (let work = this.queue.shift(); work; work = this.queue.shift()) {
      if (this.stopping.aborted) return;
      if (work.batch.length === 0) continue;
      const left = this.attempt(work);
      this.underWay = left.catch(() => undefined);
      await this.again(await left);
    }
  }

  async release(partitions: ReadonlySet<string>): Promise<void> {
    await this.underWay;
    this.drop(partitions);
  }

  drop(partitions: ReadonlySet<string>): void {
    for (const one of partitions) this.dropped.add(one);
    this.queue = this.queue.map((work) => ({ ...work, batch: without(work.batch, partitions) }));
  }

  /** Puts what failed before what follows it, after a wait in which it may yet be dropped. */
  private async again(left: Left | undefined): Promise<void> {
    if (left === undefined) return;
    this.queue.unshift(...left.next);
    await this.wait(left.waitMs);
  }

  /** Delivers once; answers what is to be delivered again. */
  private async attempt({ batch, deliveries: before }: Work): Promise<Left | undefined> {
    const event = kafkaEvent(batch, this.options.mapping);
    if (jsonBytes(event) > MAX_PAYLOAD_BYTES) return await this.giveUpTooLarge(batch);
    const deliveries = before + 1;
    const outcome = await this.invoke(batch);
    if (outcome.kind === 'handled') return await this.commit(batch);
    const { kind, requestId, error } = outcome;
    await this.commitHandled(batch, outcome.remaining);
    const remaining = without(outcome.remaining, this.dropped);
    if (remaining.length === 0) return undefined;
    if (deliveries > this.maxRetries) {
      return await this.giveUp(remaining, { condition: 'RetriesExhausted', deliveries, requestId });
    }
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (deliveries - 1), LONGEST_WAIT_MS);
    const records = remaining.length;
    this.emit({ kind: 'retrying', records, deliveries, waitMs, reason: kind, error });
    const halve = this.options.bisectBatchOnError && kind === 'error' && records > 1;
    const parts = halve ? bisect(remaining) : [remaining];
    // Halving does not use up the retries, so that the halves get as many as the whole.
    const next = parts.map((part) => ({ batch: part, deliveries: halve ? before : deliveries }));
    return { next, waitMs };
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

  private async commit(batch: Batch): Promise<undefined> {
    for (const { topic, partition, records } of ranges(without(batch, this.dropped))) {
      const next = nextOffset(records);
      try {
        await this.options.source.commit([{ topic, partition, offset: next }]);
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
  ): Promise<undefined> {
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

  private async giveUpTooLarge(batch: Batch): Promise<undefined> {
    if (this.options.onFailure) {
      const condition = 'RecordTooLarge';
      return await this.giveUp(batch, { condition, deliveries: 0, requestId: '' });
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
