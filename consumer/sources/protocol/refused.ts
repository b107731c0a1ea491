/** What brokers answer instead. https://kafka.apache.org/protocol.html#protocol_error_codes */
const NAMES = {
  1: 'OFFSET_OUT_OF_RANGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  9: 'REPLICA_NOT_AVAILABLE',
  13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION',
  22: 'ILLEGAL_GENERATION',
  23: 'INCONSISTENT_GROUP_PROTOCOL',
  24: 'INVALID_GROUP_ID',
  25: 'UNKNOWN_MEMBER_ID',
  26: 'INVALID_SESSION_TIMEOUT',
  27: 'REBALANCE_IN_PROGRESS',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  35: 'UNSUPPORTED_VERSION',
  56: 'KAFKA_STORAGE_ERROR',
  74: 'FENCED_LEADER_EPOCH',
  76: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  79: 'MEMBER_ID_REQUIRED',
  81: 'GROUP_MAX_SIZE_REACHED',
  82: 'FENCED_INSTANCE_ID',
  88: 'UNSTABLE_OFFSET_COMMIT',
} as const;

export type RefusalName = (typeof NAMES)[keyof typeof NAMES];

/** An error that a broker answered. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** As Kafka names it; `error 42` of one that is not foreseen here. */
  readonly type: string;

  constructor(code: number, said?: string | null) {
    // Only looked up, so that a code without a name is none.
    const names: Readonly<Record<number, string>> = NAMES;
    const type = names[code] ?? `error ${code}`;
    super(said ? `${said} (${type})` : `the broker answered ${type}`);
    this.type = type;
  }

  is(...types: readonly RefusalName[]): boolean {
    return types.some((type) => type === this.type);
  }
}

/** @throws Refused unless the code is 0 */
export function expectNone(code: number, said?: string | null): void {
  if (code !== 0) throw new Refused(code, said);
}
