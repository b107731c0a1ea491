/** What infra needs to know of a topic; an entry of `generated/contracts.ts` has this shape. */
export interface TopicContract {
  /** Number of partitions. Kafka can add partitions to a topic, never take them away. */
  readonly partitions: number;

  /**
   * Copies of each partition.
   *
   * @default - one per Availability Zone of the cluster
   */
  readonly replicationFactor?: number;

  /**
   * Topic configuration, such as `{ 'retention.ms': '604800000' }`.
   *
   * @default - the cluster's defaults
   */
  readonly config?: Readonly<Record<string, string>>;
}
