/** Schemas as Avro IDL, for tests: what a schema in JSON says, in a protocol. */
import { isArray, isObject, type Json, type JsonObject, printJson } from '../../runtime/json.js';

/** A file of IDL that defines what a schema does, types within it too. */
export function idlOf(schema: Json, protocol = 'P', imports: readonly string[] = []): string {
  const printer = new Printer();
  printer.type(schema);
  const lines = [...imports.map((path) => `import ${kindOf(path)} "${path}";`), ...printer.texts];
  return `protocol ${protocol} {\n${lines.join('\n')}\n}\n`;
}

function kindOf(path: string): string {
  return path.endsWith('.avdl') ? 'idl' : path.endsWith('.avpr') ? 'protocol' : 'schema';
}

/** What annotations say besides. */
const SAID = ['type', 'name', 'fields', 'symbols', 'size', 'items', 'values', 'default', 'doc'];

class Printer {
  readonly texts: string[] = [];

  /** A type where it is used; a definition goes before what uses it. */
  type(json: Json): string {
    if (isArray(json)) return `union { ${json.map((one) => this.type(one)).join(', ')} }`;
    if (!isObject(json)) return String(json);
    const head = annotations(json);
    if (json.type === 'array') return `${head}array<${this.type(json.items ?? '')}>`;
    if (json.type === 'map') return `${head}map<${this.type(json.values ?? '')}>`;
    if (typeof json.name !== 'string') return `${head}${json.type}`;
    this.define(json, json.name);
    const namespace = typeof json.namespace === 'string' ? `${json.namespace}.` : '';
    return `${namespace}${json.name}`;
  }

  private define(json: JsonObject, name: string): void {
    const head = `${docOf(json)}${annotations(json)}${json.type} ${name}`;
    const { fields = [], symbols = [] } = json;
    if (json.type === 'fixed') this.texts.push(`${head}(${json.size});`);
    else if (json.type === 'enum') {
      const end = json.default === undefined ? '' : ` = ${json.default};`;
      this.texts.push(`${head} { ${isArray(symbols) ? symbols.join(', ') : ''} }${end}`);
    } else {
      const lines = isArray(fields) ? fields.map((one) => this.field(Object(one))) : [];
      this.texts.push(`${head} {\n${lines.join('\n')}\n}`);
    }
  }

  private field(field: JsonObject): string {
    const { type = '', name } = field;
    const end = field.default === undefined ? '' : ` = ${printJson(field.default)}`;
    return `  ${docOf(field)}${this.type(type)} ${annotations(field)}${name}${end};`;
  }
}

function docOf({ doc }: JsonObject): string {
  return doc === undefined ? '' : `/** ${doc} */ `;
}

function annotations(json: JsonObject): string {
  return Object.entries(json)
    .filter(([key]) => !SAID.includes(key))
    .map(([key, value]) => `@${key}(${printJson(value)}) `)
    .join('');
}
