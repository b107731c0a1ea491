/** Counts messages without an outcome, for who waits for all that there are now. */
export class Unsettled {
  private current = new Crowd();
  private readonly earlier = new Set<Crowd>();

  /** One more; the answer ends it. */
  begin(): () => void {
    const crowd = this.current;
    crowd.count++;
    return crowd.isOver;
  }

  /** Settles with the last of those that there are now, whatever comes meanwhile. */
  async all(): Promise<void> {
    const crowd = this.current;
    this.current = new Crowd();
    this.earlier.add(crowd);
    for (const one of this.earlier) {
      await one.gone();
      this.earlier.delete(one);
    }
  }
}

/** Messages that began between two who wait. */
class Crowd {
  count = 0;
  private readonly waiting: (() => void)[] = [];

  readonly isOver = (): void => {
    this.count--;
    if (this.count === 0) for (const resolve of this.waiting.splice(0)) resolve();
  };

  async gone(): Promise<void> {
    if (this.count > 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}
