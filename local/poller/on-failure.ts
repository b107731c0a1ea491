import type { KafkaEvent } from '../../consumer/index.js';
import type { Batch } from './batch.js';
import { jsonBytes } from './collect.js';

/** Why records were given up. Where AWS does not document Lambda's word, it is ours: see docs/testing.md. */
export type Condition =
  | 'RetriesExhausted'
  | 'RecordTooLarge'
  | 'RecordAgeExceeded'
  | 'SCHEMA_NOT_FOUND'
  | 'DESERIALIZATION_ERROR';

/**
 * What an on-failure destination gets for a batch that was given up, as S3 and Kafka get it; SQS
 * and SNS get it without the payload. Source: AWS Lambda, "On-failure destinations for Kafka".
 */
export interface OnFailureRecord {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: Condition;
    readonly approximateInvokeCount: number;
  };
  readonly responseContext: {
    readonly statusCode: number;
    readonly executedVersion: string;
    readonly functionError: string | null;
  };
  readonly version: '1.0';
  /** ISO 8601. */
  readonly timestamp: string;
  readonly KafkaBatchInfo: {
    readonly batchSize: number;
    readonly eventSourceArn: string | null;
    readonly bootstrapServers: string;
    readonly payloadSize: number;
    /** The first record of the batch. */
    readonly recordInfo: { readonly offset: string; readonly timestamp: string };
  };
  readonly payload: KafkaEvent;
}

export interface GivenUp {
  readonly batch: Batch;
  readonly event: KafkaEvent;
  readonly condition: Condition;
  readonly invocations: number;
  readonly requestId: string;
  readonly functionName: string;
}

export function onFailureRecord(given: GivenUp): OnFailureRecord {
  const { batch, event, condition, invocations, requestId, functionName } = given;
  const [first] = batch;
  return {
    requestContext: {
      requestId,
      functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${functionName}`,
      condition,
      approximateInvokeCount: invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: condition === 'RetriesExhausted' ? 'Unhandled' : null,
    },
    version: '1.0',
    timestamp: new Date().toISOString(),
    KafkaBatchInfo: {
      batchSize: batch.length,
      eventSourceArn: event.eventSource === 'aws:kafka' ? event.eventSourceArn : null,
      bootstrapServers: event.bootstrapServers,
      payloadSize: jsonBytes(event),
      recordInfo: {
        offset: `${first?.offset ?? ''}`,
        timestamp: new Date(first?.timestamp ?? 0).toISOString(),
      },
    },
    payload: event,
  };
}
