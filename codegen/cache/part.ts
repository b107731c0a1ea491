/** The part of a project that edits reach, read and parsed without the rest. */
import { readSources } from '../disk/directory.js';
import { readLock } from '../disk/lock-file.js';
import type { Seen } from '../disk/stamps.js';
import { lockPath } from '../history/lock.js';
import { CONFIG_FILE, type Config, readConfig } from '../project/config/config.js';
import { buildProject, type SchemaProject } from '../project/load.js';
import { placesOfTopic } from '../project/topic-sources.js';
import type { Edits } from './edits.js';
import { nameKey, type Outline, outlineOf } from './outline.js';
import { reachOf } from './reach.js';
import type { Known, KnownTopic } from './state.js';

export interface Part {
  /** The files that the edits reach and what these need; of topics and lock what is of their types. */
  readonly project: SchemaProject;
  /** Paths of the schema files that are to be done again. */
  readonly touched: ReadonlySet<string>;
  /** Those that were read. */
  readonly needed: ReadonlySet<string>;
  /** What the files that changed say now. */
  readonly outlines: ReadonlyMap<string, Outline>;
  /** All settings, the topics that are not part of it too. */
  readonly config: Config;
}

/** Beyond this share of all files it is quicker to do everything. */
const MAX_SHARE = 0.5;

/**
 * Reads what edits reach. `undefined` where a whole run must tell: it is most of everything, there
 * are errors, or settings name one of the types.
 */
export async function readPart(
  schemas: string,
  { before, edits }: { before: Known; edits: Edits },
): Promise<Part | undefined> {
  // Its types are gone, or stand elsewhere.
  if (topicsOf(edits.removed, before).size > 0) return undefined;
  const read = readSources(schemas, [...edits.changed, ...edits.again]);
  const outlines = new Map([...read].map(([path, source]) => [path, outlineOf(source, path)]));
  const changed = new Map([...outlines].filter(([path]) => edits.changed.has(path)));
  // A folder in which nothing is defined any more is refused as a whole.
  const now = [...new Map([...before.files, ...changed])];
  const isDefining = now.some(
    ([file, { defines }]) => !edits.removed.has(file) && Object.keys(defines).length > 0,
  );
  if (!isDefining) return undefined;
  const change = { before: before.files, changed, removed: edits.removed, again: edits.again };
  const reach = reachOf(change, (touched) =>
    [...topicsOf(touched, before).values()].flatMap(({ files }) => files),
  );
  const { touched } = reach;
  if (touched.size > MAX_SHARE * before.files.size) return undefined;
  const names = namesOf([...touched, ...edits.removed], { before, outlines });
  const config = await configOf(schemas, before);
  if (namesOne(config, names)) return undefined;
  const rest = [...reach.needed].filter((path) => !read.has(path));
  const sources = [...read, ...readSources(schemas, rest)].sort(([a], [b]) => (a < b ? -1 : 1));
  const known = topicsOf(touched, before);
  const project = buildProject(
    {
      config: { ...config, topics: config.topics.filter(({ name }) => known.has(name)) },
      lock: await readLock(schemas, historiesOf(known, { before, names })),
      sources: sources.map(([, source]) => source),
    },
    { isPart: true },
  );
  const { needed } = reach;
  return project.errors.length > 0 ? undefined : { project, touched, needed, outlines, config };
}

/** Settings by the file as it was seen: `--watch` needs the same ones again and again. */
const configs = new WeakMap<Seen, Config>();

async function configOf(schemas: string, { inputs }: Known): Promise<Config> {
  const seen = inputs.get(CONFIG_FILE);
  const config = (seen && configs.get(seen)) ?? (await readConfig(schemas));
  if (seen !== undefined) configs.set(seen, config);
  return config;
}

/** The topics of which one of the files defines a type. */
function topicsOf(some: ReadonlySet<string>, { topics }: Known): ReadonlyMap<string, KnownTopic> {
  const found = [...topics].filter(([, { files }]) => files.some((file) => some.has(file)));
  return new Map(found);
}

/** The files of the histories of topics, and of all that are of a type of these names. */
function historiesOf(
  topics: ReadonlyMap<string, KnownTopic>,
  { before, names }: { before: Known; names: ReadonlySet<string> },
): ReadonlySet<string> {
  const ofTypes = [...before.histories].filter(([, type]) => names.has(nameKey(type)));
  return new Set([
    ...ofTypes.map(([path]) => path),
    ...[...topics.values()].flatMap(({ histories }) => histories),
  ]);
}

/** All names that files define, or did. */
function namesOf(
  files: readonly string[],
  { before, outlines }: { before: Known; outlines: ReadonlyMap<string, Outline> },
): ReadonlySet<string> {
  const defined = files.flatMap((file) => [
    ...Object.keys(before.files.get(file)?.defines ?? {}),
    ...Object.keys(outlines.get(file)?.defines ?? {}),
  ]);
  return new Set(defined);
}

/** Whether settings name one of the types: then whether they name something depends on the edit. */
function namesOne(
  { longFields, decimalFields, ownSemantics, check }: Config,
  names: ReadonlySet<string>,
): boolean {
  // Any file may be the only one that has such a name.
  if (ownSemantics.size > 0) return true;
  const fields = [...longFields.keys(), ...decimalFields.keys()];
  const records = fields.map((path) => path.slice(0, path.lastIndexOf('.')));
  const subjects = check.named.map(({ subject }) => subject);
  return [...records, ...subjects].some((name) => names.has(nameKey(name)));
}

/** What is to be known of the topics of a project the next time, by name. */
export function knownTopics(
  { topics }: SchemaProject,
  schemas: string,
): ReadonlyMap<string, KnownTopic> {
  return new Map(topics.map((topic) => [topic.name, placesOfTopic(topic, schemas)]));
}

/** The same of its histories. */
export function knownHistories({ history }: SchemaProject): ReadonlyMap<string, string> {
  return new Map(
    [...history.next.subjects].map(([subject, { type }]) => [lockPath(subject), type]),
  );
}
