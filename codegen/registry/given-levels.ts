import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { Config } from '../project/config/config.js';
import { sidesOfTopic } from '../project/config/topics.js';

/** The levels that `tavro.json` gives, by subject; where it is silent, the registry's default stays. */
export function givenLevels({
  topics,
}: Pick<Config, 'topics'>): ReadonlyMap<string, CompatibilityLevel> {
  const levels = new Map<string, CompatibilityLevel>();
  // The first topic that has a subject decides.
  for (const topic of topics)
    for (const { subject } of sidesOfTopic(topic))
      if (topic.isLevelGiven && !levels.has(subject)) levels.set(subject, topic.compatibility);
  return levels;
}
