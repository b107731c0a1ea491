import { relative, sep } from 'node:path';
import { historyHash, settingsHashes, sourceHash } from '../../runtime/source-hash.js';
import { referencesOf } from '../emit/references.js';
import type { TopicSources } from '../emit/topics.js';
import { lockPath } from '../history/lock.js';
import type { NamedSchema } from '../model/schema.js';
import type { SourceText } from '../model/source-text.js';
import type { SchemaProject } from './load.js';

/**
 * By topic: the files that its code is made of, by their paths in the schemas folder, each with a
 * hash of what of it the topic is made of. `generated/contracts.ts` carries them, so that synth can
 * tell when it is older than they are.
 */
export function topicSources(project: SchemaProject, folder: string): TopicSources {
  const { source: config } = project.config;
  const settings = config === undefined ? undefined : settingsHashes(config.text);
  const hashes = new Map<SourceText, string>();
  const hashOf = (source: SourceText): string => {
    const hash = hashes.get(source) ?? sourceHash(source.text);
    hashes.set(source, hash);
    return hash;
  };
  return new Map(
    project.topics.map(({ name, value, key, subjects }) => {
      const types = typesOf(typeof key === 'string' ? [value] : [value, key]);
      const files = new Set([...types].map(({ origin }) => origin.source));
      const entries = [...files].map((file): [string, string] => [
        pathIn(folder, file),
        hashOf(file),
      ]);
      if (config !== undefined && settings !== undefined)
        entries.push([pathIn(folder, config), settings(name)]);
      const names = subjects.key === undefined ? [subjects.value] : [subjects.value, subjects.key];
      for (const subject of names)
        entries.push([lockPath(subject), historyHash([project.history.versionsOf(subject)])]);
      return [name, Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))];
    }),
  );
}

/** The types and all that they mention, directly or through others. */
function typesOf(types: readonly NamedSchema[]): ReadonlySet<NamedSchema> {
  const found = new Set(types);
  for (const type of found) for (const reference of referencesOf(type)) found.add(reference);
  return found;
}

function pathIn(folder: string, { file }: SourceText): string {
  return relative(folder, file).split(sep).join('/');
}
