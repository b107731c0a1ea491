/** A file of `lock/`: the history of one subject. Its first line is read at once, the rest when asked for. */
import { type Json, parseJson } from '../../runtime/json.js';
import { CodegenError } from '../error.js';
import { Excerpt } from '../model/excerpt.js';
import { textHash } from '../model/identity.js';
import { once } from '../model/once.js';
import type { SourceText } from '../model/source-text.js';
import { headerLine, headerOf, layoutOf } from './format-2-layout.js';
import { FORMAT } from './format-2-text.js';
import {
  invalidLock,
  LOCK_FOLDER,
  type LockedOrigin,
  type LockedSubject,
  type LockedVersion,
  lockPath,
  refuseConflict,
} from './lock.js';
import { readFacts, readNames } from './locked-facts.js';
import { FoldedText, MAX_UNFOLDED_CHARACTERS } from './parts.js';
import { SharedFields } from './shared-fields.js';

/** A subject as its file has it. */
export interface SubjectFile {
  readonly subject: string;
  readonly locked: LockedSubject;
  /** The topics whose constants stand in the file. */
  readonly topics: readonly (readonly [string, string])[];
}

/**
 * Reads a file of the folder.
 * @param path in the schemas folder, which the subject must have
 * @throws CodegenError `LOCK_INVALID`, also when the versions are asked for
 */
export function readSubject(source: SourceText, path: string): SubjectFile {
  const known = read.get(source) ?? parseSubject(source, path);
  read.set(source, known);
  return known;
}

/** What each text holds: `--watch` reads the same ones again and again. */
const read = new WeakMap<SourceText, SubjectFile>();

function parseSubject(source: SourceText, path: string): SubjectFile {
  refuseConflict(source);
  const header = headerLine(source) ?? headerOf(source);
  const { format, subject, type, topics } = header?.facts ?? {};
  if (header === undefined || typeof subject !== 'string' || typeof type !== 'string')
    throw notOurs(source, 'It names no subject');
  if (format !== FORMAT)
    throw invalidLock(
      source.file,
      `the format is ${JSON.stringify(format)}, this tavro reads ${FORMAT} in ${LOCK_FOLDER}/`,
    );
  if (lockPath(subject) !== path)
    throw notOurs(source, `The file of its subject ${subject} is ${lockPath(subject)}`);
  const names = readNames(topics);
  if (names === undefined) throw invalidLock(source.file, 'the names are no identifiers');
  const placed = once(() => readVersions(source, subject));
  const versions = once(() => placed().map(({ locked: version }) => version));
  const locked: LockedSubject = {
    type,
    get versions() {
      return versions();
    },
    origin: originOf(source, header.at, placed),
  };
  return { subject, locked, topics: names };
}

function notOurs({ file }: SourceText, why: string): CodegenError {
  return new CodegenError(
    'LOCK_INVALID',
    `${file} is no file of the lock. ${why}. If tavro wrote it, restore it from git under the name that it had; if not, move it: a .json file in ${LOCK_FOLDER}/ is tavro's.`,
  );
}

/** A version and where it stands. */
interface PlacedVersion {
  readonly locked: LockedVersion;
  readonly at: number;
  readonly schema: FoldedText;
  /** Those of the file. */
  readonly parts: readonly FoldedText[];
  /** Hash of the schema's text when it was written, if that is noted. */
  readonly noted: Json | undefined;
}

function readVersions(source: SourceText, subject: string): readonly PlacedVersion[] {
  const { file, text } = source;
  const layout = layoutOf(source);
  if (layout === undefined)
    throw invalidLock(file, `the parts and versions of ${subject} are not as tavro writes them`);
  let left = MAX_UNFOLDED_CHARACTERS;
  const parts: FoldedText[] = [];
  const unfolded = (work: () => FoldedText, what: string): FoldedText => {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw invalidLock(file, `${what} of ${subject} cannot be used: ${cause.message}`, cause);
    }
  };
  for (const [index, span] of layout.parts.entries())
    parts.push(
      unfolded(() => new FoldedText(text, span, { position: 'part', parts }), `part ${index}`),
    );
  return layout.versions.map(({ facts, at, schema: span }) => {
    const known = readFacts(facts);
    if (known === undefined) throw invalidLock(file, `a version of ${subject} is incomplete`);
    const schema = unfolded(
      () => new FoldedText(text, span, { position: 'type', parts }),
      `version ${known.version}`,
    );
    left -= schema.length - (span.end - span.start);
    if (left < 0) throw invalidLock(file, `the versions of ${subject} are too long`);
    return { locked: lockedVersion(known, schema), at, schema, parts, noted: facts.text };
  });
}

function lockedVersion(facts: Omit<LockedVersion, 'schema'>, text: FoldedText): LockedVersion {
  const schema = once(() => parseJson(text.unfold()));
  return {
    ...facts,
    get schema() {
      return schema();
    },
  };
}

function originOf(
  source: SourceText,
  at: number,
  versions: () => readonly PlacedVersion[],
): LockedOrigin {
  const placed = (wanted: LockedVersion): PlacedVersion => {
    // A version that was given an id since is another object, and the same version.
    const found =
      versions().find(({ locked }) => locked === wanted) ??
      versions().find(
        ({ locked: { version, identity } }) =>
          version === wanted.version && identity === wanted.identity,
      );
    if (found === undefined) throw new RangeError(`${source.file} lacks v${wanted.version}`);
    return found;
  };
  let shared: SharedFields | undefined;
  return {
    source,
    place(number) {
      if (number === undefined) return source.place(at);
      const found = versions().find(({ locked }) => locked.version === number);
      return source.place(found?.at ?? at);
    },
    schemaOf(wanted) {
      const { schema } = placed(wanted);
      return new Excerpt(source, schema.unfold(), (offset) => schema.offsetOf(offset));
    },
    parsedOf(wanted) {
      const { schema, parts } = placed(wanted);
      shared ??= new SharedFields(source, parts);
      const { isShared, byNumber } = shared;
      const at = (offset: number): number => schema.offsetOf(offset, isShared);
      return {
        source: new Excerpt(source, schema.unfoldBut(isShared), at),
        sharedField: byNumber,
      };
    },
    forget() {
      shared = undefined;
    },
    isAsWritten(wanted) {
      const { schema, noted } = placed(wanted);
      return noted !== undefined && noted === textHash(schema.unfold());
    },
  };
}

/** The file of names of types, and of topics whose subject is nowhere. @throws CodegenError `LOCK_INVALID` */
export function readTypes(source: SourceText) {
  refuseConflict(source);
  const { format, ...tables } = headerOf(source)?.facts ?? {};
  const [topics, types] = [readNames(tables.topics), readNames(tables.types)];
  if (format !== FORMAT || topics === undefined || types === undefined)
    throw invalidLock(source.file, `it holds no names of format ${FORMAT}`);
  return { topics, types };
}
