/** Subjects that a registry is asked about at the same time. */
const PARALLEL_SUBJECTS = 8;

/**
 * What work makes of each item, in their order. So many are under way at a time; the first that
 * fails is thrown, and nothing is begun after it.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  limit = PARALLEL_SUBJECTS,
): Promise<Result[]> {
  const results: Result[] = [];
  const entries = items.entries();
  let isBroken = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of entries) {
      if (isBroken) return;
      try {
        results[index] = await work(item);
      } catch (cause) {
        isBroken = true;
        throw cause;
      }
    }
  };
  await Promise.all(Array.from({ length: limit }, lane));
  return results;
}
