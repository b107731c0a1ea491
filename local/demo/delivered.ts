import type { DeliveryReport } from '../../producer/index.js';
import type { PollerEvent } from '../poller/index.js';

/** A batch that failed this often is not going to pass. */
const DELIVERIES = 3;

export interface Delivered {
  /** Takes what the poller tells. */
  readonly onEvent: (event: PollerEvent) => void;
  /** Fulfilled once every record is committed; rejected when its batch keeps failing. */
  readonly all: Promise<void>;
}

/** Waits until the consumer group has committed everything that was produced. */
export function awaitCommits(reports: readonly DeliveryReport[]): Delivered {
  const open = new Set(reports);
  let events: { resolve(): void; reject(error: unknown): void } | undefined;
  const all = new Promise<void>((resolve, reject) => {
    events = { resolve, reject };
  });
  return {
    all,
    onEvent(event) {
      if (event.kind === 'committed') {
        for (const report of open) {
          const { topic, partition, offset } = report;
          const covered = topic === event.topic && partition === event.partition;
          if (covered && offset < event.nextOffset) open.delete(report);
        }
        if (open.size === 0) events?.resolve();
      }
      if (event.kind === 'retrying' && event.deliveries >= DELIVERIES) {
        events?.reject(event.error ?? new Error(`The handler answers: ${event.reason}`));
      }
    },
  };
}
