/** Why the broker refused. Named as in Kafka's protocol. */
export type MemoryBrokerErrorCode =
  | 'TOPIC_ALREADY_EXISTS'
  | 'UNKNOWN_TOPIC_OR_PARTITION'
  | 'INVALID_PARTITIONS'
  | 'MESSAGE_TOO_LARGE'
  | 'ILLEGAL_GENERATION'
  | 'BROKER_NOT_AVAILABLE'
  | 'PRODUCER_FENCED';

export class MemoryBrokerError extends Error {
  override readonly name = 'MemoryBrokerError';
  readonly code: MemoryBrokerErrorCode;
  readonly topic: string;

  constructor(code: MemoryBrokerErrorCode, topic: string, message: string) {
    super(message);
    this.code = code;
    this.topic = topic;
  }
}
