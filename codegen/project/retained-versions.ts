import type { Schema } from '../model/schema.js';
import type { SchemaProject } from './load.js';
import type { RetainedSubject } from './read-verdicts.js';

/**
 * The schemas of the released versions whose data a topic may still hold, oldest first: those of all
 * subjects of a type. Older data is read by the consumer's resolving decoder, as of any unknown version.
 */
export function retainedVersions(
  history: SchemaProject['history'],
  subjects: readonly RetainedSubject[],
): readonly Schema[] {
  return subjects.flatMap(({ subject, oldest }) =>
    history
      .releasedOf(subject)
      .filter(({ locked }) => locked.version >= oldest)
      // One that cannot be read is left out, too.
      .flatMap(({ schema }) => schema ?? []),
  );
}
