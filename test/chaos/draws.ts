/** What is drawn at random in a run: the same seed draws the same. */
export interface Draws {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  /** @throws Error for no items */
  pick<T>(items: readonly T[]): T;
}

/** https://en.wikipedia.org/wiki/Xorshift#xorshift* has better ones; this is mulberry32. */
export function drawsFrom(seed: number): Draws {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    whole,
    pick(items) {
      const [first] = items;
      if (first === undefined) throw new Error('nothing to pick from');
      return items[whole(0, items.length - 1)] ?? first;
    },
  };
}
