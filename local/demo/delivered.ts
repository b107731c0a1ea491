import type { DeliveryReport } from '../../producer/index.js';

/** Where a message is stored. */
export type Place = Omit<DeliveryReport, 'timestamp'>;

import type { PollerEvent } from '../poller/index.js';

/** A batch that failed this often is not going to pass. */
const DELIVERIES = 3;

/** Those who wait for records to be committed. */
interface Waiting {
  readonly open: Set<Place>;
  resolve(): void;
  reject(error: unknown): void;
}

/** What the consumer group has committed, and who waits for more. */
export class Commits {
  private readonly next = new Map<string, bigint>();
  private readonly waiting = new Set<Waiting>();

  /** Takes what the poller tells. */
  onEvent(event: PollerEvent): void {
    if (event.kind === 'committed') {
      this.next.set(partitionOf(event), event.nextOffset);
      for (const one of this.waiting) this.look(one);
    }
    if (event.kind === 'retrying' && event.deliveries >= DELIVERIES) {
      const error = event.error ?? new Error(`The handler answers: ${event.reason}`);
      for (const one of this.waiting) one.reject(error);
      this.waiting.clear();
    }
  }

  /** Fulfilled once every record is committed; rejected when a batch keeps failing. */
  all(reports: readonly Place[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiting = { open: new Set(reports), resolve, reject };
      this.waiting.add(waiting);
      this.look(waiting);
    });
  }

  private look(one: Waiting): void {
    for (const report of one.open) {
      if (report.offset < (this.next.get(partitionOf(report)) ?? 0n)) one.open.delete(report);
    }
    if (one.open.size > 0) return;
    this.waiting.delete(one);
    one.resolve();
  }
}

function partitionOf({ topic, partition }: Pick<Place, 'topic' | 'partition'>): string {
  return `${topic}-${partition}`;
}
