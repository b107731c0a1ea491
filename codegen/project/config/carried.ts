/** What keys and values are, as `tavro.json` says it: a type by name, the root of a file, or Avro itself. */
import { printJson } from '../../../runtime/json.js';
import { isPrimitive } from '../../../runtime/schema/schema.js';
import { type JsonNode, stringOf, toJson } from '../../model/json.js';
import { isSchemaFile } from '../../model/schema-file.js';
import type { Origin } from '../../model/source-text.js';
import { onlyKeys, type Say, textOf } from './shape.js';

/** One schema that a topic carries, and where `tavro.json` says so. */
export type Carried =
  /** A type by its full name, of any file or of one: others may define the name differently. */
  | {
      readonly form: 'type';
      readonly type: string;
      readonly file?: string;
      readonly origin: Origin;
    }
  /** What a file has at its root, named or not. */
  | { readonly form: 'file'; readonly file: string; readonly origin: Origin }
  /** A schema in `tavro.json` itself: a primitive, a union, an array or a map. */
  | { readonly form: 'avro'; readonly node: JsonNode; readonly origin: Origin };

/** Keys that are no Avro: UTF-8 text, bytes as they are, or none at all. */
const RAW_KEYS = ['string', 'bytes', 'none'] as const;
export type RawKey = (typeof RAW_KEYS)[number];

/** The format of a key that is no Avro; text where nothing is said. */
export function rawKeyOf(node: JsonNode | undefined): RawKey | undefined {
  return node === undefined ? 'string' : RAW_KEYS.find((raw) => raw === stringOf(node));
}

/** Reads what one side carries; what is wrong with it goes to `say`. */
export function readCarried(node: JsonNode, what: string, say: Say): Carried | undefined {
  const { origin } = node;
  const type = stringOf(node);
  if (type !== undefined) {
    if (!isPrimitive(type)) return { form: 'type', type, origin };
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

function readObject(
  node: JsonNode & { readonly kind: 'object' },
  what: string,
  say: Say,
): Carried | undefined {
  const { origin } = node;
  onlyKeys(node, ['avro', 'file', 'type'], say);
  const avro = node.entries.get('avro');
  const [file, type] = [textOf(node, 'file', say), textOf(node, 'type', say)];
  if (avro !== undefined) {
    if (file !== undefined || type !== undefined)
      say(origin, `${what}: "avro" is a schema by itself: leave "file" and "type" away.`);
    const name = stringOf(avro);
    // A name by itself is no less one in these words.
    if (name !== undefined && !isPrimitive(name))
      return { form: 'type', type: name, origin: avro.origin };
    return { form: 'avro', node: avro, origin: avro.origin };
  }
  if (file === undefined) {
    say(origin, `${what} needs "avro", a schema, or "file", a file of the schemas folder.`);
    return undefined;
  }
  if (!isInFolder(file)) {
    say(
      node.entries.get('file')?.origin ?? origin,
      `${what}: "file" must be a .avsc, .avpr or .avdl file of the schemas folder by its path there, such as "acme/order.avsc".`,
    );
    return undefined;
  }
  return type === undefined ? { form: 'file', file, origin } : { form: 'type', type, file, origin };
}

/** Whether a path is spelled as the folder is listed: what is pulled is written there. */
function isInFolder(file: string): boolean {
  const parts = file.split('/');
  return (
    isSchemaFile(file) && !file.includes('\\') && !parts.some((part) => /^\.{0,2}$/.test(part))
  );
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
