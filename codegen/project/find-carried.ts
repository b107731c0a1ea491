/** What `tavro.json` says that topics carry -> the schemas, found for certain or not at all. */
import { dirname, join } from 'node:path';
import { didYouMean } from '../../runtime/nearest-name.js';
import { referencesOf } from '../emit/references.js';
import { Excerpt } from '../model/excerpt.js';
import { once } from '../model/once.js';
import type { Model } from '../model/parse.js';
import { isNamed, type NamedSchema, type Schema } from '../model/schema.js';
import { type Origin, placeOf, printPlace, type SourceText } from '../model/source-text.js';
import { mayBeIn } from '../model/unread.js';
import { type Carried, printCarried } from './config/carried.js';
import type { Config } from './config/config.js';
import { sidesOfTopic } from './config/topics.js';
import { unknownType } from './named.js';

/** The schemas that stand in `tavro.json` itself, each as a source of its own. */
export function inlineSchemas({ source, topics }: Config): ReadonlyMap<Carried, SourceText> {
  const found = new Map<Carried, SourceText>();
  if (source === undefined) return found;
  for (const { carried } of topics.flatMap(sidesOfTopic)) {
    if (carried.form !== 'avro') continue;
    const { offset, length } = carried.node.origin;
    const text = source.text.slice(offset, offset + length);
    found.set(carried, new Excerpt(source, text, (within) => offset + within));
  }
  return found;
}

/** The paths of the files whose roots topics carry. */
export function carriedFiles(config: Config): ReadonlySet<string> {
  const files = config.topics
    .flatMap(sidesOfTopic)
    .flatMap(({ carried }) => ('file' in carried ? (carried.file ?? []) : []));
  return new Set(files.map(pathsBeside(config)));
}

/** Where schemas are looked for. */
export interface Searched {
  readonly config: Config;
  /** What stands without the files that have errors, or need one that has. */
  readonly model: Model;
  /** All that the files define. */
  readonly whole: Model;
  /** Names of types that the lock knows. */
  readonly locked: ReadonlySet<string>;
  readonly inline: ReadonlyMap<Carried, SourceText>;
  /** The name that the model has for a file of the folder. */
  readonly pathOf: (file: string) => string;
}

/** Names of files as they are read from the folder that holds a `tavro.json`. */
export function pathsBeside({ file: config }: Pick<Config, 'file'>): Searched['pathOf'] {
  return (file) => join(dirname(config), file);
}

export class CarriedFinder {
  /** What was not found, or not for certain, each with its place. */
  readonly wrong: string[] = [];
  private readonly searched: Searched;
  private readonly byName = new Map<string, NamedSchema[]>();
  /** Of the files, by their names. */
  private readonly roots: ReadonlyMap<string, Schema | undefined>;
  /** Of the schemas in `tavro.json`, by their sources. */
  private readonly inline: ReadonlyMap<SourceText, Schema | undefined>;
  /** The files that the model leaves out: of what they define, nothing can be said. */
  private readonly leftOut: readonly SourceText[];
  /** By file and name. */
  private readonly defined: () => ReadonlyMap<string, NamedSchema>;

  constructor(searched: Searched) {
    this.searched = searched;
    const { model } = searched;
    for (const type of model.types) {
      const known = this.byName.get(type.name);
      if (known === undefined) this.byName.set(type.name, [type]);
      else known.push(type);
    }
    const sound = new Set(model.files.map(({ source }) => source));
    this.leftOut = searched.whole.files.flatMap(({ source }) => (sound.has(source) ? [] : source));
    const ofTopics = new Set(searched.inline.values());
    const files = model.files.filter(({ source }) => !ofTopics.has(source));
    this.roots = new Map(files.map(({ source, root }) => [source.file, root]));
    const inline = model.files.filter(({ source }) => ofTopics.has(source));
    this.inline = new Map(inline.map(({ source, root }) => [source, root]));
    this.defined = once(() => {
      const all = [...model.canonical].map(
        ([{ name, origin }, type]) => [origin, name, type] as const,
      );
      return new Map(all.map(([{ source }, name, type]) => [placeKey(source.file, name), type]));
    });
  }

  /** @param topic for messages */
  find(topic: string, carried: Carried): Schema | undefined {
    switch (carried.form) {
      case 'type':
        return carried.file === undefined
          ? this.type(topic, carried)
          : this.typeOf(topic, { ...carried, file: carried.file });
      case 'file':
        return this.root(topic, carried);
      case 'avro':
        return this.avro(topic, carried);
    }
  }

