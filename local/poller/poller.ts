import type { Source, SourcePartition } from '../../consumer/index.js';
import { partitionId } from './batch.js';
import { Collector, type Mapping } from './collect.js';
import { type BatchProcessor, createBatchProcessor } from './deliver.js';
import { PollerError } from './errors.js';
import type { PollerEvent } from './events.js';
import type { Invoke } from './invoke.js';
import type { OnFailureRecord } from './on-failure.js';

/** An `AbortSignal`, and without declarations of it (DOM, Node) what can be asked of one. */
type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } }
  ? Known
  : { readonly aborted: boolean };

export interface PollerOptions {
  readonly source: Source;
  readonly topics: readonly string[];
  /** The Lambda function. */
  readonly handler: Invoke;
  /** Records per invocation, at most: 1 to 10,000. @default 100 */
  readonly batchSize?: number | undefined;
  /** How long a batch is filled after its first record, in milliseconds. @default 500 */
  readonly windowMs?: number | undefined;
  /** When an invocation counts as failed, in milliseconds. @default 60,000 */
  readonly functionTimeoutMs?: number | undefined;
  /** @default 'local' */
  readonly functionName?: string | undefined;
  /** How events describe their cluster. @default that of `mskEvent` */
  readonly mapping?: Mapping | undefined;
  /** `FunctionResponseTypes: [ReportBatchItemFailures]`: reads the answers. @default false */
  readonly reportBatchItemFailures?: boolean | undefined;
  /**
   * Deliveries after the first before a batch is given up, as provisioned mode allows; -1 without
   * end. With `onFailure`, Lambda takes "without end" for 10. @default -1
   */
  readonly maxRetries?: number | undefined;
  /** Halves a batch that failed, to find the record at fault. @default false */
  readonly bisectBatchOnError?: boolean | undefined;
  /** Takes batches that were given up; without it they are dropped. @default none */
  readonly onFailure?: ((record: OnFailureRecord) => void | Promise<void>) | undefined;
  /** Told of everything that happens, in order. @default nobody */
  readonly onEvent?: ((event: PollerEvent) => void) | undefined;
  /** For tests: waits between deliveries; fulfilled early when the signal aborts. */
  readonly wait?: ((ms: number, signal: Signal) => Promise<void>) | undefined;
}

export interface Poller {
  /**
   * Lets the invocation under way end, commits what it handled, and closes the source.
   * What was not committed is delivered to the next poller of the group.
   * @throws what {@link done} is rejected with
   */
  stop(): Promise<void>;
  /** Fulfilled after {@link stop}; rejected when source or destination fail. */
  readonly done: Promise<void>;
}

const DEFAULT_BATCH_SIZE = 100;
const MAX_BATCH_SIZE = 10_000;
/** Kafka's window where none is configured. Source: AWS Lambda, "Batching behavior". */
const DEFAULT_WINDOW_MS = 500;
const MAX_WINDOW_MS = 300_000;

/**
 * Plays Lambda's event source mapping for Kafka: gathers records into events, invokes the function
 * with one event at a time, and commits what it has handled. A batch that fails is delivered again
 * until it passes, or as provisioned mode is configured.
 *
 * One invocation at a time means that a partition which cannot go on holds up the others; on AWS
 * it would hold up those of its own poller.
 *
 * @throws PollerError `OPTIONS`
 */
export function startPoller(options: PollerOptions): Poller {
  checkRange('batchSize', options.batchSize ?? DEFAULT_BATCH_SIZE, [1, MAX_BATCH_SIZE]);
  checkRange('windowMs', options.windowMs ?? DEFAULT_WINDOW_MS, [0, MAX_WINDOW_MS]);
  checkRange('maxRetries', options.maxRetries ?? -1, [-1, 10_000]);
  if (options.topics.length === 0) throw new PollerError('OPTIONS', 'No topics were given.');
  const stopping = new AbortController();
  const done = run(options, stopping.signal);
  // Whoever wants the error waits for `done` or calls `stop`.
  done.catch(() => {});
  return {
    done,
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

async function run(options: PollerOptions, stopping: AbortSignal): Promise<void> {
  const { source } = options;
  try {
    const collector = new Collector({
      source,
      batchSize: options.batchSize ?? DEFAULT_BATCH_SIZE,
      windowMs: options.windowMs ?? DEFAULT_WINDOW_MS,
      mapping: options.mapping ?? {},
      isStopping: () => stopping.aborted,
    });
    const processor = createBatchProcessor(options, stopping);
    await subscribe(options, collector, processor);
    while ((await collector.gather()) && !stopping.aborted) {
      // Taken and begun in one step, so that what goes to another member is missed by neither.
      await processor.deliver(collector.take());
    }
  } finally {
    await source.close();
  }
}

/** What goes to another member is ended and committed before, and afterwards left to it. */
async function subscribe(
  { source, topics, onEvent }: PollerOptions,
  collector: Collector,
  processor: BatchProcessor,
): Promise<void> {
  await source.subscribe({
    topics,
    onAssigned: () => {},
    onRevoked: async (partitions) => {
      const gone = ids(partitions);
      collector.drop(gone);
      await processor.release(gone);
    },
    onLost: (partitions) => {
      const gone = ids(partitions);
      collector.drop(gone);
      processor.drop(gone);
    },
    onState: (state) => onEvent?.({ kind: 'source', ...state }),
  });
}

function ids(partitions: readonly SourcePartition[]): ReadonlySet<string> {
  return new Set(partitions.map(partitionId));
}

function checkRange(
  name: string,
  value: number,
  [least, most]: readonly [least: number, most: number],
): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new PollerError(
    'OPTIONS',
    `${name} must be a whole number from ${least} to ${most}; it is ${value}.`,
  );
}
