/** A commit as a baseline: its schemas, its topics, its lock. */
import { realpath } from 'node:fs/promises';
import { posix, relative, sep } from 'node:path';
import { nameOf } from '../../runtime/schema/located-error.js';
import { type Version, versionOf } from '../check/check-subject.js';
import type { Fact, TypeOutline } from '../check/facts.js';
import { Git } from '../disk/git-command.js';
import { CodegenError } from '../error.js';
import { isLockPath, type Lock, lockPath } from '../history/lock.js';
import { readLockFiles } from '../history/read-lock.js';
import { releasedOf, type SubjectSchema } from '../history/subject.js';
import { MAX_FILES } from '../model/limits.js';
import { once } from '../model/once.js';
import { type Model, parseFolder } from '../model/parse.js';
import { isNamed, type NamedSchema, type Schema } from '../model/schema.js';
import { isSchemaFile } from '../model/schema-file.js';
import { placeOf, SourceText } from '../model/source-text.js';
import { CONFIG_FILE, type Config, parseConfig } from '../project/config/config.js';
import { sidesOfTopic } from '../project/config/topics.js';
import { CarriedFinder, inlineSchemas } from '../project/find-carried.js';
import { type SchemaProject, soundPart } from '../project/load.js';
import type { Baseline } from './baseline.js';
import { findBase, type GitBase } from './merge-base.js';

/** What the baseline is made for. */
export interface GitProject {
  readonly project: SchemaProject;
  readonly folder: string;
  readonly subjects: readonly SubjectSchema[];
}

/**
 * The schemas of a commit as a baseline. Files are matched by the types in them, so that a file that
 * was moved or renamed is followed.
 * @throws CodegenError `GIT_FAILED`
 */
export async function gitBaseline(
  gate: GitProject,
  {
    ref,
    context: { env, err },
  }: {
    ref: string | undefined;
    context: {
      env: Readonly<Record<string, string | undefined>>;
      err: (text: string) => void;
    };
  },
): Promise<Baseline> {
  const git = new Git(gate.folder);
  const root = await git.ask('rev-parse', '--show-toplevel');
  if (root === undefined)
    throw new CodegenError('GIT_FAILED', `${gate.folder} is in no git repository.`);
  const base = await findBase(git, ref, env);
  if (base.commit === (await git.ask('rev-parse', 'HEAD')))
    err(
      `${base.ref === 'HEAD' ? 'HEAD is the last commit' : `HEAD is on ${base.ref}`}: only changes that are not committed are checked. To check the last commit: --against git:HEAD~1.`,
    );
  const past = await readPast(git, { root, base, gate });
  return new PastProject(gate, past).baseline();
}

/** A project as a commit has it. */
interface Past {
  readonly base: GitBase;
  /** The commit as findings name it. */
  readonly name: string;
  readonly model: Model;
  /** The files that it was read from. */
  readonly sources: readonly SourceText[];
  /** What each subject carried. */
  readonly subjects: ReadonlyMap<string, Schema>;
  readonly lock: Lock;
}

