import type { Position, Source, SourcePartition } from '../source.js';

/**
 * Commits positions of many partitions with few requests: while one is under way, what comes is gathered for
 * the next.
 */
export class Committer {
  private readonly source: Pick<Source, 'commit'>;
  private waiting = new Map<string, Position>();
  private underWay = new Map<string, Position>();
  /** Those that were not committed, and that no later one of their partition covers yet. */
  private readonly failed = new Map<string, Position>();
  private next: Promise<void> | undefined;
  private current: Promise<void> = Promise.resolve();

  constructor(source: Pick<Source, 'commit'>) {
    this.source = source;
  }

  /** @throws ConsumerError `COMMIT`, of the request that the position went with */
  commit(position: Position): Promise<void> {
    this.waiting.set(partitionKey(position), position);
    this.next ??= this.afterCurrent();
    return this.next;
  }

  /** Once more what failed, of partitions in which nothing else is going to be committed. Never rejected. */
  async retry(isAtRest: (partition: string) => boolean): Promise<void> {
    const again = [...this.failed].filter(([key]) => isAtRest(key));
    await Promise.allSettled(again.map(([, position]) => this.commit(position)));
  }

  /** Nothing of these may be committed any more: another member may have come further. */
  forget(partitions: readonly SourcePartition[]): void {
    for (const key of partitions.map(partitionKey))
      for (const positions of [this.waiting, this.underWay, this.failed]) positions.delete(key);
  }

  private async afterCurrent(): Promise<void> {
    // How the one before ended is told to who waits for that one.
    await this.current.catch(() => undefined);
    const positions = this.waiting;
    this.waiting = new Map();
    this.next = undefined;
    if (positions.size === 0) return;
    this.underWay = positions;
    this.current = this.source.commit([...positions.values()]);
    try {
      await this.current;
      for (const key of positions.keys()) this.failed.delete(key);
    } catch (error) {
      for (const [key, position] of positions) this.failed.set(key, position);
      throw error;
    }
  }
}

export function partitionKey({ topic, partition }: SourcePartition): string {
  return `${topic}-${partition}`;
}
