import type { Source } from '../../consumer/index.js';
import type { Signal } from '../../consumer/signal.js';
import type { MappingInput } from '../msk-event.js';
import type { PollerEvent } from './events.js';
import type { Invoke } from './invoke.js';
import type { OnFailureRecord } from './on-failure.js';
import type { MappingRegistry } from './schema-registry.js';

/** How the poller's events describe where they come from. */
export type Mapping = Omit<MappingInput, 'recordFormat'>;

/** An event source mapping. What Lambda takes is taken, and what it refuses is refused. */
export interface PollerOptions {
  /** A member of the consumer group that the mapping has, such as `memorySource(broker)('group')`. */
  readonly source: Source;
  /** The mapping's topic: one, as on AWS. Several topics are several mappings to one function. */
  readonly topics: readonly string[];
  /** The Lambda function. */
  readonly handler: Invoke;
  /** Where a partition begins for which the group has committed nothing. @default 'TRIM_HORIZON' */
  readonly startingPosition?: 'TRIM_HORIZON' | 'LATEST' | 'AT_TIMESTAMP' | undefined;
  /** For `AT_TIMESTAMP`. */
  readonly startingPositionTimestamp?: Date | undefined;
  /** Records per invocation, at most: 1 to 10,000. @default 100 */
  readonly batchSize?: number | undefined;
  /** How long a batch is filled after its first record, in milliseconds: up to 300,000. @default 500 */
  readonly windowMs?: number | undefined;
  /** When an invocation counts as failed, in milliseconds: up to 14 minutes. @default 60,000 */
  readonly functionTimeoutMs?: number | undefined;
  /** @default 'local' */
  readonly functionName?: string | undefined;
  /** How events describe their cluster. @default that of `mskEvent` */
  readonly mapping?: Mapping | undefined;
  /** Checks records against their schemas, and puts them into a format. @default they are delivered as written */
  readonly schemaRegistry?: MappingRegistry | undefined;
  /** `FunctionResponseTypes: [ReportBatchItemFailures]`: reads the answers. @default false */
  readonly reportBatchItemFailures?: boolean | undefined;
  /**
   * Deliveries after the first before a batch is given up, as provisioned mode allows: up to 10,000; -1 without
   * end. With `onFailure`, Lambda takes "without end" for 10. @default -1
   */
  readonly maxRetries?: number | undefined;
  /** Records that are older are given up, in seconds: 60 to 604,800; -1 for none. By their timestamps. @default -1 */
  readonly maxRecordAgeSeconds?: number | undefined;
  /** Halves a batch that failed, to find the record at fault. @default false */
  readonly bisectBatchOnError?: boolean | undefined;
  /** Takes records that were given up; without it they are dropped. @default none */
  readonly onFailure?: ((record: OnFailureRecord) => void | Promise<void>) | undefined;
  /** Told of everything that happens, in order. @default nobody */
  readonly onEvent?: ((event: PollerEvent) => void) | undefined;
  /** For tests: waits between deliveries; fulfilled early when the signal aborts. */
  readonly wait?: ((ms: number, signal: Signal) => Promise<void>) | undefined;
}
