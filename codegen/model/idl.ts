/** Avro IDL, read by avsc, as the protocol that it stands for. */
import { isPrimitive } from '../../runtime/schema/schema.js';
import { loadAvsc } from './avsc.js';
import { placesIn, type Token, tokensOf, unreadable } from './idl-tokens.js';
import type { Import } from './imports.js';
import type { JsonNode } from './json.js';
import { MAX_IDL_BYTES, MAX_IDL_IMPORTS } from './limits.js';
import { Problems } from './problem.js';
import { DEFINED_KINDS } from './schema.js';
import type { Origin, SourceText } from './source-text.js';

/** What a file of IDL says. */
export interface Idl {
  /** The protocol; `undefined` where the file cannot be read, which `problems` tells. */
  readonly node: JsonNode | undefined;
  readonly imports: readonly Import[];
  readonly problems: Problems;
}

/** What each source held: avsc takes its time, and `--watch` needs the same texts again and again. */
const known = new WeakMap<SourceText, Idl>();

export function readIdl(source: SourceText): Idl {
  const before = known.get(source);
  if (before !== undefined) return before;
  const problems = new Problems();
  const idl = { ...read(source, problems), problems };
  known.set(source, idl);
  return idl;
}

const NOTHING = { node: undefined, imports: [] };

function read(source: SourceText, problems: Problems): Omit<Idl, 'problems'> {
  const bytes = Buffer.byteLength(source.text);
  if (bytes > MAX_IDL_BYTES)
    return fail(problems, at(source, 0), `it has over ${MAX_IDL_BYTES} bytes`);
  const tokens = tokensOf(source.text);
  const wrong = unreadable(tokens);
  if (wrong !== undefined) return fail(problems, originOf(source, wrong.at), wrong.why);
  const imports = importsIn(source, tokens);
  if (imports.length > MAX_IDL_IMPORTS)
    return fail(problems, at(source, 0), `it has over ${MAX_IDL_IMPORTS} imports`);
  try {
    const protocol = protocolIn(source.text);
    const reading = { problems, places: placesIn(source, tokens) };
    return { node: nodeOf(protocol, { origin: at(source, 0), owner: '' }, reading), imports };
  } catch (error) {
    const { why, pos } = failureOf(error);
    // Where it gives no position, its last word is what it is about.
    const about = why.slice(why.lastIndexOf(' ') + 1);
    const found =
      pos === undefined
        ? tokens.findLast(({ text }) => text === about)
        : tokens.find(({ offset }) => offset >= pos);
    return fail(problems, found ? originOf(source, found) : at(source, 0), why);
  }
}

function fail(problems: Problems, origin: Origin, why: string): typeof NOTHING {
  problems.error('IDL_UNREADABLE', origin, {
    message: `This Avro IDL cannot be read: ${why}.`,
    fix: `Write it as avsc reads it, or keep it outside the schemas folder and let Avro's tools make .avsc files of it: java -jar avro-tools.jar idl2schemata FILE FOLDER`,
  });
  return NOTHING;
}

/** What the names of the specification stand for that avsc lacks, or has as another type. */
const TYPES = {
  date: { type: 'int', logicalType: 'date' },
  time_ms: { type: 'int', logicalType: 'time-millis' },
  timestamp_ms: { type: 'long', logicalType: 'timestamp-millis' },
  local_timestamp_ms: { type: 'long', logicalType: 'local-timestamp-millis' },
  uuid: { type: 'string', logicalType: 'uuid' },
};

/** As it is, and not as its declarations say: the hook answers with a text, or nothing to leave an import out. */
type Assemble = (
  path: string,
  options: {
    importHook(path: string, kind: string, done: (error: null, text?: string) => void): void;
    typeRefs: Readonly<Record<string, unknown>>;
    delimitedCollections: boolean;
  },
  done: (error: unknown, protocol: unknown) => void,
) => void;

