/** Schemas of a registry -> `.avsc` files, and how `tavro.json` names what each subject carries. */
import type { Json } from '../../runtime/json.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import { toJson } from '../model/json.js';
import { printSchema } from '../model/print.js';
import { isNamed, type NamedSchema, type Schema, visit } from '../model/schema.js';
import { PulledPaths } from './pull-paths.js';
import type {
  CarriedWords,
  LocalSchemas,
  PulledFile,
  PulledFiles,
  PulledRoot,
} from './pulled-schemas.js';
import { textOf } from './registered.js';
import { printSchemaText } from './schema-text.js';

/**
 * The files that hold these schemas. A type that all define alike gets a file of its own where
 * several use it. Of a name that subjects define differently each subject gets its own definition, in
 * a file of its own.
 */
export function filesOf(roots: readonly PulledRoot[], local: LocalSchemas): PulledFiles {
  return new Layout(roots, local).files();
}

/** A definition, and the roots that lead to it. */
interface Definition {
  readonly type: NamedSchema;
  readonly roots: Set<PulledRoot>;
}

class Layout {
  private readonly roots: readonly PulledRoot[];
  private readonly local: LocalSchemas;
  private readonly paths: PulledPaths;
  /** Full name -> text -> definition. */
  private readonly definitions = new Map<string, Map<string, Definition>>();
  /** Names at roots of which there is more than one definition. */
  private readonly contested: ReadonlySet<string>;
  /** The definition that a file of the folder has at its root. */
  private readonly localRoots: ReadonlyMap<string, Schema>;
  private localTypes: ReadonlyMap<string, readonly NamedSchema[]>;
  /** Of a name: the first subject that carries it. */
  private readonly carriers = new Map<string, PulledRoot>();
  /** Of a contested name and a text: the file that has it at its root. */
  private readonly homes = new Map<string, string>();
  /** Of these, the files whose definitions subjects carry. */
  private readonly usedHomes = new Set<string>();
  private readonly written = new Map<string, PulledFile>();
  private readonly notes: string[] = [];

  constructor(roots: readonly PulledRoot[], local: LocalSchemas) {
    this.local = local;
    this.localRoots = new Map(
      local.model.files.flatMap(({ source, root }) => (root ? [[source.file, root] as const] : [])),
    );
    this.localTypes = byName(local.model.types);
    const carried = roots.filter(({ isCarried }) => isCarried);
    for (const root of carried) this.note(root);
    const loose = roots.filter((root) => !root.isCarried && this.saysTheSame(root));
    for (const root of loose) this.note(root);
    this.roots = [...carried, ...loose];
    const types = this.lastingTypes();
    this.localTypes = byName(types);
    this.paths = new PulledPaths({ files: local.model.files, types });
    for (const root of this.roots)
      if (!this.carriers.has(nameOf(root.schema))) this.carriers.set(nameOf(root.schema), root);
    this.contested = this.contestedNames();
    for (const [path, root] of this.localRoots)
      if (this.contested.has(nameOf(root))) this.homes.set(homeKey(root), path);
    for (const { schema } of [...this.roots, ...local.kept]) {
      const home = this.homes.get(homeKey(schema));
      if (home !== undefined) this.usedHomes.add(home);
    }
  }

