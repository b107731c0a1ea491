/** Types as other languages and databases spell them out: `string[]`, `string?`, `map<string>`, `decimal(10,2)`. */
import { isArray, isObject, type Json } from '../../runtime/json.js';

/** What words stand for. */
export interface Words {
  /** The schema that one stands for; `undefined` for what is no type. */
  schemaOf(word: string): Json | undefined;
  /** `array`, `map` or another kind that needs more than a name. */
  kindOf(word: string): string | undefined;
}

/** What no name holds, and such a spelling does. */
const SIGNS = /[[\]<>?|(),{}]/;
/** Longest text that is taken apart. */
const MAX_LENGTH = 200;

const OPTIONAL = ['optional', 'option', 'nullable', 'maybe'];
const MAPS = ['record'];

export function isNotation(text: string): boolean {
  return SIGNS.test(text);
}

/** The Avro schema that such a spelling means; `undefined` where that is not clear. */
export function readNotation(text: string, words: Words): Json | undefined {
  return text.length > MAX_LENGTH ? undefined : new NotationReader(words).type(text);
}

class NotationReader {
  private readonly words: Words;

  constructor(words: Words) {
    this.words = words;
  }

  type(given: string): Json | undefined {
    const text = given.trim();
    const branches = split(text, '|');
    if (branches.length > 1) return this.union(branches);
    if (text.endsWith('?')) return this.union(['null', text.slice(0, -1)]);
    if (text.endsWith('[]')) return this.array(text.slice(0, -2));
    if (/^\(.*\)$/.test(text)) return this.type(text.slice(1, -1));
    const [, sized, sizes] = /^(\w+)\s*\(([\d\s,]*)\)$/.exec(text) ?? [];
    if (sized !== undefined && sizes !== undefined) return this.sized(sized, sizes.split(','));
    const [, word, inner] = /^(\w+)\s*<(.*)>$/.exec(text) ?? [];
    if (word !== undefined && inner !== undefined) return this.generic(word, split(inner, ','));
    return isNotation(text) ? undefined : this.words.schemaOf(text);
  }

  /** Null first, so that the field can have it as its default. */
  private union(texts: readonly string[]): Json | undefined {
    const branches = texts.map((text) => this.type(text));
    const known = branches.flatMap((branch) => branch ?? []);
    const isWhole = !branches.includes(undefined) && !branches.some(isArray);
    const others = known.filter((branch) => branch !== 'null');
    const nulls = others.length < known.length ? ['null'] : [];
    return isWhole && others.length > 0 ? [...nulls, ...others] : undefined;
  }

  private array(text: string): Json | undefined {
    const items = this.type(text);
    return items === undefined ? undefined : { type: 'array', items };
  }

  /** Keys of maps are text in Avro: the last argument says what the values are. */
  private generic(word: string, args: readonly string[]): Json | undefined {
    const name = word.toLowerCase();
    const last = args.at(-1) ?? '';
    if (OPTIONAL.includes(name)) return this.union(['null', last]);
    const kind = MAPS.includes(name) && args.length === 2 ? 'map' : this.words.kindOf(name);
    if (kind === 'array' && args.length === 1) return this.array(last);
    const values = kind === 'map' ? this.type(last) : undefined;
    return values === undefined ? undefined : { type: 'map', values };
  }

  /** Sizes mean something for decimals only. */
  private sized(word: string, [precision = '', scale = '0']: readonly string[]): Json | undefined {
    const schema = this.words.schemaOf(word);
    if (!isObject(schema) || !('precision' in schema)) return schema;
    return { ...schema, precision: Number(precision), scale: Number(scale) };
  }
}

/** At a sign that stands outside of all brackets. */
function split(text: string, sign: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if ('<([{'.includes(char)) depth++;
    if ('>)]}'.includes(char)) depth--;
    if (char !== sign || depth !== 0) continue;
    parts.push(text.slice(start, at));
    start = at + 1;
  }
  return [...parts, text.slice(start)];
}
