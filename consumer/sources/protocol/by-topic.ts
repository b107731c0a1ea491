import type { SourcePartition } from '../../source.js';

/** As Kafka's requests have them. */
export function byTopic<T extends SourcePartition>(
  partitions: readonly T[],
): readonly (readonly [topic: string, partitions: readonly T[]])[] {
  const topics = new Map<string, T[]>();
  for (const one of partitions) {
    const of = topics.get(one.topic) ?? [];
    of.push(one);
    topics.set(one.topic, of);
  }
  return [...topics];
}
