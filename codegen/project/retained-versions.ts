import type { Schema } from '../model/schema.js';
import type { SchemaProject } from './load.js';
import { retainedSubjects } from './read-verdicts.js';

/**
 * By full name of a type: the schemas of the released versions whose data a topic may still hold,
 * oldest first. Older data is read by the consumer's resolving decoder, as of any unknown version.
 */
export function retainedVersions({
  history,
  topics,
}: Pick<SchemaProject, 'history' | 'topics'>): ReadonlyMap<string, readonly Schema[]> {
  const schemas = new Map<string, Schema[]>();
  for (const { subject, schema: now, oldest } of retainedSubjects(topics)) {
    const retained = history
      .releasedOf(subject)
      .filter(({ locked }) => locked.version >= oldest)
      // One that cannot be read is left out, too.
      .flatMap(({ schema }) => schema ?? []);
    schemas.set(now.name, [...(schemas.get(now.name) ?? []), ...retained]);
  }
  return schemas;
}