  files(): PulledFiles {
    const carried = new Map(this.roots.map((root) => [root.subject, this.place(root)]));
    for (const { subject, schema } of this.local.kept)
      if (this.contested.has(schema.name))
        carried.set(subject, { file: schema.origin.source.file, type: schema.name });
    for (const [name, texts] of this.definitions) {
      const [definition, ...more] = [...texts.values()];
      if (definition === undefined || more.length > 0 || this.contested.has(name)) continue;
      if (this.isApart(definition.type)) this.writeType(definition.type);
    }
    for (const { source, root, messages } of this.local.model.files)
      if (root !== undefined && messages === undefined) this.rewriteLeaning(source.file, root);
    const files = [...this.written.values()];
    return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), notes: this.notes, carried };
  }

  private note(root: PulledRoot): void {
    visit(root.schema, (type) => {
      if (!isNamed(type)) return;
      const texts = this.definitions.get(type.name) ?? new Map<string, Definition>();
      this.definitions.set(type.name, texts);
      const text = textOf(type);
      const known = texts.get(text) ?? { type, roots: new Set() };
      known.roots.add(root);
      texts.set(text, known);
    });
  }

  /** Whether a root says of its name what topics and the folder say, if they say anything. */
  private saysTheSame({ schema }: PulledRoot): boolean {
    const texts = this.definitions.get(nameOf(schema));
    const text = textOf(schema);
    const stays = this.stayingTexts(nameOf(schema)).filter((other) => other !== text);
    return isNamed(schema) && stays.length === 0 && (texts === undefined || texts.has(text));
  }

  /** What the folder goes on saying of a name. */
  private stayingTexts(name: string): readonly string[] {
    const types = this.localTypes.get(name) ?? [];
    const isRoot = (type: NamedSchema): boolean => {
      const root = this.localRoots.get(type.origin.source.file);
      return root !== undefined && nameOf(root) === type.name;
    };
    // What is but a part of a file stays as long as the file does.
    return types.filter((type) => !isRoot(type) || this.local.staying.has(type)).map(textOf);
  }

  private contestedNames(): ReadonlySet<string> {
    const texts = new Map<string, Set<string>>();
    for (const { schema } of [...this.roots, ...this.local.kept]) {
      if (!isNamed(schema)) continue;
      texts.set(schema.name, (texts.get(schema.name) ?? new Set()).add(textOf(schema)));
    }
    // Where it stands within others it is no less a definition of the name.
    for (const [name, known] of texts)
      for (const text of this.definitions.get(name)?.keys() ?? []) known.add(text);
    // To what the registry says, what the folder means by a name is nothing.
    for (const [name, known] of this.definitions) {
      const isWritten = [...known.values()].some(({ roots }) =>
        [...roots].some(({ subject }) => !this.local.staying.hasSubject(subject)),
      );
      const all = isWritten ? this.stayingTexts(name) : [];
      if (all.length > 0)
        texts.set(name, new Set([...known.keys(), ...all, ...(texts.get(name) ?? [])]));
    }
    return new Set([...texts].flatMap(([name, { size }]) => (size > 1 ? [name] : [])));
  }

  /** The folder's types but those that go with what their files held so far. */
  private lastingTypes(): readonly NamedSchema[] {
    const given = new Map(this.roots.map((root) => [fileOf(root), root.schema]));
    return this.local.model.types.filter((type) => {
      const { file } = type.origin.source;
      const root = this.localRoots.get(file);
      const next = given.get(file);
      if (root === undefined || (next && textOf(next) === textOf(root))) return true;
      const isRoot = nameOf(root) === type.name;
      if (next !== undefined) return isRoot && nameOf(next) === type.name;
      const texts = isNamed(root) ? this.definitions.get(root.name) : undefined;
      if (isRoot || texts === undefined || this.local.staying.has(root)) return true;
      return texts.size === 1 && texts.has(textOf(root));
    });
  }

  /** Writes what a subject carries, unless that is a type like others. */
  private place(root: PulledRoot): CarriedWords {
    const { schema } = root;
    const file = fileOf(root);
    if (!isNamed(schema)) return this.placeUnnamed(root, file);
    const { name } = schema;
    if (!this.contested.has(name) && file === undefined) return name;
    const path = file ?? this.ownFile(root, schema);
    this.write(path, schema);
    return { file: path, type: name };
  }

  /** Subjects that define a name alike share a file. */
  private ownFile({ subject, given }: PulledRoot, schema: NamedSchema): string {
    const home = this.homes.get(homeKey(schema));
    if (home !== undefined) return home;
    const [known, ...more] = this.localTypes.get(schema.name) ?? [];
    const isIts = given?.form === 'type' && given.type === schema.name;
    const here = known && more.length === 0 && isIts ? this.paths.of(known) : undefined;
    const isFree = here !== undefined && !this.usedHomes.has(here);
    const path = isFree ? here : this.paths.ofSubject(subject);
    this.usedHomes.add(path);
    this.homes.set(homeKey(schema), path);
    return path;
  }

  private placeUnnamed({ subject, schema, given }: PulledRoot, file?: string): CarriedWords {
    const words = printSchema(schema);
    const before = this.local.staying.of(subject);
    const isSame = before !== undefined && textOf(before) === textOf(schema);
    if (given?.form === 'avro' && (isSame || this.local.staying.keepsWords(subject)))
      return { avro: toJson(given.node) };
    if (file === undefined && isPrimitive(schema.kind)) return { avro: words };
    const path = file ?? this.paths.ofSubject(subject);
    this.write(path, schema);
    return { file: path };
  }

  /** Whether a type that all define alike has a file of its own. */
  private isApart(type: NamedSchema): boolean {
    const texts = this.definitions.get(type.name);
    if (texts === undefined || texts.size !== 1 || this.contested.has(type.name)) return false;
    const [definition] = texts.values();
    if (this.carriers.has(type.name) || (definition?.roots.size ?? 0) > 1) return true;
    const [known, ...more] = this.localTypes.get(type.name) ?? [];
    return known !== undefined && more.length === 0;
  }

  private writeType(type: NamedSchema): void {
    if (fileOf(this.carriers.get(type.name)) !== undefined) return;
    const [known] = this.localTypes.get(type.name) ?? [];
    if (known !== undefined && textOf(known) === textOf(type)) return;
    const path = this.paths.of(type);
    if (path !== undefined) this.write(path, type);
    else
      this.notes.push(
        `${type.name} is defined within ${known?.origin.source.file}, otherwise than in the registry. Change it there.`,
      );
  }

  private write(path: string, schema: Schema): void {
    const known = this.localRoots.get(path);
    if (known !== undefined && textOf(known) === textOf(schema)) return;
    const text = this.textFor(schema, path);
    this.written.set(path, {
      path,
      type: nameOf(schema),
      text,
      isKept: known === undefined ? this.isUnread(path) : this.local.staying.has(known),
    });
  }

  /** Whether a file is there that cannot be read, and stays. */
  private isUnread(path: string): boolean {
    const isThere = this.local.model.files.some(({ source }) => source.file === path);
    return isThere && this.local.staying.hasUnread;
  }

  /** What a file meant by names that no other file defines for certain any more goes into the file. */
  private rewriteLeaning(path: string, root: Schema): void {
    if (this.written.has(path)) return;
    let isLeaning = false;
    visit(root, (type) => {
      if (!isNamed(type) || type.origin.source.file === path || this.isApart(type)) return;
      isLeaning ||= this.definitions.has(type.name) || !this.localTypes.has(type.name);
    });
    if (!isLeaning) return;
    this.written.set(path, {
      path,
      type: nameOf(root),
      text: this.textFor(root, path),
      isKept: false,
    });
  }

  private textFor(root: Schema, path: string): string {
    const defined = new Set([nameOf(root)]);
    const inline = (type: NamedSchema): Json => {
      const [known] = this.localTypes.get(type.name) ?? [];
      // What the file defines within its root goes on standing there.
      const isHere = known?.origin.source.file === path;
      if ((this.isApart(type) && !isHere) || defined.has(type.name)) return type.name;
      defined.add(type.name);
      return printSchema(type, { reference: inline });
    };
    return printSchemaText(printSchema(root, { reference: inline }));
  }
}

function byName(types: readonly NamedSchema[]): ReadonlyMap<string, readonly NamedSchema[]> {
  const found = new Map<string, NamedSchema[]>();
  for (const type of types) found.set(type.name, [...(found.get(type.name) ?? []), type]);
  return found;
}

/** The file that `tavro.json` names for what a subject carries. */
function fileOf({ given }: Pick<PulledRoot, 'given'> = {}): string | undefined {
  return given !== undefined && 'file' in given ? given.file : undefined;
}

function homeKey(schema: Schema): string {
  return `${nameOf(schema)} ${textOf(schema)}`;
}
