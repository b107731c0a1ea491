/** Longest that ending one part may take, in milliseconds; Kafka itself takes up to 30 s. */
const PART_TIMEOUT_MS = 35_000;

/** What was started, ended in reverse order. */
export class Cleanup {
  private readonly parts: { readonly name: string; readonly end: () => Promise<unknown> }[] = [];

  add(name: string, end: () => Promise<unknown>): void {
    this.parts.push({ name, end });
  }

  /** Ends every part, also when one before it fails; answers what could not be ended. */
  async run(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (let part = this.parts.pop(); part; part = this.parts.pop()) {
      const { name, end } = part;
      try {
        await within(PART_TIMEOUT_MS, end(), 'Ending it');
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}

/** The promise's result; rejects when it takes longer. */
export async function within<Result>(
  ms: number,
  work: Promise<Result>,
  what: string,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
