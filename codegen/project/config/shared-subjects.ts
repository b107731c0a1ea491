import { printCarried } from './carried.js';
import type { Say } from './shape.js';
import { sidesOfTopic, type TopicConfig } from './topics.js';

/** What a topic says of a subject. */
interface Claim {
  readonly topic: string;
  readonly type: string;
  readonly level: string;
}

/** Topics may share a subject only if they say the same of it. */
export function checkSharedSubjects(topics: readonly TopicConfig[], say: Say): void {
  const claims = new Map<string, Claim>();
  for (const config of topics) {
    const { name, origin, compatibility: level } = config;
    for (const { subject, carried } of sidesOfTopic(config)) {
      const type = printCarried(carried);
      const { topic, ...other } = claims.get(subject) ?? { topic: name, type, level };
      if (other.type !== type)
        say(
          origin,
          `${name} and ${topic} share the subject ${subject} and carry ${type} and ${other.type}.`,
        );
      else if (other.level !== level)
        say(
          origin,
          `${name} and ${topic} share the subject ${subject} and hold it to ${level} and ${other.level}.`,
        );
      claims.set(subject, { topic, ...other });
    }
  }
}
