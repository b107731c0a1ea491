import { relative, sep } from 'node:path';
import { historyHash, settingsHashes, sourceHash } from '../../runtime/source-hash.js';
import { referencesOf } from '../emit/references.js';
import { carriedBy, type TopicEntry, type TopicSources } from '../emit/topics.js';
import { lockPath } from '../history/lock.js';
import { Excerpt } from '../model/excerpt.js';
import type { Schema } from '../model/schema.js';
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
    project.topics.map((topic) => {
      const { name } = topic;
      const carried = carriedBy(topic);
      const types = typesOf(carried.map(({ schema }) => schema));
      const files = new Set([...types].map(({ origin }) => origin.source).filter(isFile));
      const entries = [...files].map((file): [string, string] => [
        pathIn(folder, file),
        hashOf(file),
      ]);
      if (config !== undefined && settings !== undefined)
        entries.push([pathIn(folder, config), settings(name)]);
      for (const { subject } of carried)
        entries.push([lockPath(subject), historyHash([project.history.versionsOf(subject)])]);
      return [name, Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))];
    }),
  );
}

/**
 * Where a topic stands in the schemas folder, by paths: the files that define what it carries, those
 * that this leads to, too; and the histories of its subjects.
 */
export function placesOfTopic(
  topic: TopicEntry,
  folder: string,
): { readonly files: readonly string[]; readonly histories: readonly string[] } {
  const carried = carriedBy(topic);
  const types = typesOf(carried.map(({ schema }) => schema));
  const sources = [...types].map(({ origin }) => origin.source).filter(isFile);
  return {
    files: [...new Set(sources.map((source) => pathIn(folder, source)))],
    histories: carried.map(({ subject }) => lockPath(subject)),
  };
}

/** The types and all that they mention, directly or through others. */
function typesOf(types: readonly Schema[]): ReadonlySet<Schema> {
  const found = new Set(types);
  for (const type of found) for (const reference of referencesOf(type)) found.add(reference);
  return found;
}

/** A schema in `tavro.json` is among the settings of its topic. */
function isFile(source: SourceText): boolean {
  return !(source instanceof Excerpt);
}

function pathIn(folder: string, { file }: SourceText): string {
  return relative(folder, file).split(sep).join('/');
}
