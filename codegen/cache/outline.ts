/** What a schema file defines and mentions: enough to tell which other files an edit reaches. */
import { createHash } from 'node:crypto';
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  printJson,
} from '../../runtime/json.js';
import { isPrimitive, namespaceOf, qualify, simpleName } from '../../runtime/schema/schema.js';
import { readIdl } from '../model/idl.js';
import { importedPath } from '../model/imports.js';
import { toJson } from '../model/json.js';
import { DEFINED_KINDS } from '../model/schema.js';
import { isIdl } from '../model/schema-file.js';
import type { SourceText } from '../model/source-text.js';

/**
 * The names of one file. Names are simple and in small letters: a mention may mean any type whose
 * name ends so, and names that differ by case alone want one file.
 */
export interface Outline {
  /** By name. */
  readonly defines: Readonly<Record<string, Definition>>;
  readonly mentions: readonly string[];
  /** Files that it imports, by path in the folder. */
  readonly imports?: readonly string[];
}

/** What is defined under a name in one file. */
export interface Definition {
  readonly hash: string;
  /** Names that it mentions, those within the types that stand in it too. */
  readonly mentions: readonly string[];
}

/** Hex digits of a hash: definitions of one name are compared by them. */
const HEX_DIGITS = 16;

/** What stands for a kind of type where a type's name may stand. */
const KINDS: readonly unknown[] = [...DEFINED_KINDS, 'array', 'map'];

/**
 * The outline of a schema file; that of nothing where it cannot be read, which parsing tells of.
 * @param path in the folder
 */
export function outlineOf(source: SourceText, path: string = source.path): Outline {
  if (!isIdl(path)) return outlineOfJson(jsonOf(source.text));
  const { node, imports } = readIdl(source);
  const outline = outlineOfJson(node && toJson(node));
  const imported = imports.map((one) => importedPath(path, one.path));
  return imported.length === 0 ? outline : { ...outline, imports: imported };
}

function jsonOf(text: string): Json | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function outlineOfJson(json: Json | undefined): Outline {
  const found = new Map<string, { texts: string[]; mentions: Set<string> }>();
  const mentions = new Set<string>();
  lookAtFile(json, { namespace: '', found, within: [mentions] });
  const defines = [...found].map(([name, definition]): [string, Definition] => {
    const hash = createHash('sha256').update(definition.texts.join('\n')).digest('hex');
    return [name, { hash: hash.slice(0, HEX_DIGITS), mentions: [...definition.mentions] }];
  });
  return { defines: Object.fromEntries(defines), mentions: [...mentions] };
}

interface Looking {
  readonly namespace: string;
  readonly found: Map<string, { readonly texts: string[]; readonly mentions: Set<string> }>;
  /** The mentions of the file and of each definition around. */
  readonly within: readonly Set<string>[];
}

/** Looks at a schema, or at all of a protocol. */
function lookAtFile(json: Json | undefined, looking: Looking): void {
  if (!isObject(json) || typeof json.protocol !== 'string') return look(json, looking);
  const given = typeof json.namespace === 'string' ? json.namespace : '';
  const inner = { ...looking, namespace: namespaceOf(qualify(json.protocol, given)) };
  look(json.types, inner);
  if (!isObject(json.messages)) return;
  for (const message of Object.values(json.messages)) {
    if (!isObject(message)) continue;
    // Parameters are like fields.
    look({ fields: message.request ?? [] }, inner);
    for (const part of [message.response, message.errors]) look(part, inner);
  }
}

/** Looks wherever a type may stand. */
function look(json: Json | undefined, looking: Looking): void {
  if (typeof json === 'string' && !isPrimitive(json))
    for (const mentions of looking.within) mentions.add(nameKey(json));
  if (isArray(json)) for (const item of json) look(item, looking);
  if (!isObject(json)) return;
  const inner = typeof json.name === 'string' ? defined(json, json.name, looking) : looking;
  const type = KINDS.includes(json.type) ? undefined : json.type;
  for (const part of [type, json.items, json.values]) look(part, inner);
  if (isArray(json.fields))
    for (const field of json.fields) if (isObject(field)) look(field.type, inner);
}

/** Notes a definition. @returns how to look at what is in it */
function defined(json: JsonObject, name: string, looking: Looking): Looking {
  const given = typeof json.namespace === 'string' ? json.namespace : looking.namespace;
  const full = name.includes('.') || given === '' ? name : `${given}.${name}`;
  const key = nameKey(full);
  const definition = looking.found.get(key) ?? { texts: [], mentions: new Set() };
  looking.found.set(key, definition);
  definition.texts.push(`${full} ${printJson(json)}`);
  return {
    ...looking,
    namespace: namespaceOf(full),
    within: [...looking.within, definition.mentions],
  };
}

/** What a type's name is known as here. */
export function nameKey(name: string): string {
  return simpleName(name).normalize('NFC').toLowerCase();
}
