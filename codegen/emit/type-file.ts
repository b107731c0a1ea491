/** The file of one named type: its interfaces, its reader and writer, its codec. */

import { printJson } from '../../runtime/json.js';
import { fingerprint } from '../../runtime/schema/canonical.js';
import type { EnumSchema, FixedSchema, NamedSchema, RecordSchema } from '../model/schema.js';
import { appearanceOf, fieldLongs, isOptional } from './appearance.js';
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import { GeneratedFile } from './file.js';
import { literal } from './literal.js';
import { Locals } from './locals.js';
import type { TypeNames } from './naming.js';
import type { Project } from './project.js';
import { propertyKey, quote } from './quote.js';
import { ReadPrinter } from './read-code.js';
import { referencesOf } from './references.js';
import { schemaPieces } from './schema-pieces.js';
import { takesReader } from './skip-code.js';
import { inLevels } from './statements.js';
import { MAX_COLUMNS } from './wrap.js';
import { WritePrinter } from './write-code.js';

/** Generates the file of a named type. */
export function typeFile(type: NamedSchema, project: Project): GeneratedFile {
  const names = project.namesOf(type);
  const declared = [
    names.type,
    names.input,
    names.codec,
    names.read,
    names.write,
    'r',
    'w',
    'value',
  ];
  const file = new GeneratedFile(names.path, declared, project.options.importExtension);
  const code = new CodePrinter(file, project);
  const body = new TypeFile(code, names).print(type);
  for (const block of [code.constants(), ...body]) {
    if (block.length === 0) continue;
    for (const line of block) file.body.writeLine(line);
    file.body.blankLine();
  }
  return file;
}

type Block = readonly string[];

class TypeFile {
  private readonly code: CodePrinter;
  private readonly names: TypeNames;

  constructor(code: CodePrinter, names: TypeNames) {
    this.code = code;
    this.names = names;
  }

  print(type: NamedSchema): Block[] {
    const blocks =
      type.kind === 'record'
        ? this.record(type)
        : type.kind === 'enum'
          ? this.enum(type)
          : this.fixed(type);
    return [...blocks, this.codec(type)];
  }

  private record(type: RecordSchema): Block[] {
    const { names, code } = this;
    const reader = new ReadPrinter(code, () => {
      throw new Error(`The plan of ${type.name} with itself is not itself.`);
    });
    const plan = code.project.planner.pair(type, type);
    if (plan.kind !== 'record') throw new Error(`${type.name} cannot be read as itself.`);
    const write = this.levels(
      type,
      'w',
      new WritePrinter(code).record(type, new Locals(code.file)),
    );
    const locals = new Locals(code.file);
    const body = reader.record(plan, locals);
    const isRecursive = code.project.isRecursive(type);
    const read = isRecursive ? inLevels(body, names.type, locals) : body;
    // Compilers and linters complain of unused parameters.
    const r = isRecursive || takesReader(plan) ? 'r' : '_r';
    return [
      this.interface(type, 'read'),
      code.project.hasOwnInput(type)
        ? this.interface(type, 'write')
        : [
            ...docComment({ doc: `What encoding a ${names.type} takes.` }),
            `export type ${names.input} = ${names.type};`,
          ],
      this.function(
        `Writes one ${names.type}.`,
        `${names.write}(w: ${code.runtimeType('Writer')}, value: ${names.input}): void`,
        write,
      ),
      this.function(
        `Reads one ${names.type}.`,
        `${names.read}(${r}: ${code.runtimeType('Reader')}): ${names.type}`,
        read,
      ),
    ];
  }

  private interface(type: RecordSchema, side: 'read' | 'write'): Block {
    const { code, names } = this;
    const name = side === 'read' ? names.type : names.input;
    const fields = type.fields.flatMap((field) => {
      const longs = fieldLongs(code.project, type, field);
      const mayOmit = side === 'write' && isOptional(field, code.project);
      const fallback = field.default === undefined ? undefined : this.defaultText(type, field);
      const shown = code.types.print(field.type, side, longs);
      const modifier = side === 'write' ? 'readonly ' : '';
      return [
        ...docComment({ doc: field.doc, fallback, deprecated: field.props.get('deprecated') }).map(
          (line) => `  ${line}`,
        ),
        `  ${modifier}${propertyKey(field.name)}${mayOmit ? '?' : ''}: ${shown}${mayOmit ? ' | undefined' : ''};`,
      ];
    });
    const doc =
      side === 'read'
        ? type.doc
        : `What encoding a ${names.type} takes: fields with a default may be left out.`;
    const head = docComment({
      doc,
      avro: `${type.kind} ${type.name}`,
      deprecated: type.props.get('deprecated'),
    });
    if (fields.length === 0) return [...head, `export type ${name} = Record<string, never>;`];
    return [...head, `export interface ${name} {`, ...fields, '}'];
  }

  private defaultText(type: RecordSchema, field: RecordSchema['fields'][number]): string {
    if (!this.code.project.hasUsableDefault(field)) return printJson(field.default ?? null);
    const { type: schema } = field;
    // A project's own conversion would be called in a comment: show what the schema says.
    const isOwn = appearanceOf(schema, this.code.project)?.custom !== undefined;
    if (isOwn || schema.kind === 'record' || schema.kind === 'array' || schema.kind === 'map')
      return printJson(field.default ?? null);
    const text = literal(schema, field.default ?? null, {
      code: this.code,
      longs: fieldLongs(this.code.project, type, field),
    });
    return text.replace(/^new Date\((-?\d+)\)$/, (_, millis) =>
      new Date(Number(millis)).toISOString(),
    );
  }