/** @throws what avsc does, or says */
function protocolIn(text: string): unknown {
  // Safe: what its code takes is more than its declarations say.
  const assemble = loadAvsc().assembleProtocol as unknown as Assemble;
  let isRoot = true;
  let result: unknown;
  const importHook = (_path: string, _kind: string, done: (error: null, text?: string) => void) => {
    // The other files are read for themselves.
    const given = isRoot ? text : undefined;
    isRoot = false;
    done(null, given);
  };
  const options = { importHook, typeRefs: TYPES, delimitedCollections: true };
  // It calls back before it returns, as the hook does.
  assemble('', options, (error, protocol) => {
    if (error) throw error;
    result = protocol;
  });
  if (typeof Object(result).protocol !== 'string') throw new Error('its protocol has no name');
  return result;
}

function failureOf(error: unknown): { why: string; pos: number | undefined } {
  const { message, token } = Object(error);
  const why = String(message).replace(/^invalid token .*: /, '');
  return { why, pos: typeof token?.pos === 'number' ? token.pos : undefined };
}

function importsIn(source: SourceText, tokens: readonly Token[]): readonly Import[] {
  return tokens.flatMap((token, i): Import[] => {
    const path = tokens[i + 2];
    if (token.text !== 'import' || path === undefined || !path.text.startsWith('"')) return [];
    return [{ path: stringOf(path), origin: originOf(source, path) }];
  });
}

function stringOf({ text }: Token): string {
  try {
    return String(JSON.parse(text));
  } catch {
    // avsc says what is wrong with it.
    return '';
  }
}

function at(source: SourceText, offset: number): Origin {
  return { source, offset, length: 0 };
}

function originOf(source: SourceText, { offset, text }: Token): Origin {
  return { source, offset, length: text.length };
}

/** Where a part stands: the place of the nearest name, and the type that it is part of. */
interface Within {
  readonly origin: Origin;
  readonly owner: string;
}

interface Reading {
  readonly problems: Problems;
  readonly places: ReadonlyMap<string, Origin>;
}

/** What avsc read, with places. Numbers are what JavaScript holds: others were refused. */
function nodeOf(value: unknown, within: Within, reading: Reading): JsonNode {
  const { origin } = within;
  if (Array.isArray(value)) {
    const items = value.map((item) => nodeOf(item, memberPlace(item, within, reading), reading));
    return { kind: 'list', origin, items };
  }
  if (typeof value === 'object' && value !== null) return objectOf(value, within, reading);
  const scalar =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : null;
  const isFraction = typeof scalar === 'number' && !Number.isInteger(scalar);
  return { kind: 'scalar', origin, value: scalar, isFraction };
}

function objectOf(value: object, within: Within, reading: Reading): JsonNode {
  const { type, name } = Object(value);
  const isDefinition = DEFINED_KINDS.includes(type) && typeof name === 'string';
  const inner = isDefinition
    ? { origin: reading.places.get(name) ?? within.origin, owner: name }
    : within;
  if (name === undefined && isAnnotatedName(value, type))
    reading.problems.error('IDL_UNREADABLE', inner.origin, {
      message: `Annotations before the name of a type, here ${type}, say nothing.`,
      fix: 'Put them between the type and the name of the field.',
    });
  const entries = Object.entries(value);
  return {
    kind: 'object',
    origin: inner.origin,
    entries: new Map(entries.map(([key, part]) => [key, nodeOf(part, inner, reading)])),
  };
}

function isAnnotatedName(value: object, type: unknown): type is string {
  const isBuiltIn = DEFINED_KINDS.includes(type) || type === 'array' || type === 'map';
  return typeof type === 'string' && !isBuiltIn && !isPrimitive(type) && !('protocol' in value);
}

/** The place of a field or symbol in its type. */
function memberPlace(item: unknown, within: Within, { places }: Reading): Within {
  const name = typeof item === 'string' ? item : Object(item).name;
  return { ...within, origin: places.get(`${within.owner} ${name}`) ?? within.origin };
}
