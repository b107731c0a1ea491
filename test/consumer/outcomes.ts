/** Batches that a telemetry is told of, without a consumer. */

import { type HarmlessBatch, harmless } from '../../consumer/harmless.js';
import type {
  BatchOutcome,
  BatchReceived,
  ConsumerTelemetry,
  DecodedRecordSeen,
  PartitionOutcome,
} from '../../consumer/index.js';

/** What became of a partition; nothing but what is given. */
export function partition(given: Partial<PartitionOutcome> = {}): PartitionOutcome {
  return {
    topic: 'clicks',
    partition: 0,
    firstOffset: 0,
    lastOffset: 0,
    received: 0,
    handled: 0,
    skipped: 0,
    deadLettered: 0,
    held: 0,
    failed: {},
    writers: [],
    decodeMs: 0,
    oldestAgeMs: undefined,
    lag: undefined,
    ...given,
  };
}

/** A record with these headers. */
export function recordSeen(
  headers: Readonly<Record<string, string>> = {},
  given: Partial<DecodedRecordSeen> = {},
): DecodedRecordSeen {
  return {
    topic: 'clicks',
    partition: 0,
    offset: 7,
    header: (name) => headers[name],
    schemaId: undefined,
    schemaGuid: undefined,
    writerVersion: undefined,
    ...given,
  };
}

function batchReceived(given: Partial<BatchReceived> = {}): BatchReceived {
  return {
    requestId: undefined,
    group: undefined,
    topic: 'clicks',
    count: 1,
    records: () => [],
    ...given,
  };
}

export function outcome(
  partitions: readonly PartitionOutcome[],
  given: Partial<BatchOutcome> = {},
): BatchOutcome {
  return { durationMs: 0, error: undefined, partitions, ...given };
}

/** A batch of a telemetry, as the consumer tells it of one. */
export function begin(
  telemetry: ConsumerTelemetry,
  given: Partial<BatchReceived> = {},
): HarmlessBatch {
  const batch = harmless(telemetry).onBatch(batchReceived(given));
  if (batch === undefined) throw new Error('The telemetry does not listen.');
  return batch;
}
