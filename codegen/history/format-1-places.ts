/** Where subjects, versions and their schemas stand in a lock of format 1. */
import { type JsonNode, type JsonRecord, keysOf, placesIn } from '../model/json.js';
import type { SourceText } from '../model/source-text.js';

/** What is asked for by name and number; offsets in the text, that of the file's start if it is not there. */
interface LockPlaces {
  subject(name: string): number;
  /** That of the subject for a version that it lacks. */
  version(subject: string, version: number): number;
  /** The text of a version's schema, and where it starts. */
  schema(subject: string, version: number): { readonly text: string; readonly offset: number };
}

export function lockPlaces(source: SourceText): LockPlaces {
  const subjects = recordOf(recordOf(placesIn(source))?.entries.get('subjects'));
  const versionOf = (subject: string, number: number): JsonRecord | undefined => {
    const versions = recordOf(subjects?.entries.get(subject))?.entries.get('versions');
    const items = versions?.kind === 'list' ? versions.items : [];
    return items.map(recordOf).find((version) => numberOf(version) === number);
  };
  const keys = subjects && keysOf(subjects);
  const places: LockPlaces = {
    subject: (name) => keys?.get(name)?.offset ?? 0,
    version(subject, number) {
      const version = versionOf(subject, number);
      return (version && keysOf(version).get('version')?.offset) ?? places.subject(subject);
    },
    schema(subject, number) {
      const origin = versionOf(subject, number)?.entries.get('schema')?.origin;
      if (origin === undefined) return { text: '', offset: places.version(subject, number) };
      const { offset, length } = origin;
      return { text: source.text.slice(offset, offset + length), offset };
    },
  };
  return places;
}

function recordOf(node: JsonNode | undefined): JsonRecord | undefined {
  return node?.kind === 'object' ? node : undefined;
}

function numberOf(version: JsonRecord | undefined): unknown {
  const node = version?.entries.get('version');
  return node?.kind === 'scalar' ? node.value : undefined;
}
