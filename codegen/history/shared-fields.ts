/** Fields that versions of a subject share, made once for all of them. */
import { isArray, isObject, type Json, parseJson } from '../../runtime/json.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import { Excerpt } from '../model/excerpt.js';
import { parseFiles } from '../model/parse.js';
import type { Field } from '../model/schema.js';
import { SEMANTIC_KEY } from '../model/semantic.js';
import type { SourceText } from '../model/source-text.js';
import type { FoldedText } from './parts.js';

/** What stands around a field so that it can be parsed. */
const [BEFORE, AFTER] = ['{"type":"record","name":"R","fields":[', ']}'] as const;

/**
 * The parts of one file. A field can be shared if it names no type, of Avro or of Kafka Connect: then
 * it is the same in every record, namespace, version and project. One that there is anything to say of is parsed in its place.
 */
export class SharedFields {
  private readonly source: SourceText;
  private readonly parts: readonly FoldedText[];
  private readonly numbers: ReadonlyMap<FoldedText, number>;
  private readonly fields = new Map<FoldedText, Field | undefined>();

  constructor(source: SourceText, parts: readonly FoldedText[]) {
    this.source = source;
    this.parts = parts;
    this.numbers = new Map(parts.map((part, index) => [part, index]));
  }

  /** Whether a part is such a field. */
  readonly isShared = (part: FoldedText): boolean => this.fieldOf(part) !== undefined;

  /** The field that a number stands for. */
  readonly byNumber = (number: number): Field | undefined => {
    const part = this.parts[number];
    return part && this.fieldOf(part);
  };

  private fieldOf(part: FoldedText): Field | undefined {
    if (!this.fields.has(part)) this.fields.set(part, this.made(part));
    return this.fields.get(part);
  }

  private made(part: FoldedText): Field | undefined {
    if (!part.isPlain || !this.numbers.has(part)) return undefined;
    const text = part.unfold();
    if (!namesNoType(parseJson(text))) return undefined;
    const at = (offset: number): number => part.offsetOf(offset - BEFORE.length);
    const source = new Excerpt(this.source, BEFORE + text + AFTER, at);
    const { files, problems } = parseFiles([source], { role: 'history' });
    const root = files[0]?.root;
    return root?.kind === 'record' && problems.list.length === 0 ? root.fields[0] : undefined;
  }
}

function namesNoType(field: Json): boolean {
  return isObject(field) && field.type !== undefined && isNameless(field.type);
}

function isNameless(type: Json): boolean {
  if (typeof type === 'string') return isPrimitive(type);
  if (isArray(type)) return type.every(isNameless);
  if (!isObject(type) || typeof type.type !== 'string') return false;
  // What it counts as is for the project to say.
  if (type[SEMANTIC_KEY] !== undefined) return false;
  if (type.type === 'array') return type.items !== undefined && isNameless(type.items);
  if (type.type === 'map') return type.values !== undefined && isNameless(type.values);
  return isPrimitive(type.type);
}
