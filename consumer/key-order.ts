/**
 * In which order places may be begun so that those of one key follow each other: in their own order, past those
 * whose key is busy. A place without a key waits for none.
 */
export class KeyOrder {
  private readonly keys: readonly (string | null)[];
  /** Of each busy key: the places that wait for it. */
  private readonly waiting = new Map<string, number[]>();
  private next = 0;

  /** @param keys by place */
  constructor(keys: readonly (string | null)[]) {
    this.keys = keys;
  }

  /** The first place that may be begun; undefined when all have been, or wait for their key. */
  begin(): number | undefined {
    while (this.next < this.keys.length) {
      const place = this.next++;
      const key = this.keys[place] ?? null;
      if (key === null) return place;
      const queue = this.waiting.get(key);
      if (queue === undefined) {
        this.waiting.set(key, []);
        return place;
      }
      queue.push(place);
    }
    return undefined;
  }

  /** This place has ended: the next to begin, of its key if there is one. */
  after(place: number): number | undefined {
    const key = this.keys[place] ?? null;
    if (key === null) return this.begin();
    const following = this.waiting.get(key)?.shift();
    if (following !== undefined) return following;
    this.waiting.delete(key);
    return this.begin();
  }
}
