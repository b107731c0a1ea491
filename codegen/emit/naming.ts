/** Names and files of generated code: every legal Avro name gives usable ones. */
import { namespaceOf, simpleName } from '../../runtime/schema/schema.js';
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
  Uint8Array r w value`
    .trim()
    .split(/\s+/),
);

/** An identifier for a name: itself where possible. */
export function identifier(name: string): string {
  return RESERVED.has(name) ? `${name}_` : name;
}

/** Plans the names of all types: no two share a file, on file systems that ignore case too. */
export function nameTypes(types: readonly NamedSchema[]): ReadonlyMap<NamedSchema, TypeNames> {
  const taken = new Set(RESERVED_FILES);
  const names = new Map<NamedSchema, TypeNames>();
  for (const type of types) {
    const folder = namespaceOf(type.name).split('.').filter(Boolean).map(folderName).join('/');
    const base = identifier(simpleName(type.name));
    let name = base;
    for (let n = 2; taken.has(pathKey(folder, name)); n++) name = `${base}_${n}`;
    taken.add(pathKey(folder, name));
    const path = folder === '' ? name : `${folder}/${name}`;
    names.set(type, {
      path,
      type: name,
      input: `${name}Input`,
      codec: `${name}Codec`,
      read: `read${capital(name)}`,
      write: `write${capital(name)}`,
      versionsPath: `${path}.versions`,
      versions: `${name}Versions`,
    });
  }
  return names;
}

/** `user` -> `User`; where the capital is no single letter, as of ß, the name stays. */
function capital(name: string): string {
  const first = name.charAt(0).toUpperCase();
  return first.length === 1 ? first + name.slice(1) : name;
}

/** Files that the generator writes besides types. */
const RESERVED_FILES = ['topics', 'contracts'];

/** Devices that Windows reserves in every folder. */
const WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

function folderName(part: string): string {
  return WINDOWS.test(part) ? `${part}_` : part;
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
