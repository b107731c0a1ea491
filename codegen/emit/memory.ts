import { printJson } from '../../runtime/json.js';
import type { NamedSchema } from '../model/schema.js';
import type { SourceText } from '../model/source-text.js';
import type { FileText } from './file.js';
import type { Project } from './project.js';
import { referencesOf } from './references.js';

/** What a generated file was made of, other than the types that it refers to. */
interface Made {
  readonly source: SourceText;
  /** Names and facts about the graph that show in the file. */
  readonly facts: string;
  readonly references: readonly string[];
  readonly file: FileText;
}

/**
 * The files of the last run, so that `--watch` generates again only what an edit can have changed:
 * the types of the edited files and all that refer to them, directly or through others.
 */
export class EmitMemory {
  private options = '';
  private made: ReadonlyMap<string, Made> = new Map();

  /** The file of each type, made by `make` unless it must be the same as last time. */
  files(project: Project, make: (type: NamedSchema) => FileText): FileText[] {
    const options = printOptions(project);
    const last = options === this.options ? this.made : new Map<string, Made>();
    const next = new Map(
      project.types.map((type) => [project.namesOf(type).path, facts(type, project)]),
    );
    const changed = changedPaths(next, last);
    const made = new Map<string, Made>();
    for (const type of project.types) {
      const { path } = project.namesOf(type);
      const known = changed.has(path) ? undefined : last.get(path);
      const now = next.get(path);
      if (known !== undefined) made.set(path, known);
      else if (now !== undefined) made.set(path, { ...now, file: make(type) });
    }
    this.options = options;
    this.made = made;
    return [...made.values()].map(({ file }) => file);
  }
}

type Facts = Omit<Made, 'file'>;

function facts(type: NamedSchema, project: Project): Facts {
  const references = referencesOf(type).map((reference) => project.namesOf(reference).path);
  const shown = [type, ...referencesOf(type)].map((one) => [
    one.name,
    project.namesOf(one).path,
    one.kind === 'record' && project.hasOwnInput(one),
    project.isRecursive(one),
  ]);
  const ids = Object.entries(project.knownIdsOf(type)).map(([url, { ids, machine = '' }]) => [
    url,
    ids,
    machine,
  ]);
  const facts = printJson([shown, ids, project.versionsOf(type).size > 0]);
  return { source: type.origin.source, facts, references };
}

/** Paths whose own facts changed, and those that refer to them. */
function changedPaths(
  next: ReadonlyMap<string, Facts>,
  last: ReadonlyMap<string, Made>,
): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const [path, { references }] of next) {
    for (const reference of references) {
      const known = users.get(reference);
      if (known === undefined) users.set(reference, [path]);
      else known.push(path);
    }
  }
  const changed = new Set<string>();
  const work = [...next].flatMap(([path, { source, facts }]) => {
    const before = last.get(path);
    return before?.source === source && before.facts === facts ? [] : [path];
  });
  for (let path = work.pop(); path !== undefined; path = work.pop()) {
    if (changed.has(path)) continue;
    changed.add(path);
    work.push(...(users.get(path) ?? []));
  }
  return changed;
}

/** Everything that a project decides, as text. */
function printOptions({ options }: Project): string {
  const { runtime, importExtension, longs, fieldLongs, logicalTypes } = options;
  return JSON.stringify([runtime, importExtension, longs, [...fieldLongs], [...logicalTypes]]);
}