  private type(
    topic: string,
    { type, origin, meant }: Carried & { readonly form: 'type' },
  ): NamedSchema | undefined {
    const [first, ...more] = this.byName.get(type) ?? [];
    if (first === undefined) {
      if (this.leftOut.some((source) => mayBeIn(source, type))) return undefined;
      const what = `the topic ${topic} carries ${type}, which no schema defines.`;
      const { whole, locked } = this.searched;
      const renamed = locked.has(type)
        ? ` If it was renamed, write its new name here, and add "aliases": ["${type}"] to it.`
        : '';
      return this.say(
        origin,
        'TYPE_UNKNOWN',
        `${what} ${unknownType(type, whole, meant)}${renamed}`,
      );
    }
    if (more.length === 0) return first;
    const what = `the topic ${topic} carries ${type}, which ${more.length + 1} files define differently.`;
    return this.say(
      origin,
      'TYPE_AMBIGUOUS',
      `${what} Say which: { "file": "${this.below(first)}", "type": "${type}" }, or another of ${more.map((one) => this.below(one)).join(', ')}.`,
    );
  }

  private typeOf(
    topic: string,
    { type, file, origin }: { type: string; file: string; origin: Origin },
  ): NamedSchema | undefined {
    const path = this.searched.pathOf(file);
    if (!this.roots.has(path)) return this.unknownFile(topic, { file, origin });
    const found = this.defined().get(placeKey(path, type));
    if (found !== undefined) return found;
    return this.say(
      origin,
      'TYPE_UNKNOWN',
      `the topic ${topic} carries ${type} of ${file}, and this file does not define it.${didYouMean(type, this.definedIn(path))}`,
    );
  }

  private definedIn(path: string): string[] {
    const types = [...this.searched.model.canonical.keys()];
    return types.flatMap(({ name, origin }) => (origin.source.file === path ? [name] : []));
  }

  /** A root without a name is each topic's own: it is called after the topic. */
  private root(
    topic: string,
    carried: { readonly file: string; readonly origin: Origin },
  ): Schema | undefined {
    const root = this.roots.get(this.searched.pathOf(carried.file));
    if (root === undefined) return this.unknownFile(topic, carried);
    return isNamed(root) ? this.canonical(root) : { ...root };
  }

  private avro(topic: string, carried: Carried & { form: 'avro' }): Schema | undefined {
    const source = this.searched.inline.get(carried);
    const root = source && this.inline.get(source);
    // What is wrong with it is told as of any file.
    if (root === undefined) return undefined;
    const types = isNamed(root) ? [root] : referencesOf(root);
    const own = types.find(({ origin }) => origin.source === source);
    if (own !== undefined)
      return this.say(
        own.origin,
        'TYPE_INLINE',
        `${own.name} is defined in tavro.json: put it into a file of its own, and its name or { "file": … } here.`,
      );
    for (const { name } of types)
      if ((this.byName.get(name)?.length ?? 0) > 1)
        return this.say(
          carried.origin,
          'TYPE_AMBIGUOUS',
          `the topic ${topic} carries ${printCarried(carried)}, and several files define ${name} differently. Put this schema into a file beside the one that it means, and { "file": … } here.`,
        );
    return isNamed(root) ? this.canonical(root) : root;
  }

  private canonical(type: NamedSchema): NamedSchema {
    return this.searched.model.canonical.get(type) ?? type;
  }

  private unknownFile(
    topic: string,
    { file, origin }: { readonly file: string; readonly origin: Origin },
  ): undefined {
    const path = this.searched.pathOf(file);
    if (this.leftOut.some((source) => source.file === path)) return undefined;
    const known = [...this.roots.keys()].map((path) => this.inFolder(path));
    return this.say(
      origin,
      'FILE_UNKNOWN',
      `the topic ${topic} carries what is in ${JSON.stringify(file)}, and the schemas folder has no such file that holds a schema.${didYouMean(file, known)}`,
    );
  }

  private below({ origin }: NamedSchema): string {
    return this.inFolder(origin.source.file);
  }

  private inFolder(path: string): string {
    const folder = dirname(this.searched.config.file);
    return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
  }

  private say(origin: Origin, code: string, message: string): undefined {
    this.wrong.push(`${printPlace(placeOf(origin))}: error ${code}: ${message}`);
  }
}

function placeKey(file: string, name: string): string {
  return `${name} ${file}`;
}
