/** All transports, by the name that `--transport` takes. */
import type { Sources } from '../../consumer/index.js';
import {
  confluentSource,
  type KafkajsSourceOptions,
  kafkajsSource,
  platformaticSource,
} from '../../consumer/sources/index.js';

const SOURCES: Readonly<Record<string, (options: KafkajsSourceOptions) => Sources>> = {
  kafkajs: kafkajsSource,
  platformatic: platformaticSource,
  confluent: confluentSource,
};

/** @throws Error for a name that no transport has */
export function sourcesOf(transport: string): (options: KafkajsSourceOptions) => Sources {
  const make = SOURCES[transport];
  if (make !== undefined) return make;
  const names = Object.keys(SOURCES).join(', ');
  throw new Error(`There is no transport ${transport}: give one of ${names}.`);
}
