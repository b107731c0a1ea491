/**
 * What happens to a record that could not be handled. The one table for the consumer, which acts
 * on it, and for the infrastructure, which switches on what a policy needs. Plain data, no imports.
 */

/** One row of {@link failurePolicies}. */
export interface FailurePolicyFacts {
  readonly summary: string;
  /** How the invocation ends as far as this record is concerned. */
  readonly invocation: 'fails' | 'names the record as failed' | 'succeeds';
  /** Does the partition's next record wait until this one is handled? */
  readonly holdsPartition: boolean;
  /** Does a sink take the record first? Then the policy is given with its sink, not by name. */
  readonly takesSink: boolean;
  /** Under which word the log counts a record that the invocation goes on without. */
  readonly countedAs: 'skipped' | 'deadLettered' | undefined;
  /** What the event source mapping must have switched on for the policy to be safe. */
  readonly needs: {
    /** `FunctionResponseTypes: [ReportBatchItemFailures]`; without it the record would be lost. */
    readonly reportBatchItemFailures: boolean;
    /** `ProvisionedPollerConfig`: batch responses exist for Kafka in provisioned mode only. */
    readonly provisionedMode: boolean;
  };
}

/** From the strictest to the most lenient. */
export const failurePolicies = {
  fail: {
    summary: 'The invocation fails, and Lambda delivers the whole batch again.',
    invocation: 'fails',
    holdsPartition: true,
    takesSink: false,
    countedAs: undefined,
    needs: { reportBatchItemFailures: false, provisionedMode: false },
  },
  report: {
    summary:
      'The answer names the first failed offset of each partition; Lambda delivers again from there.',
    invocation: 'names the record as failed',
    holdsPartition: true,
    takesSink: false,
    countedAs: undefined,
    needs: { reportBatchItemFailures: true, provisionedMode: true },
  },
  'dead-letter': {
    summary: 'A sink takes the record as it came; only then does the partition go on.',
    invocation: 'succeeds',
    holdsPartition: false,
    takesSink: true,
    countedAs: 'deadLettered',
    needs: { reportBatchItemFailures: false, provisionedMode: false },
  },
  skip: {
    summary: 'The record is logged and counted, and the partition goes on without it.',
    invocation: 'succeeds',
    holdsPartition: false,
    takesSink: false,
    countedAs: 'skipped',
    needs: { reportBatchItemFailures: false, provisionedMode: false },
  },
} as const satisfies Record<string, FailurePolicyFacts>;

export type FailurePolicyName = keyof typeof failurePolicies;

/**
 * Environment variable by which the infrastructure tells a function whether its mapping reads
 * batch responses, `on` or `off`: with `off`, a reported record would be lost.
 */
export const BATCH_RESPONSES_VARIABLE = 'TAVRO_BATCH_RESPONSES';

/**
 * What failed. `decode`: the record never reached a handler (no route, no frame, unknown schema,
 * bytes that do not decode). `unknownType`: its type is one that the generated code does not have,
 * which is no damage: a producer has begun to write it. `handler`: the topic's handler threw. That
 * the registry could not be asked is none of these: nothing is wrong with the record, so its batch
 * always fails and comes again.
 */
export type FailureKind = 'decode' | 'unknownType' | 'handler';
