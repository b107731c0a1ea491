import type { Position, Source, SourcePartition } from '../source.js';

/**
 * Commits positions of many partitions with few requests: while one is under way, what comes is gathered for
 * the next.
 */
export class Committer {
  private readonly source: Pick<Source, 'commit'>;
  private waiting = new Map<string, Position>();
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

  /** Nothing of these may be committed any more. */
  forget(partitions: readonly SourcePartition[]): void {
    for (const one of partitions) this.waiting.delete(partitionKey(one));
  }

  private async afterCurrent(): Promise<void> {
    // How the one before ended is told to who waits for that one.
    await this.current.catch(() => undefined);
    const positions = [...this.waiting.values()];
    this.waiting = new Map();
    this.next = undefined;
    if (positions.length === 0) return;
    this.current = this.source.commit(positions);
    await this.current;
  }
}

export function partitionKey({ topic, partition }: SourcePartition): string {
  return `${topic}-${partition}`;
}
