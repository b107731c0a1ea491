/** Counts how often records failed, across invocations: by `ConsumedRecord.id`. */
export interface AttemptStore {
  /** Counts one more attempt that failed. @returns how many there were, this one included */
  failed(recordId: string): Promise<number>;
  /** The record is out of the way: handled at last, or moved on. */
  settled(recordId: string): Promise<void>;
}
