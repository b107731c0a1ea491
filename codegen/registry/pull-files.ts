/** Schemas of a registry -> `.avsc` files: one per type that several use, or that a subject carries. */
import type { Json } from '../../runtime/json.js';
import type { Model } from '../model/parse.js';
import { printSchema } from '../model/print.js';
import { isNamed, type NamedSchema, visit } from '../model/schema.js';
import { textOf } from './registered.js';
import { printSchemaText } from './schema-text.js';

/** What a subject carries now. */
export interface PulledRoot {
  readonly subject: string;
  readonly schema: NamedSchema;
  /** Ids grow: the greater one is newer. */
  readonly id: number;
}

export interface PulledFile {
  /** Below the schemas folder. */
  readonly path: string;
  readonly text: string;
  /** Full name of the type. */
  readonly type: string;
  /** Whether a file with another definition of the type is there already. */
  readonly replaces: boolean;
}

export interface PulledFiles {
  readonly files: readonly PulledFile[];
  /** What deserves a look. */
  readonly notes: readonly string[];
}

/** A definition, and where it comes from. */
interface Definition {
  readonly type: NamedSchema;
  readonly text: string;
  readonly root: PulledRoot;
}

/**
 * The files that hold these schemas.
 * @param local what the folder holds already: it is referred to, and replaced only if it differs
 */
export function filesOf(
  roots: readonly PulledRoot[],
  local: Pick<Model, 'files' | 'types'>,
): PulledFiles {
  const definitions = definitionsIn(roots);
  const notes: string[] = [];
  const apart = new Map<string, Definition>();
  const rootNames = new Set(roots.map(({ schema }) => schema.name));
  for (const [name, all] of definitions) {
    const isRoot = rootNames.has(name);
    const chosen = newest(all);
    const variants = all.filter(({ text }) => text !== chosen.text);
    if (isRoot && variants.length > 0) notes.push(noteOf(name, chosen, variants));
    const isShared = variants.length === 0 && new Set(all.map(({ root }) => root)).size > 1;
    if (isRoot || isShared) apart.set(name, chosen);
  }
  const own = new Map(local.types.map((type) => [type.name, type]));
  const isApart = (name: string): boolean => apart.has(name) || own.has(name);
  const paths = new Paths(local);
  const files = [...apart].flatMap(([name, { type, text }]): PulledFile[] => {
    const known = own.get(name);
    if (known !== undefined && textOf(known) === text) return [];
    const path = paths.of(type);
    if (path === undefined) {
      notes.push(
        `${name} is defined within ${known?.origin.source.file}, otherwise than in the registry. Change it there.`,
      );
      return [];
    }
    return [{ path, type: name, text: fileText(type, isApart), replaces: known !== undefined }];
  });
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), notes };
}

function definitionsIn(roots: readonly PulledRoot[]): Map<string, Definition[]> {
  const found = new Map<string, Definition[]>();
  for (const root of roots) {
    visit(root.schema, (type) => {
      if (!isNamed(type)) return;
      const all = found.get(type.name) ?? [];
      all.push({ type, text: textOf(type), root });
      found.set(type.name, all);
    });
  }
  return found;
}

function newest(all: readonly Definition[]): Definition {
  return all.reduce((best, one) => (one.root.id > best.root.id ? one : best));
}

function noteOf(name: string, chosen: Definition, variants: readonly Definition[]): string {
  const others = [...new Set(variants.map(({ root }) => root.subject))].join(', ');
  return `${name} is not the same under ${chosen.root.subject} and ${others}: the newest is taken, of ${chosen.root.subject}. The others get a draft.`;
}

function fileText(root: NamedSchema, isApart: (name: string) => boolean): string {
  const defined = new Set([root.name]);
  const inline = (type: NamedSchema): Json => {
    if (isApart(type.name) || defined.has(type.name)) return type.name;
    defined.add(type.name);
    return printSchema(type, { reference: inline });
  };
  return printSchemaText(printSchema(root, { reference: inline }));
}

/** Where types go: `acme.shop.Order` -> `acme/shop/Order.avsc`. */
class Paths {
  /** Of the folder's types, each under its name the first that has it. */
  private readonly types = new Map<string, NamedSchema>();
  /** Of the folder's files, the name of the type that each is for. */
  private readonly roots = new Map<string, string>();
  /** In lower case: some file systems know no other. */
  private readonly taken = new Set<string>();
  /** The number that a path gets next, where it was wanted before. */
  private readonly numbers = new Map<string, number>();

  constructor(local: Pick<Model, 'files' | 'types'>) {
    for (const type of local.types) if (!this.types.has(type.name)) this.types.set(type.name, type);
    for (const { source, root } of local.files) {
      this.taken.add(source.file.toLowerCase());
      if (root !== undefined && isNamed(root)) this.roots.set(source.file, root.name);
    }
  }

  /** The file that holds the type, or a new one; `undefined` where it is but a part of a file. */
  of(type: NamedSchema): string | undefined {
    const known = this.types.get(type.name);
    if (known !== undefined) {
      const { file } = known.origin.source;
      return this.roots.get(file) === type.name ? file : undefined;
    }
    // A registry's names are not to be trusted: nothing in them may lead out of the folder.
    const base = type.name
      .split('.')
      .map((part) => shortened(part.replace(/[^\p{L}\p{Nd}_]/gu, '_')))
      .filter((part) => part !== '')
      .join('/');
    let path = `${base}.avsc`;
    let number = this.numbers.get(base.toLowerCase()) ?? 2;
    for (; this.taken.has(path.toLowerCase()); number++) path = `${base}-${number}.avsc`;
    this.numbers.set(base.toLowerCase(), number);
    this.taken.add(path.toLowerCase());
    return path;
  }
}

/** Most bytes of a file's name here: file systems take 255, and an ending and a number go behind it. */
const MAX_NAME_BYTES = 200;

function shortened(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  // A character that was cut in two decodes as U+FFFD.
  return bytes.toString('utf8', 0, MAX_NAME_BYTES).replace(/\uFFFD$/, '');
}
