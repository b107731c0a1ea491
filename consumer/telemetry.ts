import type { SchemaId } from '../runtime/index.js';
import type { ConsumerError, ConsumerErrorCode } from './errors.js';
import type { FailurePolicyName } from './failure-policy.js';

/**
 * Hears what a consumer does, in Lambda and in a container; {@link embeddedMetrics} and
 * {@link openTelemetry} are such. It is called in the consumer's own time: what it throws is dropped, and
 * what it does should be little. What it does not have costs nothing.
 */
export interface ConsumerTelemetry {
  /** Records are there, and nothing is decoded yet. The answer hears what becomes of them. */
  onBatch?(batch: BatchReceived): BatchObserver | undefined;
  /**
   * Hands on what was gathered: at the end of each invocation in Lambda, before its answer, since the process may
   * stand still from there on; in a container every so often, and when it stops. It is waited for, but
   * not for long.
   */
  flush?(): void | Promise<void>;
}

export interface TelemetryOptions {
  /** One, or several. @default none */
  readonly telemetry?: ConsumerTelemetry | readonly ConsumerTelemetry[] | undefined;
}

/** The records of a Lambda event, or those that were polled at once. */
export interface BatchReceived {
  /** Of the invocation in Lambda; undefined in a container. */
  readonly requestId: string | undefined;
  /** The consumer group; undefined in Lambda, which does not say it. */
  readonly group: string | undefined;
  /** Of the records; undefined where they are of several. */
  readonly topic: string | undefined;
  /** How many records. */
  readonly count: number;
  /** Those of a partition in the order of their offsets. Nothing is made before it is asked for. */
  records(): Iterable<RecordSeen>;
}

export interface RecordSeen {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Text of the last header of that name; undefined where there is none, or none that can be read. */
  header(name: string): string | undefined;
}

/** Hears of one batch. */
export interface BatchObserver {
  /**
   * Runs what handles the batch, such as within the context of a span: calls `work` and answers what
   * it does. Called once for a Lambda event, and around each part of a batch that is handled in parts.
   */
  run?<T>(work: () => T): T;
  /** A handler is about to be called with these: with one record, or with the many of a batch handler. */
  onCall?(records: readonly DecodedRecordSeen[]): CallObserver | undefined;
  /** A record failed: for good, or this attempt at it. */
  onFailure?(failure: FailureSeen): void;
  /** The batch is through, whatever became of it. */
  onEnd?(batch: BatchOutcome): void;
}

export interface DecodedRecordSeen extends RecordSeen {
  /** As in `ConsumedRecord`. */
  readonly schemaId: number | undefined;
  readonly schemaGuid: string | undefined;
  readonly writerVersion: number | undefined;
}

/** Hears of one call of a handler. */
export interface CallObserver {
  /** Runs the handler: calls `work` and answers what it does. */
  run?<T>(work: () => T): T;
  onHandled?(): void;
  onFailed?(error: ConsumerError): void;
}

export interface FailureSeen {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Its `code` is the cause. */
  readonly error: ConsumerError;
  /** What becomes of the record; undefined where it is tried again. */
  readonly policy: FailurePolicyName | undefined;
}

/** What became of a batch. */
export interface BatchOutcome {
  /** From its arrival to its end, in milliseconds. */
  readonly durationMs: number;
  /** Why the batch as a whole failed, where it did. */
  readonly error: ConsumerError | undefined;
  readonly partitions: readonly PartitionOutcome[];
}

/**
 * What became of the records of one partition:
 * `received = handled + skipped + deadLettered + held`.
 */
export interface PartitionOutcome {
  readonly topic: string;
  readonly partition: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly received: number;
  /** The handler is done with them. They may come again, as those before one that fails the batch do. */
  readonly handled: number;
  readonly skipped: number;
  readonly deadLettered: number;
  /** They come again: reported, behind one that is, or of a batch that failed or ran out of time. */
  readonly held: number;
  /** Failures by cause. A record that was tried again has several. */
  readonly failed: Readonly<Partial<Record<ConsumerErrorCode, number>>>;
  /** By which schemas the values were written that decode. */
  readonly writers: readonly WriterSeen[];
  /**
   * What decoding took, in milliseconds. Where partitions of a topic are decoded together, each has its
   * share by its records.
   */
  readonly decodeMs: number;
  /** How old the oldest record was when the batch arrived, in milliseconds; undefined without a timestamp. */
  readonly oldestAgeMs: number | undefined;
  /** Records behind the last one that are not read yet, as far as that is known: in Lambda it is not. */
  readonly lag: number | undefined;
}

export interface WriterSeen {
  readonly schemaId: SchemaId;
  /** As the lock counts them; undefined for a schema that it did not know. */
  readonly version: number | undefined;
  readonly records: number;
}
