/** The registry without HTTP: subjects, versions and ids, found and deleted. */
import { faults } from './fault.js';
import {
  ANY_CONTEXT,
  contextPrefix,
  DEFAULT_CONTEXT,
  parseSubject,
  printSubject,
  type QualifiedSubject,
} from './qualified-subject.js';
import { createSettings, type SettingsStore } from './settings.js';
import { emptyState, type Reference, type State, type Version } from './state.js';

/** Which versions count: those that are not soft-deleted, all, or only the soft-deleted ones. */
export type Which = 'live' | 'all' | 'deleted';

/** A version number, or the newest live one. */
export type VersionNumber = number | 'latest';

export class RegistryStore {
  private readonly state: State;
  readonly settings: SettingsStore;
  /** By type and resource. */
  readonly associations: State['associations'];

  constructor(state: State = emptyState()) {
    this.state = state;
    this.settings = createSettings(state);
    this.associations = state.associations;
  }

  /** The contexts that hold or held something, the default one first. */
  contexts(): string[] {
    const others = [...this.state.versions.keys()].filter((name) => name !== DEFAULT_CONTEXT);
    return [DEFAULT_CONTEXT, ...others.sort()];
  }

  /** Forgets an empty context. */
  deleteContext(context: string): void {
    if (this.inContext(context).length > 0) throw faults.contextNotEmpty(context);
    this.state.versions.delete(context);
  }

  inContext(context: string): readonly Version[] {
    return this.state.versions.get(context) ?? [];
  }

  /** Versions of one subject, oldest first. */
  versions(subject: QualifiedSubject, which: Which = 'live'): Version[] {
    const name = printSubject(subject);
    return this.inContext(subject.context)
      .filter((version) => version.subject === name && isWanted(version, which))
      .sort((a, b) => a.version - b.version);
  }

  /** Versions of all subjects with a prefix; `:*:` before it means in any context. */
  withPrefix(prefix: string, which: Which): Version[] {
    const any = prefix.startsWith(ANY_CONTEXT);
    const { context, name } = parseSubject(any ? prefix.slice(ANY_CONTEXT.length) : prefix);
    const contexts = any ? this.contexts() : [context];
    return contexts
      .flatMap((within) =>
        this.inContext(within).filter((version) =>
          version.subject.startsWith(contextPrefix(within) + name),
        ),
      )
      .filter((version) => isWanted(version, which))
      .sort((a, b) => compare(a.subject, b.subject) || a.version - b.version);
  }

  /**
   * One version. A bare subject that the default context does not have is looked for in the others.
   * @throws Fault 40401, 40402
   */
  version(subject: QualifiedSubject, number: VersionNumber, which: Which = 'live'): Version {
    for (const candidate of this.spellings(subject)) {
      const found = this.find(candidate, number, which);
      if (found !== undefined) return found;
    }
    if (this.versions(subject, which).length === 0) {
      throw faults.subjectNotFound(printSubject(subject));
    }
    throw faults.versionNotFound(number === 'latest' ? -1 : number);
  }

  find(subject: QualifiedSubject, number: VersionNumber, which: Which): Version | undefined {
    if (number === 'latest') return this.versions(subject).at(-1);
    return this.versions(subject, which).find(({ version }) => version === number);
  }

  /** A subject as given, and if it is a bare name then also in each of the other contexts. */
  spellings(subject: QualifiedSubject): QualifiedSubject[] {
    if (subject.context !== DEFAULT_CONTEXT) return [subject];
    return this.contexts().map((context) => ({ ...subject, context }));
  }

  /** The versions that carry an id: in the subject's context, else wherever the subject has it. */
  byId(id: number, subject: QualifiedSubject): readonly Version[] {
    const own = this.inContext(subject.context).filter((version) => version.id === id);
    if (subject.name === '' || subject.context !== DEFAULT_CONTEXT) return own;
    for (const candidate of this.spellings(subject)) {
      const name = printSubject(candidate);
      const there = this.inContext(candidate.context).filter((version) => version.id === id);
      if (there.some((version) => version.subject === name)) return there;
    }
    return own;
  }

