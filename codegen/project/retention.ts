import type { History } from '../history/history.js';
import { placeOf, printPlace } from '../model/source-text.js';
import { printCarried } from './config/carried.js';
import type { SideConfig, TopicConfig } from './config/topics.js';

/** An `oldestRetained` that no version has: data of all that are there would count as gone. */
export function retentionErrors(topics: readonly TopicConfig[], history: History): string[] {
  return topics.flatMap(({ name, origin, values, hasCases, key }) => {
    const whose = ({ carried }: SideConfig): string =>
      hasCases ? `its ${printCarried(carried)}` : 'its values';
    const sides = values.map((side) => ({ ...side, of: whose(side) }));
    if (typeof key !== 'string') sides.push({ ...key, of: 'its keys' });
    return sides.flatMap(({ subject, oldest, oldestAt = origin, of }) => {
      const newest = history.newestOf(subject);
      // A type that is not found is told elsewhere.
      if (oldest === undefined || newest === undefined || oldest <= newest) return [];
      return [
        `${printPlace(placeOf(oldestAt))}: error VERSION_UNKNOWN: the topic ${name} has "oldestRetained" v${oldest} of ${of}, but the newest is v${newest}.`,
      ];
    });
  });
}
