/** What keys and values are, as `tavro.json` says it: a type by name, the root of a file, or Avro itself. */
import { printJson } from '../../../runtime/json.js';
import { nearestName } from '../../../runtime/nearest-name.js';
import { isPrimitive, PRIMITIVES } from '../../../runtime/schema/schema.js';
import { type JsonNode, stringOf, toJson } from '../../model/json.js';
import type { Origin } from '../../model/source-text.js';
import { AVRO, choice, either, part, type Shared, TEXT, type Text } from './setting.js';
import { PartReader, type Say } from './shape.js';

/** One schema that a topic carries, and where `tavro.json` says so. */
export type Carried =
  /** A type by its full name, of any file or of one: others may define the name differently. */
  | {
      readonly form: 'type';
      readonly type: string;
      readonly file?: string;
      readonly origin: Origin;
      /** What seems to be meant where no type has the name, as `tavro.json` says it. */
      readonly meant?: string;
    }
  /** What a file has at its root, named or not. */
  | { readonly form: 'file'; readonly file: string; readonly origin: Origin }
  /** A schema in `tavro.json` itself: a primitive, a union, an array or a map. */
  | { readonly form: 'avro'; readonly node: JsonNode; readonly origin: Origin };

/** Keys that are no Avro: UTF-8 text, bytes as they are, or none at all. */
export const RAW_KEY = choice(['string', 'bytes', 'none']);
export type RawKey = (typeof RAW_KEY.choices)[number];
/** What keys are where nothing is said. */
export const DEFAULT_KEY: RawKey = 'string';

const TYPE_NAME: Text = {
  form: 'text',
  like: { pattern: new RegExp(`^(?!(?:${[...PRIMITIVES].join('|')})$)`), must: 'be no Avro type' },
  names: 'type',
  called: 'full name of a type',
};

/** A path spelled as the folder is listed: what is pulled is written there. */
const FILE: Text = {
  form: 'text',
  like: {
    pattern: /^(?:(?!\.{1,2}\/)[^/\\]+\/)*[^/\\]*\.(?:avsc|avpr|avdl)$/,
    must: 'be a .avsc, .avpr or .avdl file of the schemas folder by its path there, such as "acme/order.avsc"',
  },
  names: 'file',
  called: 'path of a file',
};

const OF_FILE = part({
  file: {
    is: FILE,
    isRequired: true,
    doc: 'A file of the schemas folder by its path there: what it has at its root.',
    example: 'prices-value.avsc',
  },
  type: {
    is: { ...TEXT, names: 'type', called: 'full name of a type' },
    doc: 'The type of that full name which the file defines: others may define the name differently.',
    example: 'acme.Price',
  },
});

const OF_AVRO = part({
  avro: {
    is: AVRO,
    isRequired: true,
    doc: 'Any Avro schema that defines no type of its own.',
    example: { type: 'map', values: 'acme.Order' },
  },
});

const OBJECT = part({ ...OF_AVRO.settings, ...OF_FILE.settings });

export const CARRIED: Shared = {
  form: 'shared',
  name: 'carried',
  title: 'What a topic carries',
  doc: 'The full name of a type that one file defines, or an object with `avro`, or with `file` and perhaps `type`. [More](topics.md#what-a-topic-carries-tavrojson).',
  is: either(TYPE_NAME, OF_FILE, OF_AVRO),
};

/** The format of a key that is no Avro; text where nothing is said. */
export function rawKeyOf(node: JsonNode | undefined): RawKey | undefined {
  return node === undefined ? DEFAULT_KEY : RAW_KEY.choices.find((raw) => raw === stringOf(node));
}

/** Reads what one side carries; what is wrong with it goes to `say`. */
export function readCarried(node: JsonNode, what: string, say: Say): Carried | undefined {
  const { origin } = node;
  const type = stringOf(node);
  if (type !== undefined) {
    if (!isPrimitive(type)) return { form: 'type', type, origin, ...meantBy(type) };
    say(origin, `${what}: "${type}" is no type of a file. For Avro write { "avro": "${type}" }.`);
    return undefined;
  }
  if (node.kind === 'object') return readObject(node, what, say);
  say(
    origin,
    `${what} must be the full name of a type, { "file": "….avsc" }, or { "avro": a schema }.`,
  );
  return undefined;
}

/** A file, or Avro's own type, where what is written is no type of the project. */
function meantBy(type: string): { readonly meant?: string } {
  if (FILE.like?.pattern.test(type)) return { meant: `{ "file": ${JSON.stringify(type)} }` };
  const avro = nearestName(type, PRIMITIVES);
  return avro === undefined ? {} : { meant: `{ "avro": ${JSON.stringify(avro)} }` };
}

/** One of some words, where what is written is no type of the project. */
export function meantWord(type: string, words: Iterable<string>): { readonly meant?: string } {
  const word = nearestName(type, words);
  return word === undefined ? {} : { meant: JSON.stringify(word) };
}

function readObject(
  node: JsonNode & { readonly kind: 'object' },
  what: string,
  say: Say,
): Carried | undefined {
  const { origin } = node;
  const read = new PartReader(node, OBJECT, say);
  const avro = read.at('avro');
  if (avro !== undefined) {
    if (read.has('file') || read.has('type'))
      say(origin, `${what}: "avro" is a schema by itself: leave "file" and "type" away.`);
    const name = stringOf(avro);
    // A name by itself is no less one in these words.
    if (name !== undefined && !isPrimitive(name))
      return { form: 'type', type: name, origin: avro.origin, ...meantWord(name, PRIMITIVES) };
    return { form: 'avro', node: avro, origin: avro.origin };
  }
  const [file, type] = [read.text('file'), read.text('type')];
  if (read.lacks('file') && read.lacks('avro'))
    say(origin, `${what} needs "avro", a schema, or "file", a file of the schemas folder.`);
  if (file === undefined) return undefined;
  return type === undefined ? { form: 'file', file, origin } : { form: 'type', type, file, origin };
}

/** What is carried, in the words of `tavro.json`. */
export function printCarried(carried: Carried): string {
  switch (carried.form) {
    case 'type':
      return carried.file === undefined ? carried.type : `${carried.type} of ${carried.file}`;
    case 'file':
      return carried.file;
    case 'avro':
      return printJson(toJson(carried.node));
  }
}