  /** Recursive types count their levels, so that no message can nest without end. */
  private levels(type: RecordSchema, on: 'r' | 'w', body: Block): Block {
    return this.code.project.isRecursive(type)
      ? [`${on}.enter();`, ...body, `${on}.leave();`]
      : body;
  }

  private enum(type: EnumSchema): Block[] {
    const { names, code } = this;
    const entries = type.symbols.map((symbol) => `  ${propertyKey(symbol)}: ${quote(symbol)},`);
    const list = type.symbols.map(quote).join(', ');
    const symbols = code.file.reserve('symbols');
    const union = type.symbols.length === 0 ? 'never' : type.symbols.map(quote).join(' | ');
    return [
      [
        ...docComment({
          doc: type.doc,
          avro: `enum ${type.name}`,
          fallback: type.default,
          deprecated: type.props.get('deprecated'),
        }),
        `export type ${names.type} = ${union};`,
      ],
      [
        ...docComment({ doc: `The symbols of ${names.type}.` }),
        ...constant(`export const ${names.type}: { readonly [Symbol in ${names.type}]: Symbol }`, [
          ...(entries.length === 0
            ? ['Object.freeze({} as const);']
            : ['Object.freeze({', ...entries, '} as const);']),
        ]),
      ],
      [`const ${symbols}: readonly ${names.type}[] = [${list}];`],
      this.function(
        `Writes one ${names.type}.`,
        `${names.write}(w: ${code.runtimeType('Writer')}, value: ${names.type}): void`,
        [`w.symbol(value, ${symbols});`],
      ),
      this.function(
        `Reads one ${names.type}.`,
        `${names.read}(r: ${code.runtimeType('Reader')}): ${names.type}`,
        [`return r.symbol(${symbols});`],
      ),
    ];
  }

  private fixed(type: FixedSchema): Block[] {
    const { names, code } = this;
    const shown = code.types.unnamed(type, 'read', 'bigint');
    const read = code.fromBase(type, `r.fixed(${type.size})`, 'bigint');
    const write = code.toBase(type, 'value');
    return [
      [
        ...docComment({
          doc: type.doc,
          avro: `fixed ${type.name} of ${type.size} bytes`,
          deprecated: type.props.get('deprecated'),
        }),
        `export type ${names.type} = ${shown};`,
      ],
      this.function(
        `Writes one ${names.type}.`,
        `${names.write}(w: ${code.runtimeType('Writer')}, value: ${names.type}): void`,
        [`w.fixed(${write}, ${type.size});`],
      ),
      this.function(
        `Reads one ${names.type}.`,
        `${names.read}(r: ${code.runtimeType('Reader')}): ${names.type}`,
        [`return ${read};`],
      ),
    ];
  }

  private function(doc: string, signature: string, body: Block): Block {
    return [
      ...docComment({ doc }),
      `export function ${signature} {`,
      ...body.map((line) => `  ${line}`),
      '}',
    ];
  }

  private codec(type: NamedSchema): Block {
    const { code, names } = this;
    const input = type.kind === 'record' ? names.input : names.type;
    const references = referencesOf(type).map((reference) => {
      const target = code.project.namesOf(reference);
      return code.import({ from: { path: target.path }, name: target.codec });
    });
    const [schema = '', ...more] = schemaPieces(type);
    const generated = code.runtimeType('GeneratedCodec');
    return [
      ...docComment({ doc: `Encodes and decodes ${names.type}.` }),
      ...constant(`export const ${names.codec}: ${generated}<${names.type}, ${input}>`, [
        `/* @__PURE__ */ ${code.runtime('createCodec')}({`,
        `  name: ${quote(type.name)},`,
        `  fingerprint: '${fingerprint(type)}',`,
        ...(more.length === 0
          ? textEntry('schema', quote(schema))
          : [`  schema: [${[schema, ...more].map(quote).join(', ')}],`]),
        ...(references.length === 0 ? [] : [`  references: () => [${references.join(', ')}],`]),
        `  write: ${names.write},`,
        `  read: ${names.read},`,
        ...this.versions(type),
        ...this.knownIds(type),
        '});',
      ]),
    ];
  }

  private versions(type: NamedSchema): Block {
    const { code, names } = this;
    if (code.project.versionsOf(type).size === 0) return [];
    const versions = code.import({ from: { path: names.versionsPath }, name: names.versions });
    return [`  versions: () => ${versions},`];
  }

  /** A line per id, so that a new one is a new line in a review. */
  private knownIds(type: NamedSchema): Block {
    const { code } = this;
    const known = Object.entries(code.project.knownIdsOf(type));
    const registries = known.flatMap(([url, { ids, machine }]) => {
      const isLocal = machine !== undefined;
      return [
        `    ${propertyKey(url)}: ${isLocal ? `${code.runtime('onMachine')}(${quote(machine)}, ` : ''}{`,
        ...Object.entries(ids).map(([id, fingerprint]) => `      ${id}: '${fingerprint}',`),
        `    }${isLocal ? ')' : ''},`,
      ];
    });
    return registries.length === 0 ? [] : ['  knownIds: {', ...registries, '  },'];
  }
}

/** `  key: 'text',`, long texts on a line of their own. */
function textEntry(key: string, text: string): Block {
  const line = `  ${key}: ${text},`;
  return line.length <= MAX_COLUMNS ? [line] : [`  ${key}:`, `    ${text},`];
}

/** A constant whose value has several lines. */
function constant(declaration: string, value: Block): Block {
  const [first = '', ...rest] = value;
  const line = `${declaration} = ${first}`;
  return line.length <= MAX_COLUMNS
    ? [line, ...rest]
    : [`${declaration} =`, ...value.map((text) => `  ${text}`)];
}
