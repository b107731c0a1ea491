import type { History } from '../history/history.js';
import { placeOf, printPlace } from '../model/source-text.js';
import type { TopicConfig } from './config/topics.js';

/** An `oldestRetained` that no version has: data of all that are there would count as gone. */
export function retentionErrors(topics: readonly TopicConfig[], history: History): string[] {
  return topics.flatMap(({ name, origin, values, key, oldestRetained }) =>
    (['value', 'key'] as const).flatMap((side) => {
      const oldest = oldestRetained[side];
      if (oldest === undefined) return [];
      const sides = side === 'value' ? values : typeof key === 'string' ? [] : [key];
      // A type that is not found is told elsewhere.
      const newest = sides.map(({ subject }) => history.newestOf(subject) ?? oldest);
      // Of several types each may have that many versions.
      if (oldest <= Math.max(0, ...newest)) return [];
      const there =
        sides.length > 0 ? `the newest is v${Math.max(...newest)}` : `its ${side}s have no schema`;
      return [
        `${printPlace(placeOf(origin))}: error VERSION_UNKNOWN: the topic ${name} has "oldestRetained" v${oldest} of its ${side}s, but ${there}.`,
      ];
    }),
  );
}
