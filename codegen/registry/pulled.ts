/** What a registry holds -> what a schemas folder is to hold: files, settings, history, and what is left out. */
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import type { Lock } from '../history/lock.js';
import type { SubjectSchema } from '../history/subject.js';
import { referredSubject } from '../history/subject-names.js';
import type { Model } from '../model/parse.js';
import { isNamed, type NamedSchema } from '../model/schema.js';
import { printCarried } from '../project/config/carried.js';
import { CONFIG_FILE, type Config } from '../project/config/config.js';
import { type SideConfig, sidesOfTopic } from '../project/config/topics.js';
import { filesOf } from './pull-files.js';
import { withHistory } from './pull-history.js';
import { firstOutside, whyNotPulled, withLenientNames } from './pull-names.js';
import { groupTopics, type LeveledRoot, topicOf } from './pull-topics.js';
import { type CarriedNow, type PulledTopic, withCarried, withTopics } from './pulled-config.js';
import type { PulledFile, PulledRoot } from './pulled-schemas.js';
import { newestOf, type RegisteredSubject, textOf } from './registered.js';
import { Staying } from './staying.js';

/** What a pull comes to. */
export interface Pulled {
  readonly files: readonly PulledFile[];
  /** The text of `tavro.json`, if it changes. */
  readonly config: string | undefined;
  readonly lock: Lock;
  readonly notes: readonly string[];
  /** What cannot be represented, each with its cause: subjects that are left out, holes in histories. */
  readonly refused: readonly string[];
}

/** The schemas folder as it is, and the registry besides its subjects. */
export interface Here {
  readonly config: Config;
  readonly lock: Lock;
  readonly local: Model;
  /** What the subjects of its topics carry. */
  readonly current: readonly SubjectSchema[];
  /** Whether what the registry has takes the place of all that is there. */
  readonly force: boolean;
  /** The registry's default. */
  readonly level: CompatibilityLevel;
  readonly url: string;
}

export function combine(subjects: readonly RegisteredSubject[], here: Here): Pulled {
  const { config, lock, local, url } = here;
  const given = new Map(
    config.topics.flatMap(sidesOfTopic).map((side) => [side.subject, side] as const),
  );
  const unusable: string[] = [];
  const roots = subjects.flatMap((one) => rootOf(one, here.level, { given, unusable }));
  const referenced = referencedBy(subjects);
  const read = new Set(roots.map(({ subject }) => subject));
  const unread = subjects.flatMap((one) =>
    newestOf(one.versions) === undefined || read.has(one.subject) ? [] : [one.subject],
  );
  const { groups, notes, refused } = groupTopics(roots, { config, referenced, unread });
  const grouped = groups.flatMap(({ values, key }) => [...values, ...(key ? [key] : [])]);
  const own = new Set([...given.keys(), ...grouped.map(({ subject }) => subject)]);
  const staying = new Staying(here.current, { lock, url, force: here.force, pulled: read });
  const changed = changedSubjects(roots, staying);
  const laidOut = roots.map((root) => ({ ...root, isCarried: own.has(root.subject) }));
  const {
    files,
    notes: ofFiles,
    carried,
  } = filesOf(laidOut, { model: local, kept: kept(given, read, local), staying });
  const topics = groups.map((group) => topicOf(group, carried, config));
  const settings = settingsText(config, { topics, carried, changed: changed.subjects, roots });
  return {
    files,
    config: settings.text,
    lock: withHistories(lock, subjects, { roots: laidOut, url }),
    notes: [...notes, ...ofFiles, ...changed.notes, ...settings.notes],
    refused: [...refused, ...unusable, ...unreadable(subjects)],
  };
}

/** The lock with what the registry has of the subjects that topics carry. */
function withHistories(
  lock: Lock,
  subjects: readonly RegisteredSubject[],
  { roots, url }: { roots: readonly PulledRoot[]; url: string },
): Lock {
  const types = new Map(
    roots.flatMap(({ subject, schema, isCarried }) =>
      isCarried ? [[subject, nameOf(schema)] as const] : [],
    ),
  );
  const next = new Map(lock.subjects);
  for (const one of subjects) {
    const type = types.get(one.subject);
    if (type !== undefined)
      next.set(one.subject, withHistory(lock.subjects.get(one.subject), one, { url, type }));
  }
  return { ...lock, subjects: next };
}

