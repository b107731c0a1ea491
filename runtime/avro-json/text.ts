/**
 * JSON text as it stands. JSON.parse puts an object's number-like keys first, keeps one of several
 * equal keys and rounds whole numbers; Avro-JSON must give back the very same map and long.
 */
import { AvroError } from '../errors.js';
import { MAX_JSON_DEPTH, MAX_JSON_TEXT } from '../limits.js';

/** A JSON value. Whole numbers beyond 2^53 are bigint, objects are {@link JsonEntries}. */
export type JsonTree =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonTree[]
  | JsonEntries;

/** A JSON object: its entries in the order of the text, repeated keys included. */
export interface JsonEntries {
  readonly entries: readonly (readonly [key: string, value: JsonTree])[];
}

/** Longest whole number that is kept exactly, in characters: a long has at most 20. */
const MAX_EXACT_DIGITS = 40;

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Parses a JSON text.
 * @throws AvroError `AVRO_JSON` for a text that is not JSON, `AVRO_LIMIT` for one that is too long
 * or nests too deep.
 */
export function parseJsonText(text: string): JsonTree {
  if (text.length > MAX_JSON_TEXT) {
    throw new AvroError('AVRO_LIMIT', `The JSON text has over ${MAX_JSON_TEXT} characters.`);
  }
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

/** Whether a value is a JSON object. */
export function isEntries(json: JsonTree): json is JsonEntries {
  return typeof json === 'object' && json !== null && 'entries' in json && !Array.isArray(json);
}

/** `Array.isArray` that narrows readonly arrays too. */
export function isItems(json: JsonTree): json is readonly JsonTree[] {
  return Array.isArray(json);
}

class Parser {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) this.fail('the end of the text');
  }

  value(depth: number): JsonTree {
    if (depth > MAX_JSON_DEPTH) {
      throw new AvroError('AVRO_LIMIT', `The JSON text nests over ${MAX_JSON_DEPTH} deep.`);
    }
    this.space();
    switch (this.text[this.at]) {
      case '{':
        return { entries: this.list('}', () => this.entry(depth + 1)) };
      case '[':
        return this.list(']', () => this.value(depth + 1));
      case '"':
        return this.string();
      default:
        return this.wordOrNumber();
    }
  }

  private list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    this.at++;
    this.space();
    if (this.took(close)) return items;
    do items.push(item());
    while (this.separated());
    if (!this.took(close)) this.fail(`"," or "${close}"`);
    return items;
  }

  private separated(): boolean {
    this.space();
    return this.took(',');
  }

  private entry(depth: number): readonly [string, JsonTree] {
    this.space();
    if (this.text[this.at] !== '"') this.fail('a key in quotes');
    const key = this.string();
    this.space();
    if (!this.took(':')) this.fail('":"');
    return [key, this.value(depth)];
  }

  private string(): string {
    const start = this.at;
    let end = start;
    do {
      end = this.text.indexOf('"', end + 1);
      if (end < 0) this.fail('a string that ends');
    } while (this.escaped(end, start));
    try {
      const value: unknown = JSON.parse(this.text.slice(start, end + 1));
      this.at = end + 1;
      return String(value);
    } catch {
      return this.fail('a string with valid escapes and no control characters');
    }
  }

  /** A quote after an odd number of backslashes is part of the string. */
  private escaped(quote: number, start: number): boolean {
    let slash = quote - 1;
    while (slash > start && this.text[slash] === '\\') slash--;
    return (quote - 1 - slash) % 2 === 1;
  }

  private wordOrNumber(): null | boolean | number | bigint {
    WORD.lastIndex = this.at;
    const [word] = WORD.exec(this.text) ?? [];
    if (word === undefined) return this.number();
    this.at += word.length;
    return word === 'null' ? null : word === 'true';
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.fail('a value');
    const [digits, fraction, exponent] = match;
    const value = Number(digits);
    if (!Number.isFinite(value)) this.fail('a number that a double can hold');
    this.at += digits.length;
    const isWhole = fraction === undefined && exponent === undefined;
    return isWhole && !Number.isSafeInteger(value) && digits.length <= MAX_EXACT_DIGITS
      ? BigInt(digits)
      : value;
  }

  private took(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.test(this.text);
    this.at = SPACE.lastIndex;
  }

  private fail(expected: string): never {
    const message = `The text is not JSON: expected ${expected} at character ${this.at + 1}.`;
    throw new AvroError('AVRO_JSON', message, { expected });
  }
}
