import { counted } from '../../runtime/words.js';
import { kafkaEvent } from '../msk-event.js';
import { waitAfter } from './back-off.js';
import { type Batch, bisect, without } from './batch.js';
import { type Gathered, jsonBytes, MAX_PAYLOAD_BYTES } from './collect.js';
import { PollerError } from './errors.js';
import type { RetryReason } from './events.js';
import { invoke } from './invoke.js';
import { type Condition, onFailureRecord } from './on-failure.js';
import { Progress } from './progress.js';
import { readResponse } from './response.js';
import type { Settings } from './settings.js';

/** Records that are still to be handled, and how often they have been delivered. */
interface Work {
  readonly batch: Batch;
  readonly deliveries: number;
}

/** How a delivery ended. */
type Outcome = { readonly kind: 'handled' } | Failed;

interface Failed {
  readonly kind: RetryReason;
  readonly remaining: Batch;
  readonly requestId: string;
  readonly error?: unknown;
}

/** Why records were given up. */
interface GivenUp {
  readonly condition: Condition;
  readonly deliveries: number;
  /** Empty where the function was not invoked. */
  readonly requestId: string;
}

/** Delivers batches, one after the other. */
export class Processor {
  private readonly settings: Settings;
  private readonly stopping: AbortSignal;
  private progress = new Progress([]);
  /** All that is still to be dealt with, of the batch that is. */
  private queue: readonly Work[] = [];
  private underWay: Promise<void> = Promise.resolve();

  constructor(settings: Settings, stopping: AbortSignal) {
    this.settings = settings;
    this.stopping = stopping;
  }

  /** Delivers a batch until all of it is committed, or the poller is told to stop. */
  async deliver(gathered: Gathered): Promise<void> {
    const { records, refused } = gathered;
    this.progress = new Progress([...records, ...refused.map(({ record }) => record)]);
    this.queue = [{ batch: records, deliveries: 0 }];
    await this.tracked(() => this.refuse(gathered));
    // The head is delivered until it is done: what follows it in a partition must wait for it.
    for (let [head] = this.queue; head && !this.stopping.aborted; [head] = this.queue) {
      const waitMs = await this.tracked(() => this.attempt(head));
      if (waitMs > 0) await this.settings.wait(waitMs, this.stopping);
    }
  }

  /** These partitions are about to go: waits for what is under way, which may have records of them. */
  async release(partitions: ReadonlySet<string>): Promise<void> {
    await this.underWay;
    this.drop(partitions);
  }

  /** Another member of the group has these partitions: nothing of them is delivered or committed any more. */
  drop(partitions: ReadonlySet<string>): void {
    this.progress.drop(partitions);
    this.queue = this.queue.map((work) => ({ ...work, batch: without(work.batch, partitions) }));
  }

  /** Lets {@link release} wait for it. */
  private async tracked<T>(work: () => Promise<T>): Promise<T> {
    let end = (): void => {};
    // Before it begins: the function may be what makes the partition go.
    this.underWay = new Promise<void>((resolve) => {
      end = resolve;
    });
    return await work().finally(end);
  }

  /** What the function does not get is given up before the rest is delivered. */
  private async refuse({ refused }: Gathered): Promise<void> {
    for (const condition of new Set(refused.map((one) => one.condition))) {
      const batch = refused.filter((one) => one.condition === condition);
      const records = batch.map(({ record }) => record);
      await this.giveUp(records, { condition, deliveries: 0, requestId: '' });
    }
    await this.commit();
  }

  /** Delivers the head of the queue once, if at all; answers how long to wait after that, in milliseconds. */
  private async attempt(head: Work): Promise<number> {
    const { batch } = head;
    const old = this.tooOld(batch);
    if (old.length > 0) {
      const condition = 'RecordAgeExceeded';
      await this.giveUp(old, { condition, deliveries: head.deliveries, requestId: '' });
      const left = new Set(old);
      return this.replaceHead([{ ...head, batch: batch.filter((record) => !left.has(record)) }]);
    }
    if (batch.length === 0) return this.replaceHead([]);
    if (jsonBytes(kafkaEvent(batch, this.settings.mapping)) > MAX_PAYLOAD_BYTES) {
      await this.giveUpTooLarge(batch);
      return this.replaceHead([]);
    }
    const outcome = await this.invoke(batch);
    return outcome.kind === 'handled' ? this.replaceHead([]) : this.failed(head, outcome);
  }