/** `tavro.json` with all that it must say now; no text where it stays as it is. */
function settingsText(
  config: Config,
  pulled: CarriedNow & {
    readonly topics: readonly PulledTopic[];
    readonly roots: readonly LeveledRoot[];
  },
): { readonly text: string | undefined; readonly notes: readonly string[] } {
  const before = config.source?.text;
  const carrying = before === undefined ? undefined : withCarried(before, config, pulled);
  const listing = pulled.topics.length === 0 ? carrying : withTopics(carrying, pulled.topics);
  const { text, note } = withNames(listing, config, pulled.roots);
  return { text: text === before ? undefined : text, notes: note };
}

/** The settings with what takes names that the schemas have and Avro's grammar has not. */
function withNames(
  text: string | undefined,
  { names }: Config,
  roots: readonly LeveledRoot[],
): { text: string | undefined; note: readonly string[] } {
  const outside = firstOutside(roots.map(({ schema }) => schema));
  if (outside === undefined || names === 'lenient') return { text, note: [] };
  const note = `${CONFIG_FILE} says "names": "lenient" now: ${outside} is outside Avro's grammar, and Java 1.12, avsc and others refuse it.`;
  return { text: withLenientNames(text), note: [note] };
}

/** What a subject carries now. */
function rootOf(
  { subject, versions, level }: RegisteredSubject,
  fallback: CompatibilityLevel,
  { given, unusable }: { given: ReadonlyMap<string, SideConfig>; unusable: string[] },
): LeveledRoot[] {
  const newest = newestOf(versions);
  if (newest === undefined || !('schema' in newest.parsed)) return [];
  const { schema } = newest.parsed;
  const why = whyNotPulled(schema);
  if (why !== undefined) {
    unusable.push(`${subject}: left out: ${why}.`);
    return [];
  }
  const side = given.get(subject);
  const carried = side?.carried;
  const named = carried?.form === 'type' ? carried.type : undefined;
  const name = isNamed(schema) ? schema.name : undefined;
  if (side?.isNamedByType === true && named !== name) {
    unusable.push(
      `${subject}: left out: it carries ${name ?? 'what has no name'} now, and tavro.json names the subject after ${named ?? printCarried(side.carried)}. Give its topic "subjects" that name it, and pull again.`,
    );
    return [];
  }
  const held = { level: level ?? fallback, isOwnLevel: level !== undefined };
  return [{ subject, schema, given: carried, ...held }];
}

/** What the folder's topics carry by the names of types, of subjects that are not pulled. */
function kept(
  given: ReadonlyMap<string, SideConfig>,
  pulled: ReadonlySet<string>,
  { types }: Model,
): { subject: string; schema: NamedSchema }[] {
  const byName = new Map(types.map((type) => [type.name, type]));
  return [...given].flatMap(([subject, { carried }]) => {
    const schema =
      carried.form === 'type' && carried.file === undefined ? byName.get(carried.type) : undefined;
    return schema === undefined || pulled.has(subject) ? [] : [{ subject, schema }];
  });
}

/** The subjects whose topics `tavro.json` must give other words, as no file says what they carry. */
function changedSubjects(
  roots: readonly LeveledRoot[],
  staying: Staying,
): { readonly subjects: ReadonlySet<string>; readonly notes: readonly string[] } {
  const subjects = new Set<string>();
  const notes: string[] = [];
  for (const { subject, schema, given } of roots) {
    const isOfFile =
      given?.form === 'file' ||
      (given?.form === 'type' && isNamed(schema) && schema.name === given.type);
    const before = staying.of(subject);
    if (given === undefined || isOfFile) continue;
    if (before !== undefined && textOf(before) === textOf(schema)) continue;
    if (!staying.keepsWords(subject)) subjects.add(subject);
    else
      notes.push(
        `${CONFIG_FILE} says that ${subject} carries ${printCarried(given)}, otherwise than the registry, and was kept. --force takes the registry's.`,
      );
  }
  return { subjects, notes };
}

/** Versions that cannot be read: the history has a hole there, or there is no history. */
function unreadable(subjects: readonly RegisteredSubject[]): string[] {
  return subjects.flatMap(({ versions }) =>
    versions.flatMap(({ parsed }) => ('problem' in parsed ? [parsed.problem] : [])),
  );
}

function referencedBy(subjects: readonly RegisteredSubject[]): ReadonlySet<string> {
  return new Set(
    subjects.flatMap(({ subject, versions }) =>
      versions.flatMap(({ references }) =>
        references.map((reference) => referredSubject(reference, subject)),
      ),
    ),
  );
}