async function readPast(
  git: Git,
  { root, base, gate }: { root: string; base: GitBase; gate: GitProject },
): Promise<Past> {
  const folder = relative(await realpath(root), await realpath(gate.folder))
    .split(sep)
    .join('/');
  const listed = await git.ask('ls-tree', '-r', '-z', '--name-only', '--full-tree', base.commit);
  const paths = (listed ?? '')
    .split('\0')
    .filter((path) => folder === '' || path.startsWith(`${folder}/`));
  const config = posix.join(folder, CONFIG_FILE);
  const schemas = paths.filter(
    (path) => isSchemaFile(path) && !path.split('/').includes('node_modules'),
  );
  if (schemas.length > MAX_FILES)
    throw new CodegenError('GIT_FAILED', `${base.ref} has over ${MAX_FILES} schema files.`);
  const below = (path: string): string => posix.relative(folder, path);
  const locks = paths.filter((path) => isLockPath(below(path)));
  const rest = paths.filter((path) => path === config);
  const texts = await git.read(base.commit, [...schemas, ...locks, ...rest]);
  const short = base.commit.slice(0, 7);
  const source = (path: string): SourceText | undefined => {
    const text = texts.get(path);
    return text === undefined ? undefined : new SourceText(`${path}@${short}`, text, path);
  };
  const sources = schemas.flatMap((path) => source(path) ?? []);
  const configSource = source(config);
  const past = configSource === undefined ? undefined : parseConfig(configSource);
  const inline = past === undefined ? new Map() : inlineSchemas(past);
  const all = [...sources, ...inline.values()];
  // As the project counts now: what it counted then says nothing of a change of schemas.
  const { semantics } = gate.project.config;
  const options = { role: 'history', semantics } as const;
  const model = soundPart(parseFolder(all, options), { sources: all, ...options });
  const pathOf = (file: string): string => `${posix.join(folder, file)}@${short}`;
  const subjects =
    past &&
    subjectsOf(
      past,
      new CarriedFinder({ config: past, model, whole: model, locked: new Set(), inline, pathOf }),
    );
  return {
    base,
    name: `${base.ref} (${short})`,
    model,
    sources: [...sources, ...(configSource === undefined ? [] : [configSource])],
    subjects: subjects ?? new Map(),
    lock: readLockFiles(new Map(locks.flatMap((path) => lockFile(below(path), source(path))))),
  };
}

function lockFile(path: string, source: SourceText | undefined): [string, SourceText][] {
  return source === undefined ? [] : [[path, source]];
}

/** Finds what the present project was in the past, and what is gone. */
class PastProject {
  private readonly gate: GitProject;
  private readonly past: Past;
  private readonly types: PastTypes;
  /** Types that files define at their root and no topic carries: compared under their own names. */
  private readonly loose: readonly SubjectSchema[];

  constructor(gate: GitProject, past: Past) {
    this.gate = gate;
    this.past = past;
    this.types = new PastTypes(gate, past);
    const carried = new Set<unknown>(gate.subjects.map(({ schema }) => schema));
    this.loose = rootsOf(gate.project.model)
      .filter((type) => !carried.has(type))
      .map((schema) => ({ subject: this.types.labelOf(schema), schema }));
  }

  baseline(): Baseline {
    const everything = new Map(
      [...this.gate.subjects, ...this.loose].map((one) => [one.subject, one]),
    );
    const sources = new Map(this.past.sources.map((source) => [source.file, source]));
    const facts = once(() => [...this.typeFacts(), ...this.lockFacts()]);
    return {
      name: `git:${this.past.base.ref}`,
      history: (subject) => {
        const was = everything.get(subject);
        const type = was === undefined ? undefined : this.was(was);
        return type === undefined ? [] : [once((): Version => versionOf(this.past.name, type))];
      },
      extraSubjects: this.loose,
      get facts() {
        return facts();
      },
      sourceOf: (file) => sources.get(file),
    };
  }

  /** The type that a subject had: by its topic, else by the type's name or an alias. */
  private was({ subject, schema }: SubjectSchema): Schema | undefined {
    return (
      this.past.subjects.get(subject) ?? (isNamed(schema) ? this.types.was(schema) : undefined)
    );
  }

