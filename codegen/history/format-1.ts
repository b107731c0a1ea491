/** `lock.json`, the lock of format 1: all subjects in one file. It is read, and written no more. */
import { isArray, isObject, type Json, parseJson } from '../../runtime/json.js';
import { Excerpt } from '../model/excerpt.js';
import { jsonDepth } from '../model/json.js';
import { MAX_HISTORY_DEPTH } from '../model/limits.js';
import { once } from '../model/once.js';
import type { SourceText } from '../model/source-text.js';
import { lockPlaces } from './format-1-places.js';
import {
  invalidLock,
  type Lock,
  type LockedNames,
  type LockedOrigin,
  type LockedSubject,
  type LockedVersion,
  refuseConflict,
} from './lock.js';
import { readFacts, readNames } from './locked-facts.js';
import { useOfSubject } from './subject-names.js';

const FORMAT = 1;
/** How deep a version's schema is indented. */
const SCHEMA_INDENT = ' '.repeat(10);

/** Reads it whole. @throws CodegenError `LOCK_INVALID` */
export function parseFormat1(source: SourceText): Omit<Lock, 'files'> {
  const { file } = source;
  const json = parse(source);
  if (!isObject(json) || !isObject(json.subjects)) throw invalidLock(file, 'there are no subjects');
  if (json.format !== FORMAT) {
    const found = JSON.stringify(json.format);
    throw invalidLock(file, `the format is ${found}, this tavro reads ${FORMAT} here`);
  }
  const places = once(() => lockPlaces(source));
  const subjects = new Map(
    Object.entries(json.subjects).map(([name, subject]): [string, LockedSubject] => {
      if (!isObject(subject) || typeof subject.type !== 'string' || !isArray(subject.versions))
        throw invalidLock(file, `the subject ${name} has no type or no versions`);
      const versions = subject.versions.map((version) => {
        const read = readVersion(version);
        if (read === undefined) throw invalidLock(file, `a version of ${name} is incomplete`);
        return read;
      });
      return [name, { type: subject.type, versions, origin: originOf(name, source, places) }];
    }),
  );
  const names = json.names === undefined ? undefined : namesOf(json.names, subjects);
  if (names === null) throw invalidLock(file, 'the names are no identifiers');
  return { subjects, ...(names && { names }) };
}

function parse(source: SourceText): Json {
  refuseConflict(source);
  const { file, text } = source;
  // What is printed of it is printed by recursion.
  if (jsonDepth(text) > 2 * MAX_HISTORY_DEPTH) throw invalidLock(file, 'it nests too deep');
  try {
    return parseJson(text);
  } catch (cause) {
    throw invalidLock(file, 'it is not JSON', cause);
  }
}

function readVersion(json: Json): LockedVersion | undefined {
  const facts = isObject(json) ? readFacts(json) : undefined;
  if (!isObject(json) || json.schema === undefined || facts === undefined) return undefined;
  return { ...facts, schema: json.schema };
}

/** Which subject has a topic's values is told by the subject's name, as far as it goes. */
function namesOf(json: Json, subjects: ReadonlyMap<string, LockedSubject>): LockedNames | null {
  if (!isObject(json)) return null;
  const [topics, types] = [readNames(json.topics), readNames(json.types)];
  if (topics === undefined || types === undefined) return null;
  const valuesOf = new Map(
    [...subjects].flatMap(([subject, { type }]): [string, string][] => {
      const use = useOfSubject(subject, type);
      return use?.side === 'value' ? [[use.topic, subject]] : [];
    }),
  );
  const homes = topics.flatMap(([topic]): [string, string][] => {
    const subject = valuesOf.get(topic);
    return subject === undefined ? [] : [[topic, subject]];
  });
  return { topics: new Map(topics), subjects: new Map(homes), types: new Map(types) };
}

function originOf(
  subject: string,
  source: SourceText,
  places: () => ReturnType<typeof lockPlaces>,
): LockedOrigin {
  const schemaOf = (version: LockedVersion): SourceText => {
    const printed = pretty(version.schema, SCHEMA_INDENT);
    return new Excerpt(source, printed, (offset) => {
      const { text, offset: start } = places().schema(subject, version.version);
      // A lock that someone formatted otherwise: the start of the schema is near enough.
      return text === printed ? start + offset : start;
    });
  };
  return {
    source,
    place: (version) =>
      source.place(
        version === undefined ? places().subject(subject) : places().version(subject, version),
      ),
    schemaOf,
    parsedOf: (version) => ({ source: schemaOf(version) }),
    isAsWritten: () => false,
    forget: () => {},
  };
}

/** JSON in indented lines, as the file was written; bigint prints as an integer. */
function pretty(json: Json, indent: string): string {
  const inner = `${indent}  `;
  if (isArray(json)) {
    return json.length === 0
      ? '[]'
      : `[\n${json.map((item) => inner + pretty(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (isObject(json)) {
    const entries = Object.entries(json).map(
      ([key, value]) => `${inner}${JSON.stringify(key)}: ${pretty(value, inner)}`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
  }
  return typeof json === 'bigint' ? json.toString() : JSON.stringify(json);
}
