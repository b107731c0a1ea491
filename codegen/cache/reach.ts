/** Which files an edit reaches: those whose code or verdicts may change, and what they need to be read. */
import type { Outline } from './outline.js';

/** A schemas folder as it was, and what changed. */
export interface Change {
  /** Outlines of all files as they were, by path, in the order in which they are parsed. */
  readonly before: ReadonlyMap<string, Outline>;
  /** Outlines of files that are new or have another text. */
  readonly changed: ReadonlyMap<string, Outline>;
  readonly removed: ReadonlySet<string>;
  /** Files that are to be done again though they did not change. */
  readonly again: ReadonlySet<string>;
}

export interface Reach {
  /** Files whose code is made and whose types are judged again. */
  readonly touched: ReadonlySet<string>;
  /** The same and every file that one of them leads to: together they can be parsed. */
  readonly needed: ReadonlySet<string>;
}

/**
 * An edit reaches the file itself, every file that mentions or defines a name of which it changed
 * the definition, and so on, and those that import it. What they mention is needed, too. A name may mean any type whose name
 * ends so: more is done than must be, never less.
 * @param besides files that are needed along with those that are touched
 */
export function reachOf(
  change: Change,
  besides: (touched: ReadonlySet<string>) => Iterable<string> = () => [],
): Reach {
  const outlines = outlinesNow(change);
  const now = new Names(outlines);
  const edited = [...change.changed.keys(), ...change.removed];
  const touched = new Set([
    ...change.changed.keys(),
    ...change.again,
    ...importersOf(edited, outlines),
  ]);
  const dirty = new Set<string>();
  for (const file of edited)
    for (const name of changedNames(change.before.get(file), change.changed.get(file)))
      dirty.add(name);
  // Grows while it is read: what mentions a changed name has changed.
  for (const name of dirty) {
    for (const user of now.usersOf(name)) {
      touched.add(user);
      for (const own of now.thoseWith(name, user)) dirty.add(own);
    }
  }
  const needed = new Set([...touched, ...besides(touched)]);
  for (const file of needed) {
    for (const imported of outlines.get(file)?.imports ?? [])
      if (outlines.has(imported)) needed.add(imported);
    for (const name of now.namesIn(file))
      for (const other of now.definersOf(name, touched)) needed.add(other);
  }
  return { touched, needed };
}

/** The files that import one of some, or one that does. Whose definition a name means may change with those. */
function importersOf(
  files: readonly string[],
  outlines: ReadonlyMap<string, Outline>,
): ReadonlySet<string> {
  const importers = new Map<string, string[]>();
  for (const [file, { imports = [] }] of outlines)
    for (const path of imports) importers.set(path, [...(importers.get(path) ?? []), file]);
  const found = new Set<string>();
  // Grows while it is read.
  const reached = new Set(files);
  for (const file of reached)
    for (const importer of importers.get(file) ?? []) {
      reached.add(importer);
      found.add(importer);
    }
  return found;
}

function outlinesNow({ before, changed, removed }: Change): ReadonlyMap<string, Outline> {
  const now = new Map([...before].filter(([file]) => !removed.has(file)));
  for (const [file, outline] of changed) now.set(file, outline);
  return new Map([...now].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Names that are defined in another way than before, or are new or gone. */
function changedNames(before: Outline | undefined, now: Outline | undefined): string[] {
  const [was, is] = [before?.defines ?? {}, now?.defines ?? {}];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => was[name]?.hash !== is[name]?.hash,
  );
}

/** Who defines and who mentions each name. */
class Names {
  private readonly outlines: ReadonlyMap<string, Outline>;
  private readonly definers = new Map<string, string[]>();
  private readonly mentioners = new Map<string, Set<string>>();

  constructor(outlines: ReadonlyMap<string, Outline>) {
    this.outlines = outlines;
    for (const [file, { defines, mentions }] of outlines) {
      for (const name of Object.keys(defines)) {
        const known = this.definers.get(name);
        if (known === undefined) this.definers.set(name, [file]);
        else known.push(file);
      }
      for (const name of mentions) {
        const known = this.mentioners.get(name);
        if (known === undefined) this.mentioners.set(name, new Set([file]));
        else known.add(file);
      }
    }
  }

  usersOf(name: string): Iterable<string> {
    return [...(this.definers.get(name) ?? []), ...(this.mentioners.get(name) ?? [])];
  }

  /** What a file defines that mentions a name. */
  thoseWith(name: string, file: string): string[] {
    const defines = Object.entries(this.outlines.get(file)?.defines ?? {});
    return defines.flatMap(([own, { mentions }]) => (mentions.includes(name) ? own : []));
  }

  namesIn(file: string): readonly string[] {
    const { defines = {}, mentions = [] } = this.outlines.get(file) ?? {};
    return [...Object.keys(defines), ...mentions];
  }

  /**
   * Files that define a name: the first of those that define it alike, which counts for all, and
   * those that are done again anyway.
   */
  definersOf(name: string, touched: ReadonlySet<string>): readonly string[] {
    const all = this.definers.get(name) ?? [];
    const seen = new Set<string>();
    return all.filter((file) => {
      const hash = this.outlines.get(file)?.defines[name]?.hash ?? '';
      const isFirst = !seen.has(hash);
      seen.add(hash);
      return isFirst || touched.has(file);
    });
  }
}