  private async failed(head: Work, outcome: Failed): Promise<number> {
    const { kind, requestId, error } = outcome;
    const deliveries = head.deliveries + 1;
    await this.replaceHead([{ batch: outcome.remaining, deliveries }]);
    // Without what went to another member meanwhile.
    const batch = this.queue[0]?.batch ?? [];
    const records = batch.length;
    if (records === 0) return this.replaceHead([]);
    if (deliveries > this.settings.maxRetries) {
      await this.giveUp(batch, { condition: 'RetriesExhausted', deliveries, requestId });
      return this.replaceHead([]);
    }
    const waitMs = waitAfter(deliveries);
    this.settings.emit({ kind: 'retrying', records, deliveries, waitMs, reason: kind, error });
    if (this.settings.bisectBatchOnError && kind === 'error' && records > 1) {
      // Halving does not use up the retries, so that the halves get as many as the whole.
      const halves = bisect(batch).map((part) => ({ batch: part, deliveries: head.deliveries }));
      await this.replaceHead(halves);
    }
    return waitMs;
  }

  /** Commits what this settles. */
  private async replaceHead(works: readonly Work[]): Promise<0> {
    const kept = works.map((work) => ({ ...work, batch: this.progress.kept(work.batch) }));
    this.queue = [...kept, ...this.queue.slice(1)];
    await this.commit();
    return 0;
  }

  private tooOld(batch: Batch): Batch {
    const oldestMs = Date.now() - this.settings.maxRecordAgeMs;
    return batch.filter(({ timestamp }) => timestamp < oldestMs);
  }

  private async invoke(batch: Batch): Promise<Outcome> {
    const { handler, functionName, functionTimeoutMs: timeoutMs, mapping, emit } = this.settings;
    const event = kafkaEvent(batch, mapping);
    const ended = await invoke(handler, event, { functionName, timeoutMs });
    const { requestId } = ended;
    emit({ kind: 'invoked', requestId, records: batch.length });
    if ('error' in ended) return { kind: 'error', remaining: batch, requestId, error: ended.error };
    if (!this.settings.reportBatchItemFailures) return { kind: 'handled' };
    const verdict = readResponse(ended.response, batch);
    if (verdict.kind === 'handled') return verdict;
    return verdict.kind === 'partial'
      ? { kind: 'partial response', remaining: verdict.remaining, requestId }
      : { kind: 'invalid response', remaining: batch, requestId, error: verdict.why };
  }

  /** Commits each partition up to what is still to be dealt with. */
  private async commit(): Promise<void> {
    const { source, emit } = this.settings;
    const outstanding = this.queue.flatMap(({ batch }) => batch);
    for (const position of this.progress.positions(outstanding)) {
      const { topic, partition, offset: nextOffset } = position;
      try {
        await source.commit([position]);
        this.progress.commit(position);
        emit({ kind: 'committed', topic, partition, nextOffset });
      } catch (error) {
        // As after a rebalance. Delivery is at least once, so nothing is lost.
        emit({ kind: 'commit failed', topic, partition, error });
      }
    }
  }

  private async giveUp(batch: Batch, why: GivenUp): Promise<void> {
    const { onFailure, functionName, mapping, emit } = this.settings;
    const event = kafkaEvent(batch, mapping);
    const { condition, deliveries: invocations, requestId } = why;
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
    const destination = onFailure !== undefined;
    emit({ kind: 'given up', records: batch.length, condition, destination });
  }

  private async giveUpTooLarge(batch: Batch): Promise<void> {
    if (this.settings.onFailure) {
      const condition = 'RecordTooLarge';
      await this.giveUp(batch, { condition, deliveries: 0, requestId: '' });
      return;
    }
    const [first] = batch;
    throw new PollerError(
      'RECORD_TOO_LARGE',
      `${first?.topic}-${first?.partition}@${first?.offset} does not fit into an invocation ` +
        `(${MAX_PAYLOAD_BYTES} bytes of JSON): Lambda cannot deliver it.`,
    );
  }
}
