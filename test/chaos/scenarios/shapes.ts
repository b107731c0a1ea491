/** What topics of scenarios are like, and how times are told. */
import type { NewTopic } from '../cluster.js';

/** Partitions of the only broker. */
export function single(partitions: number): NewTopic {
  return { replicas: Array.from({ length: partitions }, () => [1]) };
}

/** Partitions that all three brokers have, each led by another than the one before. */
export function replicated(partitions: number, more: Omit<NewTopic, 'replicas'> = {}): NewTopic {
  const replicas = Array.from({ length: partitions }, (_, partition) =>
    [0, 1, 2].map((n) => 1 + ((partition + n) % 3)),
  );
  return { replicas, ...more };
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