  /** The types that were there, under their subjects or, where no topic carried them, alone. */
  private typeFacts(): Fact[] {
    const { types } = this.gate.project.model;
    const known = new Set(types.flatMap(({ name, aliases }) => [name, ...aliases]));
    const now = new Set(this.gate.subjects.map(({ subject }) => subject));
    const added = types.filter(({ name }) => !this.types.has(name)).map(outlineOf);
    const fact = (subject: string, type: Schema): Fact => {
      const { name: commit } = this.past;
      const there = { isCarried: now.has(subject), isKnown: known.has(nameOf(type)) };
      const facts = { subject, commit, type: outlineOf(type), ...there, added };
      return { kind: 'gone', facts, at: () => placeOf(type.origin) };
    };
    const { subjects } = this.past;
    const ofTopics = [...subjects].map(([subject, schema]) => fact(subject, schema));
    const carried = new Set([...subjects.values()].map(nameOf));
    const alone = rootsOf(this.past.model).filter(({ name }) => !carried.has(name));
    return [...ofTopics, ...alone.map((type) => fact(type.name, type))];
  }

  /** Released versions, and what the lock has in their place. */
  private lockFacts(): Fact[] {
    const { project, folder } = this.gate;
    const { lock } = project.history;
    return [...this.past.lock.subjects].flatMap(([subject, was]) => {
      const locked = lock.subjects.get(subject);
      const now = new Map(releasedOf(locked).map((one) => [one.version, one.identity]));
      return releasedOf(was).map(({ version, identity: released }): Fact => {
        const found = now.get(version);
        const facts = { subject, version, commit: this.past.name, released, found };
        const missing = { file: posix.join(folder, lockPath(subject)), line: 1, column: 1 };
        return { kind: 'locked', facts, at: () => locked?.origin?.place(version) ?? missing };
      });
    });
  }
}

/** The types of a commit by their names; where a name has several definitions, by their files too. */
class PastTypes {
  private readonly gate: GitProject;
  private readonly byName = new Map<string, NamedSchema[]>();
  private readonly now = new Map<string, number>();

  constructor(gate: GitProject, { model }: Past) {
    this.gate = gate;
    for (const type of model.types) {
      const known = this.byName.get(type.name);
      if (known === undefined) this.byName.set(type.name, [type]);
      else known.push(type);
    }
    for (const { name } of gate.project.model.types)
      this.now.set(name, (this.now.get(name) ?? 0) + 1);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** What a type was: by its name, else by an alias. */
  was(type: NamedSchema): NamedSchema | undefined {
    for (const name of [type.name, ...type.aliases]) {
      const known = this.byName.get(name) ?? [];
      const isOnly = known.length === 1 && (this.now.get(name) ?? 0) < 2;
      const found = isOnly ? known[0] : known.find((one) => this.isOfSameFile(one, type));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What a type that no topic carries is called in findings. */
  labelOf(type: NamedSchema): string {
    return (this.now.get(type.name) ?? 0) < 2 ? type.name : `${type.name} of ${this.fileOf(type)}`;
  }

  private isOfSameFile(was: NamedSchema, is: NamedSchema): boolean {
    const { path } = was.origin.source;
    const file = this.fileOf(is);
    return path === file || path.endsWith(`/${file}`);
  }

  private fileOf({ origin }: NamedSchema): string {
    return relative(this.gate.folder, origin.source.file).split(sep).join('/');
  }
}

function outlineOf(type: Schema): TypeOutline {
  const name = nameOf(type);
  return type.kind === 'record'
    ? { name, fields: type.fields.map((field) => field.name) }
    : { name };
}

/** What each subject carried; what cannot be found any more is left out. */
function subjectsOf({ topics }: Config, finder: CarriedFinder): ReadonlyMap<string, Schema> {
  return new Map(
    topics.flatMap((topic) =>
      sidesOfTopic(topic).flatMap(({ carried, subject }): [string, Schema][] => {
        const schema = finder.find(topic.name, carried);
        return schema === undefined ? [] : [[subject, schema]];
      }),
    ),
  );
}

function rootsOf(model: Model): readonly NamedSchema[] {
  const roots = model.files.flatMap(({ root }) => {
    if (root === undefined) return [];
    const types = root.kind === 'union' ? root.branches : [root];
    return types.filter(isNamed).map((type) => model.canonical.get(type) ?? type);
  });
  return [...new Set(roots)];
}