  /** Where a schema is known by its guid: one id per context. */
  byGuid(guid: string): readonly Version[] {
    return this.contexts().flatMap(
      (context) => this.inContext(context).find((version) => version.guid === guid) ?? [],
    );
  }

  maxId(context: string): number {
    return this.state.lastIds.get(context) ?? 0;
  }

  /** Adds a version, or puts it in the place of the one with its number. */
  put(version: Version): void {
    const { context } = parseSubject(version.subject);
    const others = this.inContext(context).filter((other) => !isSame(other, version));
    this.state.versions.set(context, [...others, version]);
    this.state.lastIds.set(context, Math.max(this.maxId(context), version.id));
  }

  /** Forgets versions for good. */
  remove(gone: readonly Version[]): void {
    for (const version of gone) {
      const { context } = parseSubject(version.subject);
      const left = this.inContext(context).filter((other) => !isSame(other, version));
      this.state.versions.set(context, left);
    }
  }

  /** Live versions that refer to one. */
  referrers({ subject, version }: Version): Version[] {
    return this.contexts()
      .flatMap((context) => this.inContext(context))
      .filter(
        (other) =>
          !other.deleted &&
          other.references.some((to) => {
            const target = this.target(to, other.subject);
            return printSubject(target) === subject && to.version === version;
          }),
      );
  }

  /** The subject that a reference means: a bare name is one of the referring schema's context. */
  target(reference: Reference, from: string): QualifiedSubject {
    return parseSubject(reference.subject, parseSubject(from).context);
  }

  /** Deletes one version, softly first. @throws Fault 4040x, 42205, 42206 */
  deleteVersion(subject: QualifiedSubject, number: VersionNumber, permanent: boolean): number {
    const name = printSubject(subject);
    if (number !== 'latest' && !permanent && this.find(subject, number, 'deleted')) {
      throw faults.versionSoftDeleted(name, number);
    }
    const version = this.find(subject, number, permanent ? 'all' : 'live');
    if (version === undefined) {
      const any = this.versions(subject, permanent ? 'all' : 'live').length > 0;
      throw any
        ? faults.versionNotFound(number === 'latest' ? -1 : number)
        : faults.subjectNotFound(name);
    }
    this.settings.requireWritable(subject);
    if (permanent && !version.deleted) throw faults.versionNotSoftDeleted(name, version.version);
    this.deleteAll([version], permanent);
    return version.version;
  }

  /** Deletes a subject's versions, softly first; answers their numbers. @throws Fault as above */
  deleteSubject(subject: QualifiedSubject, permanent: boolean): number[] {
    const name = printSubject(subject);
    const all = this.versions(subject, 'all');
    const live = all.filter((version) => !version.deleted);
    if (all.length === 0) throw faults.subjectNotFound(name);
    if (!permanent && live.length === 0) throw faults.subjectSoftDeleted(name);
    this.settings.requireWritable(subject);
    if (permanent && live.length > 0) throw faults.subjectNotSoftDeleted(name);
    const gone = permanent ? all : live;
    this.deleteAll(gone, permanent);
    return gone.map(({ version }) => version);
  }

  private deleteAll(gone: readonly Version[], permanent: boolean): void {
    for (const version of gone) {
      if (this.referrers(version).length > 0) {
        throw faults.referenceExists(version.subject, version.version);
      }
    }
    if (permanent) {
      this.remove(gone);
      return;
    }
    for (const version of gone) this.put({ ...version, deleted: true });
    const [first] = gone;
    if (first === undefined) return;
    const subject = parseSubject(first.subject);
    // What was set for a subject goes with its last version.
    if (this.versions(subject).length === 0) this.settings.forget(subject);
  }
}

function isWanted({ deleted }: Version, which: Which): boolean {
  return which === 'all' || deleted === (which === 'deleted');
}

function isSame(a: Version, b: Version): boolean {
  return a.subject === b.subject && a.version === b.version;
}

/** Code unit order, as Java compares strings. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
