/** Names and files of generated code: every name that is taken gives usable ones. */
import { namespaceOf, simpleName } from '../../runtime/schema/schema.js';
import { isName, lettersOf } from '../model/names.js';
import { isDevice, portableName } from '../model/portable-name.js';
import type { NamedSchema } from '../model/schema.js';

/** Where a named type is generated, and under which names. */
export interface TypeNames {
  /** Path without extension, such as `com/mycompany/events/UserClick`. */
  readonly path: string;
  readonly type: string;
  readonly input: string;
  readonly codec: string;
  readonly read: string;
  readonly write: string;
  /** Where and as what the readers of older versions are generated. */
  readonly versionsPath: string;
  readonly versions: string;
}

/** Words that cannot name a type or variable, and globals that generated code uses. */
const RESERVED = new Set(
  `abstract any arguments as asserts async await bigint boolean break case catch class const constructor continue
  debugger declare default delete do else enum eval export extends false finally for from function get global if
  implements import in infer instanceof interface intrinsic is keyof let module namespace never new null number
  object of out override package private protected public readonly require return satisfies set static string super
  switch symbol this throw true try type typeof undefined unique unknown var void while with yield
  Array BigInt Boolean Date Error Exclude Infinity Map Math NaN Number Object Promise Proxy Readonly Record Set String Symbol
  Uint8Array read value write`
    .trim()
    .split(/\s+/),
);

/** An identifier for a name: itself where possible. */
export function identifier(name: string): string {
  const letters = lettersOf(name);
  return RESERVED.has(letters) ? `${letters}_` : letters;
}

/** Something to name: what it would be called alone, and what it must not share. */
interface Wish<T> {
  readonly item: T;
  readonly base: string;
  readonly keyOf: (name: string) => string;
}

/**
 * Gives each its own name where it is free, in order, and only then one with a number: so no wish for
 * `User_2` is in the way of a second `User`, and what is given already stays.
 */
function giveNames<T>(
  wishes: readonly Wish<T>[],
  given: ReadonlyMap<T, string>,
  taken: Set<string>,
): Map<T, string> {
  const names = new Map<T, string>();
  const take = ({ item, keyOf }: Wish<T>, name: string | undefined): void => {
    if (name === undefined || names.has(item)) return;
    const key = keyOf(name);
    if (taken.has(key)) return;
    taken.add(key);
    names.set(item, name);
  };
  for (const wish of wishes) take(wish, given.get(wish.item));
  for (const wish of wishes) take(wish, wish.base);
  for (const wish of wishes)
    for (let n = 2; !names.has(wish.item); n++) take(wish, `${wish.base}_${n}`);
  return names;
}

/**
 * Plans the names of all types: no two share a file, on file systems that ignore case too. `app-1` makes
 * way for `app_1`, which is called so.
 */
export function nameTypes(
  types: readonly NamedSchema[],
  given: ReadonlyMap<NamedSchema, string> = new Map(),
): ReadonlyMap<NamedSchema, TypeNames> {
  const isOwn = ({ name }: NamedSchema): boolean => name.split('.').every(isName);
  const inOrder = [...types.filter(isOwn), ...types.filter((type) => !isOwn(type))];
  const wishes = inOrder.map((item) => {
    const folder = folderOf(item);
    const base = identifier(simpleName(item.name));
    return { item, base, keyOf: (name: string) => pathKey(folder, name) };
  });
  const names = giveNames(wishes, given, new Set(TOPIC_FILES));
  return new Map([...names].map(([type, name]) => [type, namesOf(folderOf(type), name)]));
}

function namesOf(folder: string, name: string): TypeNames {
  const path = folder === '' ? name : `${folder}/${name}`;
  return {
    path,
    type: name,
    input: `${name}Input`,
    codec: `${name}Codec`,
    read: `read${capital(name)}`,
    write: `write${capital(name)}`,
    versionsPath: `${path}.versions`,
    versions: `${name}Versions`,
  };
}

