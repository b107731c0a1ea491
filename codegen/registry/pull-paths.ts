import type { Model } from '../model/parse.js';
import { portableName } from '../model/portable-name.js';
import { isNamed, type NamedSchema } from '../model/schema.js';

/** Where schemas go: `acme.shop.Order` -> `acme/shop/Order.avsc`, what is a subject's own into a file of its name. */
export class PulledPaths {
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
    return this.free(base);
  }

  /** The file of what one subject carries: others may define its name differently, or it has none. */
  ofSubject(subject: string): string {
    return this.free(portableName(subject));
  }

  private free(base: string): string {
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
