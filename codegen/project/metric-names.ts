/** Topics that Kafka's metrics cannot tell apart: in their names a point is an underscore. */
import { placeOf, printPlace } from '../model/source-text.js';
import type { TopicConfig } from './config/topics.js';

/**
 * A warning on each topic whose name differs from another's in `.` and `_` alone.
 * Source: Kafka, `org.apache.kafka.common.internals.Topic.hasCollision`, by which a broker refuses new topics
 */
export function metricNotes(topics: readonly Pick<TopicConfig, 'name' | 'origin'>[]): string[] {
  const first = new Map<string, Pick<TopicConfig, 'name' | 'origin'>>();
  return topics.flatMap((topic) => {
    const metric = topic.name.replaceAll('.', '_');
    const other = first.get(metric);
    if (other === undefined) {
      first.set(metric, topic);
      return [];
    }
    const [here, there] = [topic, other].map(({ origin }) => printPlace(placeOf(origin)));
    return `${here}: warning TOPICS_COLLIDE: Kafka takes ${topic.name} and ${other.name} (${there}) for one in the names of its metrics, and a cluster that has one refuses to create the other. Name one of them otherwise.`;
  });
}