/** Names of a schema that has none: those of its topic and side. */
export function rootNames(topic: string, constant: string, side: 'value' | 'key'): TypeNames {
  const name = `${capital(constant)}${capital(side)}`;
  // No topic's own module is in a folder, so that none of these can have its path.
  const [path, versionsPath] = [`topics/${side}s`, `topics/${side}-versions`];
  return {
    ...namesOf('', name),
    path: topicPath(path, topic),
    versionsPath: topicPath(versionsPath, topic),
  };
}

function folderOf({ name }: NamedSchema): string {
  const [root, ...rest] = namespaceOf(name).split('.').filter(Boolean).map(lettersOf);
  if (root === undefined) return '';
  const isTaken = TOPIC_FILES.includes(root.toLowerCase());
  return [isTaken ? `${root}_` : folderName(root), ...rest.map(folderName)].join('/');
}

/** Types that want the same file, and those that got another name than their own. */
export function contestedTypes(
  types: readonly NamedSchema[],
  names: ReadonlyMap<NamedSchema, Pick<TypeNames, 'type'>>,
): NamedSchema[] {
  const keyOf = (type: NamedSchema) => pathKey(folderOf(type), identifier(simpleName(type.name)));
  const keys = new Map(types.map((type) => [type, keyOf(type)]));
  const wanted = new Map<string, number>();
  for (const key of keys.values()) wanted.set(key, (wanted.get(key) ?? 0) + 1);
  return types.filter(
    (type) =>
      wanted.get(keys.get(type) ?? '') !== 1 ||
      names.get(type)?.type !== identifier(simpleName(type.name)),
  );
}

/** The path of a type's file, without extension, if it has its own name. */
export function ownPath(type: NamedSchema): string {
  return namesOf(folderOf(type), identifier(simpleName(type.name))).path;
}

/**
 * Topic -> constant, such as `user-clicks-avro` -> `userClicksAvro`, each once; by name, so that the
 * order of `tavro.json` does not matter. A constant that was given stays its topic's, also of one that is gone.
 */
export function topicConstants(
  topics: readonly { readonly name: string }[],
  given: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const all = [...new Set([...given.keys(), ...topics.map(({ name }) => name).sort()])];
  const wishes = all.map((item) => ({
    item,
    base: camelCase(item),
    keyOf: (name: string) => name,
  }));
  return giveNames(wishes, given, new Set());
}

/** `user` -> `User`; where the capital is no single letter, as of ß, the name stays. */
function capital(name: string): string {
  const first = name.charAt(0).toUpperCase();
  return first.length === 1 ? first + name.slice(1) : name;
}

/** What the generator writes besides types: files of all topics, and folders of a module each. */
const TOPIC_FILES = ['topics', 'contracts'];

/** Whether a generated file speaks of topics; its path has forward slashes. */
export function isTopicFile(path: string): boolean {
  return TOPIC_FILES.some((name) => path === `${name}.ts` || path.startsWith(`${name}/`));
}

/** Parts by which tools tell a kind of file: `orders.test.ts` is run, `a.d.orders.ts` declares. */
const KINDS = /(?<=^|\.)(d|test|spec|[cm]?[jt]sx?|json|node|wasm)(?=\.|$)/g;

/**
 * The path of a topic's module without extension. It stands in import specifiers, where `%` is an
 * escape: `~` stands for it, and behind what would make the file one of another kind.
 */
export function topicPath(folder: string, topic: string): string {
  return `${folder}/${portableName(topic).replaceAll('%', '~').replace(KINDS, '$1~')}`;
}

/** What the contract of a topic is called beside the topic's constant. */
export function contractName(constant: string): string {
  return `${constant}Contract`;
}

function folderName(part: string): string {
  return isDevice(part) ? `${part}_` : part;
}

function pathKey(folder: string, name: string): string {
  return `${folder}/${name}`.replace(/^\//, '').normalize('NFC').toLowerCase();
}

/** `user-clicks-avro` -> `userClicksAvro`; always an identifier. */
export function camelCase(name: string): string {
  const words = name.split(/[^\p{L}\p{Nd}]+/u).filter(Boolean);
  const joined = words
    .map(
      (word, index) =>
        (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1),
    )
    .join('');
  return identifier(/^[\p{L}_]/u.test(joined) ? joined : `_${joined}`);
}
