import type { PartitionMetadata } from 'kafkajs';
import type { ProducerError } from '../errors.js';

/**
 * What we throw into kafkajs, to have it out again. kafkajs lets out at once what says that it is
 * not retriable, but wrapped or not: when no connection is left it comes in a
 * `KafkaJSNonRetriableError`. So look for it with {@link findSignal}, never with `instanceof`. It
 * has no `cause`, since kafkajs drops an error that has one and keeps the cause.
 */
abstract class Signal extends Error {
  readonly retriable = false;
}

/** Answers "which partitions are there?", before anything is sent. */
export class PartitionsFound extends Signal {
  static readonly MESSAGE = 'asked for partitions';
  readonly partitions: readonly PartitionMetadata[];

  constructor(partitions: readonly PartitionMetadata[]) {
    super(PartitionsFound.MESSAGE);
    this.partitions = partitions;
  }
}

/** A partition without a leader, as a broker tells of it: kafkajs asks for metadata anew. */
export class Leaderless extends Error {
  readonly type = 'LEADER_NOT_AVAILABLE';
  readonly retriable = true;

  constructor() {
    super('the partition has no leader now');
  }
}

/**
 * Credentials that were refused, and may have been replaced meanwhile. By this name kafkajs takes it for
 * a connection that broke, and makes another, now or at the next attempt.
 */
export class RefusedOnce extends Error {
  override readonly name = 'KafkaJSConnectionError';
  readonly retriable = true;

  constructor({ message }: Error) {
    super(message);
  }
}

/**
 * A batch that was answered with nothing: kafkajs took one broker for another and sent nothing of it
 * (see kafkajs/mends.ts).
 */
export class NothingSent extends Error {
  override readonly name = 'NothingSent';

  constructor() {
    super('the Kafka client lost sight of the leader');
  }
}

/** An error of ours that says all there is to say. */
export class Carried extends Signal {
  readonly error: ProducerError;

  constructor(error: ProducerError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * Around what kafkajs threw when a batch may have been written. Where a connection breaks after that,
 * kafkajs throws what goes wrong while it connects again, such as that nothing listens there.
 */
export class MaybeStored extends Error {
  override readonly name = 'MaybeStored';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** An error and what it was put around, outermost first. */
export function* chainOf(error: unknown): Generator<Error> {
  const seen = new Set<Error>();
  let next = error;
  while (next instanceof Error && !seen.has(next)) {
    seen.add(next);
    yield next;
    next = next.cause;
  }
}

/** The first of a kind in an error's chain of causes. */
export function findSignal<T extends Error>(
  error: unknown,
  kind: abstract new (...args: never[]) => T,
): T | undefined {
  for (const one of chainOf(error)) if (one instanceof kind) return one;
  return undefined;
}
