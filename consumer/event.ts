/**
 * The event that Lambda's event source mapping for Kafka passes to a function, and the answer it
 * reads. Written out here because `@types/aws-lambda` says that keys and values are never null,
 * and knows neither the schema metadata nor the batch response.
 * Source: AWS Lambda, "Process Amazon MSK messages with Lambda", "Retry configurations for Kafka".
 */

/** From Amazon MSK. */
export interface MskEvent {
  readonly eventSource: 'aws:kafka';
  readonly eventSourceArn: string;
  /** `host:port` of the brokers, separated by commas. */
  readonly bootstrapServers: string;
  /** One entry per partition: `<topic>-<partition>` -> its records in offset order. */
  readonly records: Readonly<Record<string, readonly KafkaEventRecord[]>>;
}

/** From a Kafka cluster that AWS does not manage. */
export interface SelfManagedKafkaEvent {
  readonly eventSource: 'SelfManagedKafka';
  /** `host:port` of the brokers, separated by commas. */
  readonly bootstrapServers: string;
  /** One entry per partition: `<topic>-<partition>` -> its records in offset order. */
  readonly records: Readonly<Record<string, readonly KafkaEventRecord[]>>;
}

export type KafkaEvent = MskEvent | SelfManagedKafkaEvent;

export interface KafkaEventRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly timestampType: TimestampType;
  /** Base64; null or absent when the record has no key. */
  readonly key?: string | null;
  /** Base64; null or absent for a tombstone. */
  readonly value?: string | null;
  readonly headers?: readonly KafkaEventHeader[] | null;
  /** Present when the event source mapping has a schema registry configured. */
  readonly keySchemaMetadata?: SchemaMetadata | null;
  /** Present when the event source mapping has a schema registry configured. */
  readonly valueSchemaMetadata?: SchemaMetadata | null;
}

/** Who set a record's timestamp: its producer, or the broker that appended it. */
export type TimestampType = 'CREATE_TIME' | 'LOG_APPEND_TIME';

/** One header: its name -> its bytes as **signed** numbers (-61 for 0xC3). Names may repeat. */
export type KafkaEventHeader = Readonly<Record<string, readonly number[] | null>>;

/** Where the mapping took the Confluent frame off, this says what it held. */
export interface SchemaMetadata {
  /** `AVRO`, `PROTOBUF` or `JSON`. */
  readonly dataFormat?: string;
  /** The registry's schema id as text: `"7"` (Confluent), a UUID (AWS Glue). */
  readonly schemaId?: string;
}

/**
 * What a function answers. Lambda reads it only when the mapping has `ReportBatchItemFailures`;
 * an empty list means that the whole batch was handled.
 */
export interface BatchResponse {
  readonly batchItemFailures: readonly BatchItemFailure[];
}

export interface BatchItemFailure {
  /** An object, unlike that of SQS and Kinesis. */
  readonly itemIdentifier: {
    /** The partition's key in {@link MskEvent.records}: `<topic>-<partition>`. */
    readonly partition: string;
    /** The first offset of that partition which was not handled. */
    readonly offset: number;
  };
}

/** The part of Lambda's context object that this package looks at. */
export interface InvocationContext {
  readonly awsRequestId?: string;
  /** How long the function may still run, in milliseconds: it bounds what is asked of the registry. */
  getRemainingTimeInMillis?(): number;
}
