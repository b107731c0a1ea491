import type { History } from '../history/history.js';
import { placeOf, printPlace } from '../model/source-text.js';
import type { TopicConfig } from './config/topics.js';

/** An `oldestRetained` that no version has: data of all that are there would count as gone. */
export function retentionErrors(topics: readonly TopicConfig[], history: History): string[] {
  return topics.flatMap(({ name, origin, subjects, key, oldestRetained }) =>
    (['value', 'key'] as const).flatMap((side) => {
      const oldest = oldestRetained[side];
      if (oldest === undefined) return [];
      const hasSchema = side === 'value' || !['string', 'none'].includes(key?.type ?? 'string');
      const newest = hasSchema ? history.newestOf(subjects[side]) : undefined;
      // A type that is not found is told elsewhere.
      if (hasSchema && oldest <= (newest ?? oldest)) return [];
      const there = hasSchema ? `the newest is v${newest}` : `its ${side}s have no schema`;
      return [
        `${printPlace(placeOf(origin))}: error VERSION_UNKNOWN: the topic ${name} has "oldestRetained" v${oldest} of its ${side}s, but ${there}.`,
      ];
    }),
  );
}
