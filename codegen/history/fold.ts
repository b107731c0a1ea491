/** Schemas -> texts that name their fields by number, so that a field is written once for all versions. */
import { isArray, isObject, type Json, type JsonObject, printJson } from '../../runtime/json.js';
import { MAX_UNFOLDED_CHARACTERS } from './parts.js';

/** From here on versions are written whole: what is written must be read again. */
const MAX_FOLDED_CHARACTERS = MAX_UNFOLDED_CHARACTERS / 2;

/** Folds the versions of one subject, oldest first. */
export class Folding {
  private readonly numbers = new Map<string, number>();
  /** Characters that the parts named so far stand for. */
  private named = 0;
  private isWhole = false;

  /** The parts by their numbers; each is named only after those that it names. */
  get parts(): readonly string[] {
    return [...this.numbers.keys()];
  }

  /** A schema, whatever its JSON is, in one line. */
  fold(schema: Json): string {
    this.isWhole = this.named > MAX_FOLDED_CHARACTERS;
    return this.type(schema);
  }

  private type(json: Json): string {
    if (isArray(json)) return this.list(json, (branch) => this.type(branch));
    return isObject(json) ? this.object(json, TYPE) : printJson(json);
  }

  private fields(json: Json): string {
    return isArray(json) ? this.list(json, (field) => this.field(field)) : printJson(json);
  }

  private field(json: Json): string {
    const text = isObject(json) ? this.object(json, FIELD) : printJson(json);
    // A number that stands in place of a field must be a part, or would be taken for one's number.
    const isPart = isObject(json) ? !this.isWhole : /^[-\d]/.test(text);
    return isPart ? String(this.numberOf(text)) : text;
  }

  private numberOf(part: string): number {
    this.named += part.length;
    const number = this.numbers.get(part) ?? this.numbers.size;
    this.numbers.set(part, number);
    return number;
  }

  private object(json: JsonObject, positions: ReadonlyMap<string, 'type' | 'fields'>): string {
    let text = '';
    for (const [key, value] of Object.entries(json)) {
      const position = positions.get(key);
      const printed = position === undefined ? printJson(value) : this[position](value);
      text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${printed}`;
    }
    return `{${text}}`;
  }

  private list(items: readonly Json[], print: (item: Json) => string): string {
    let text = '';
    for (const item of items) text += `${text === '' ? '' : ','}${print(item)}`;
    return `[${text}]`;
  }
}

/** Keys of a type under which types and fields stand. */
const TYPE: ReadonlyMap<string, 'type' | 'fields'> = new Map([
  ['type', 'type'],
  ['items', 'type'],
  ['values', 'type'],
  ['fields', 'fields'],
]);
const FIELD: ReadonlyMap<string, 'type' | 'fields'> = new Map([['type', 'type']]);
