import type { NativeError, NativePosition } from '../../../producer/confluent/package.js';

interface Waiting {
  readonly key: string;
  settle(error: NativeError | null | undefined): void;
}

/** Commits that are under way; librdkafka says of each what became of it, and not of which. */
export class Commits {
  private readonly waiting: Waiting[] = [];

  /** Fulfilled when they are committed. Who does not wait any more may leave it. */
  expect(positions: readonly NativePosition[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error: NativeError | null | undefined) => (error ? reject(error) : resolve());
      this.waiting.push({ key: keyOf(positions), settle });
    });
  }

  answer(positions: readonly NativePosition[], error: NativeError | null | undefined): void {
    const key = keyOf(positions);
    const index = this.waiting.findIndex((one) => one.key === key);
    const [found] = index < 0 ? [] : this.waiting.splice(index, 1);
    found?.settle(error ?? positions.find((one) => one.error)?.error);
  }
}

function keyOf(positions: readonly NativePosition[]): string {
  const each = positions.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`);
  return each.sort().join();
}
