/** Many single sends, each key at its own pace: what a sick partition holds up is its own keys. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from './ledger.js';
import { type Sender, SendFailure } from './senders.js';

/** How long outcomes may take after the end of a load, beyond the delivery timeout of 30 s. */
const SETTLE_MS = 45_000;
/** After a failed send, so that what fails at once does not fail a million times. */
const FAILED_PAUSE_MS = 20;

export interface LoadOptions {
  readonly sender: Sender;
  readonly ledger: Ledger;
  readonly keys: number;
  /** Sends of one key that may be under way at a time. */
  readonly underWay: number;
  /** Each key waits so long after an outcome, in milliseconds. @default 0 */
  readonly pauseMs?: () => number;
}

export interface Load {
  /** Sends no more; settles when each send has its outcome, or never will have. */
  end(): Promise<void>;
}

export function startLoad({ sender, ledger, keys, underWay, pauseMs }: LoadOptions): Load {
  let isOver = false;
  const one = async (key: number): Promise<void> => {
    const message = ledger.begin(key);
    try {
      ledger.acknowledged(message, await sender.send(key, message));
    } catch (error) {
      if (!(error instanceof SendFailure)) throw error;
      ledger.failed(message, error.delivered, error.code);
      await sleep(FAILED_PAUSE_MS);
    }
  };
  const work = async (key: number): Promise<void> => {
    while (!isOver) {
      await one(key);
      const waitMs = pauseMs?.() ?? 0;
      if (waitMs > 0) await sleep(waitMs);
    }
  };
  const workers: Promise<void>[] = [];
  for (let key = 0; key < keys; key++) for (let n = 0; n < underWay; n++) workers.push(work(key));
  const all = Promise.all(workers);
  // Thrown by `end`.
  all.catch(() => undefined);
  return {
    async end() {
      isOver = true;
      const late = new AbortController();
      const inVain = sleep(SETTLE_MS, undefined, { signal: late.signal, ref: false });
      await Promise.race([all, inVain.catch(() => undefined)]);
      late.abort();
    },
  };
}
