import { attempt } from '../runtime/attempt.js';
import type { ConsumerError } from './errors.js';
import type {
  BatchObserver,
  BatchOutcome,
  BatchReceived,
  CallObserver,
  ConsumerTelemetry,
  DecodedRecordSeen,
  FailureSeen,
  TelemetryOptions,
} from './telemetry.js';

/** What the consumer calls: telemetries that harm nobody, as one. */
export interface HarmlessTelemetry {
  /** Undefined where nobody listens: then nothing need be counted. */
  onBatch(batch: BatchReceived): HarmlessBatch | undefined;
  /** Never rejected. @param withinMs how long it may take; {@link MAX_FLUSH_MS} at most */
  flush(withinMs: number): Promise<void>;
}

export interface HarmlessBatch {
  /** What `work` answers or throws, and nothing else. */
  run<T>(work: () => T): T;
  /** Undefined where nobody listens: then nothing need be made of a record. */
  readonly onCall: ((records: readonly DecodedRecordSeen[]) => HarmlessCall) | undefined;
  onFailure(failure: FailureSeen): void;
  onEnd(batch: BatchOutcome): void;
}

export interface HarmlessCall {
  run<T>(work: () => T): T;
  onHandled(): void;
  onFailed(error: ConsumerError): void;
}

/** Longest wait for what telemetries hand on, in milliseconds: an exporter may wait for a collector that is gone. */
export const MAX_FLUSH_MS = 2_000;

/** Telemetries that harm nobody: what they throw ends here, and what they run is run once. */
export function harmless(telemetry: TelemetryOptions['telemetry'] = []): HarmlessTelemetry {
  const all: readonly ConsumerTelemetry[] = [telemetry].flat();
  return {
    onBatch(batch) {
      const observers = all.flatMap((one) => attempt(() => one.onBatch?.(batch)) ?? []);
      return observers.length === 0 ? undefined : harmlessBatch(observers);
    },
    async flush(withinMs) {
      const flushing = all.flatMap((one) => attempt(() => one.flush?.()) ?? []);
      if (flushing.length === 0) return;
      await within(Math.min(withinMs, MAX_FLUSH_MS), Promise.allSettled(flushing));
    },
  };
}

function harmlessBatch(observers: readonly BatchObserver[]): HarmlessBatch {
  const listening = observers.filter(({ onCall }) => onCall !== undefined);
  return {
    run: runThrough(observers),
    onCall:
      listening.length === 0
        ? undefined
        : (records) =>
            harmlessCall(listening.flatMap((one) => attempt(() => one.onCall?.(records)) ?? [])),
    onFailure: (failure) => tell(observers, (one) => one.onFailure?.(failure)),
    onEnd: (batch) => tell(observers, (one) => one.onEnd?.(batch)),
  };
}

function harmlessCall(observers: readonly CallObserver[]): HarmlessCall {
  return {
    run: runThrough(observers),
    onHandled: () => tell(observers, (one) => one.onHandled?.()),
    onFailed: (error) => tell(observers, (one) => one.onFailed?.(error)),
  };
}

function tell<T>(observers: readonly T[], how: (observer: T) => void): void {
  for (const one of observers) attempt(() => how(one));
}

interface Runs {
  run?<T>(work: () => T): T;
}

/** Each runs the next, and the last one the work. */
function runThrough(observers: readonly Runs[]): <T>(work: () => T) => T {
  return (work) => observers.reduceRight((inner, one) => () => runIn(one, inner), work)();
}

type Outcome<T> = { readonly answer: T } | { readonly thrown: unknown };

/** The work's own outcome, even where who runs it throws, answers something else or never begins. */
function runIn<T>(observer: Runs, work: () => T): T {
  let outcome: Outcome<T> | undefined;
  const once = (): T => {
    outcome ??= outcomeOf(work);
    if ('thrown' in outcome) throw outcome.thrown;
    return outcome.answer;
  };
  attempt(() => observer.run?.(once));
  return once();
}

function outcomeOf<T>(work: () => T): Outcome<T> {
  try {
    return { answer: work() };
  } catch (thrown) {
    return { thrown };
  }
}

async function within(timeMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeMs);
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}
