import { type Batch, ranges } from './batch.js';

/** What a function's answer says of its batch. */
export type Verdict =
  | { readonly kind: 'handled' }
  /** Delivered again from the first failed offset of each partition named. */
  | { readonly kind: 'partial'; readonly remaining: Batch }
  /** Lambda cannot tell what failed, and delivers the whole batch again. */
  | { readonly kind: 'invalid'; readonly why: string };

/**
 * Reads a partial batch response as Lambda does: nothing at all means handled, and one identifier
 * that is not of this batch spoils the whole answer.
 * Source: AWS Lambda, "Retry configurations for Kafka"; docs/testing.md says what is our reading.
 */
export function readResponse(response: unknown, batch: Batch): Verdict {
  const failures = property(response, 'batchItemFailures') ?? [];
  if (!Array.isArray(failures)) {
    return { kind: 'invalid', why: 'batchItemFailures is not a list' };
  }
  if (failures.length === 0) return { kind: 'handled' };
  const firstFailed = new Map<string, number>();
  const inBatch = new Set(
    batch.map((record) => key(`${record.topic}-${record.partition}`, record.offset)),
  );
  for (const failure of failures) {
    const identifier = property(failure, 'itemIdentifier');
    const partition = property(identifier, 'partition');
    const offset = property(identifier, 'offset');
    if (typeof partition !== 'string' || typeof offset !== 'number') {
      return { kind: 'invalid', why: 'an itemIdentifier is not { partition, offset }' };
    }
    if (!inBatch.has(key(partition, offset))) {
      return { kind: 'invalid', why: `${partition}@${offset} is not in the batch` };
    }
    firstFailed.set(partition, Math.min(offset, firstFailed.get(partition) ?? offset));
  }
  const remaining = ranges(batch).flatMap(({ id, records }) => {
    const from = firstFailed.get(id);
    return from === undefined ? [] : records.filter(({ offset }) => offset >= from);
  });
  return { kind: 'partial', remaining };
}

function key(partition: string, offset: number): string {
  return `${partition}@${offset}`;
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  // Safe: any object may be asked for a property; what comes back is unknown.
  return (value as Record<string, unknown>)[name] ?? undefined;
}
