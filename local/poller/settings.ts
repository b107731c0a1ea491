import { setTimeout as delay } from 'node:timers/promises';
import type { StartingPosition } from '../../consumer/index.js';
import { checkOptions } from './check-options.js';
import type { PollerOptions } from './options.js';

/** Options as they hold, with what Lambda makes of them. */
export interface Settings extends Pick<PollerOptions, 'source' | 'topics' | 'handler'> {
  readonly batchSize: number;
  readonly windowMs: number;
  readonly functionTimeoutMs: number;
  readonly functionName: string;
  readonly reportBatchItemFailures: boolean;
  readonly bisectBatchOnError: boolean;
  /** Infinite where there is no end. */
  readonly maxRetries: number;
  readonly from: StartingPosition;
  readonly mapping: NonNullable<PollerOptions['mapping']>;
  readonly schemaRegistry: PollerOptions['schemaRegistry'];
  /** Infinite for records of any age, in milliseconds. */
  readonly maxRecordAgeMs: number;
  readonly onFailure: PollerOptions['onFailure'];
  readonly emit: NonNullable<PollerOptions['onEvent']>;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const DEFAULT_BATCH_SIZE = 100;
/** Kafka's window where none is configured. Source: AWS Lambda, "Batching behavior". */
const DEFAULT_WINDOW_MS = 500;
const DEFAULT_TIMEOUT_MS = 60_000;
/** What Lambda makes of endless retries once there is an on-failure destination. */
const RETRIES_WITH_DESTINATION = 10;
/** In `maxRetries` and `maxRecordAgeSeconds`. */
const WITHOUT_END = -1;

/** @throws PollerError `OPTIONS` */
export function settingsOf(options: PollerOptions): Settings {
  checkOptions(options);
  const { maxRetries = WITHOUT_END, maxRecordAgeSeconds = WITHOUT_END, onFailure } = options;
  const endless = onFailure ? RETRIES_WITH_DESTINATION : Number.POSITIVE_INFINITY;
  return {
    source: options.source,
    topics: options.topics,
    handler: options.handler,
    from: startOf(options),
    batchSize: options.batchSize ?? DEFAULT_BATCH_SIZE,
    windowMs: options.windowMs ?? DEFAULT_WINDOW_MS,
    functionTimeoutMs: options.functionTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    functionName: options.functionName ?? 'local',
    mapping: options.mapping ?? {},
    schemaRegistry: options.schemaRegistry,
    reportBatchItemFailures: options.reportBatchItemFailures ?? false,
    maxRetries: maxRetries === WITHOUT_END ? endless : maxRetries,
    maxRecordAgeMs:
      maxRecordAgeSeconds === WITHOUT_END ? Number.POSITIVE_INFINITY : maxRecordAgeSeconds * 1_000,
    bisectBatchOnError: options.bisectBatchOnError ?? false,
    onFailure,
    emit: options.onEvent ?? (() => {}),
    wait: options.wait ?? abortableDelay,
  };
}

function startOf({ startingPosition, startingPositionTimestamp }: PollerOptions): StartingPosition {
  if (startingPositionTimestamp !== undefined) return startingPositionTimestamp;
  return startingPosition === 'LATEST' ? 'latest' : 'earliest';
}

async function abortableDelay(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the wait early, which is no failure.
  await delay(ms, undefined, { signal }).catch(() => {});
}
