/** Fields that versions of a subject share, made once for all of them. */
import { isArray, isObject, type Json, parseJson } from '../../runtime/json.js';
import { isPrimitive } from '../../runtime/schema/schema.js';
import { Excerpt } from '../model/excerpt.js';
import { once } from '../model/once.js';
import { parseFiles } from '../model/parse.js';
import type { Field } from '../model/schema.js';
import { SEMANTIC_KEY } from '../model/semantic.js';
import type { SourceText } from '../model/source-text.js';
import type { FoldedText } from './parts.js';

/**
 * The parts of one file. A field can be shared if it names no type, of Avro or of Kafka Connect: then
 * it is the same in every record, namespace, version and project. One that there is anything to say of is parsed in its place.
 */
export class SharedFields {
  private readonly source: SourceText;
  private readonly parts: readonly FoldedText[];
  private readonly fields: () => ReadonlyMap<FoldedText, Field>;

  constructor(source: SourceText, parts: readonly FoldedText[]) {
    this.source = source;
    this.parts = parts;
    this.fields = once(() => this.made());
  }

  /** Whether a part is such a field. */
  readonly isShared = (part: FoldedText): boolean => this.fields().has(part);

  /** The field that a number stands for. */
  readonly byNumber = (number: number): Field | undefined => {
    const part = this.parts[number];
    return part && this.fields().get(part);
  };

  private made(): ReadonlyMap<FoldedText, Field> {
    const parts = this.parts.filter(
      (part) => part.isPlain && namesNoType(parseJson(part.unfold())),
    );
    // Together that takes half the time; one by one it is found out which there is anything to say of.
    return this.parsed(parts) ?? new Map(parts.flatMap((part) => [...(this.parsed([part]) ?? [])]));
  }

  /** The fields that parts are; `undefined` where there is anything to say of one of them. */
  private parsed(parts: readonly FoldedText[]): ReadonlyMap<FoldedText, Field> | undefined {
    const starts: number[] = [];
    let text = '[';
    for (const [index, part] of parts.entries()) {
      // Each in a record of its own: a field that changed has the name of what it was.
      text += `${index === 0 ? '' : ','}{"type":"record","name":"R${index}","fields":[`;
      starts.push(text.length);
      text += `${part.unfold()}]}`;
    }
    const at = (offset: number): number => {
      const index = starts.findLastIndex((start) => start <= offset);
      return parts[index]?.offsetOf(offset - (starts[index] ?? 0)) ?? 0;
    };
    const source = new Excerpt(this.source, `${text}]`, at);
    const { files, problems } = parseFiles([source], { role: 'history' });
    const root = files[0]?.root;
    if (root?.kind !== 'union' || problems.list.length > 0) return undefined;
    const fields = new Map<FoldedText, Field>();
    for (const [index, part] of parts.entries()) {
      const record = root.branches[index];
      const [field] = record?.kind === 'record' ? record.fields : [];
      if (field !== undefined) fields.set(part, field);
    }
    return fields;
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
