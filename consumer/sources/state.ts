import type { SourceState } from '../source.js';

/** What a source tells of itself: each state once, however many parts of it have a say. */
export class StateTeller {
  private readonly tell: (state: SourceState) => void;
  /** By what has the trouble. */
  private readonly troubles = new Map<string, unknown>();
  private isJoining = true;
  private told: SourceState['is'] | undefined;

  constructor(tell: (state: SourceState) => void) {
    this.tell = tell;
  }

  joining(isJoining: boolean): void {
    this.isJoining = isJoining;
    this.update();
  }

  trouble(part: string, error: unknown): void {
    this.troubles.set(part, error);
    this.update();
  }

  fine(...parts: readonly string[]): void {
    for (const part of parts) this.troubles.delete(part);
    this.update();
  }

  /** Something to know that does not keep it from reading. */
  note(error: unknown): void {
    this.tell({ is: this.told ?? 'joining', error });
  }

  closed(): void {
    this.told = 'closed';
    this.tell({ is: 'closed' });
  }

  private update(): void {
    if (this.told === 'closed') return;
    const [error] = this.troubles.values();
    const is = this.troubles.size > 0 ? 'disconnected' : this.isJoining ? 'joining' : 'reading';
    if (is === this.told) return;
    this.told = is;
    this.tell(error === undefined ? { is } : { is, error });
  }
}
