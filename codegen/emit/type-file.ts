/** The file of one type: its interfaces, its reader and writer, its codec. */

import { printJson } from '../../runtime/json.js';
import { fingerprint } from '../../runtime/schema/canonical.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { counted, withArticle } from '../../runtime/words.js';
import { printSchema } from '../model/print.js';
import {
  type EnumSchema,
  type Field,
  type FixedSchema,
  isNamed,
  type RecordSchema,
  type Schema,
} from '../model/schema.js';
import { appearanceOf, fieldLongs, isOptional } from './appearance.js';
import { CodePrinter, PURE } from './code-printer.js';
import { docComment } from './doc-comment.js';
import { concat, type Doc, textOf } from './document.js';
import {
  asConst,
  call,
  type Entry,
  list,
  number,
  object,
  text,
  thunk,
  variable,
} from './expressions.js';
import { GeneratedFile } from './file.js';
import { knownIdsEntry } from './known-ids.js';
import { literal } from './literal.js';
import { Locals } from './locals.js';
import type { TypeNames } from './naming.js';
import type { Project } from './project.js';
import { propertyKey } from './quote.js';
import { type Body, ReadPrinter, readInLevels } from './read-code.js';
import { referencesOf } from './references.js';
import { schemaPieces } from './schema-pieces.js';
import {
  block,
  commented,
  constant,
  exported,
  functionOf,
  returned,
  run,
  typeAlias,
} from './statements.js';
import {
  generic,
  listOf,
  named,
  objectType,
  orUndefined,
  textType,
  typed,
  unionOf,
} from './type-expressions.js';
import { WritePrinter } from './write-code.js';

/** A record without fields. */
const EMPTY = generic('Record', named('string'), named('never'));

/** Generates the file of a type, or of what a topic carries without a name. */
export function typeFile(type: Schema, project: Project): GeneratedFile {
  const names = project.namesOf(type);
  const declared = [
    names.type,
    names.input,
    names.codec,
    names.read,
    names.write,
    'read',
    'write',
    'value',
  ];
  const file = new GeneratedFile(names.path, declared, project.options.importExtension);
  const code = new CodePrinter(file, project);
  const body = new TypeFile(code, names).print(type);
  file.add(...code.constants());
  file.add(...body);
  return file;
}

class TypeFile {
  private readonly code: CodePrinter;
  private readonly names: TypeNames;

  constructor(code: CodePrinter, names: TypeNames) {
    this.code = code;
    this.names = names;
  }

  print(type: Schema): Doc[] {
    const codec = () => this.codec(type);
    switch (type.kind) {
      case 'record':
        return [...this.record(type), codec()];
      case 'enum':
        return [...this.enum(type), codec()];
      case 'fixed':
        return [...this.fixed(type), codec()];
      default:
        return [...this.root(type), codec()];
    }
  }

  private record(type: RecordSchema): Doc[] {
    const { names, code } = this;
    const writing = new WritePrinter(code).record(type, new Locals(code.file));
    const isRecursive = code.project.isRecursive(type);
    // Recursive types count their levels, so that no message can nest without end.
    const write = isRecursive
      ? [run(call(code.write('enter'))), ...writing, run(call(code.write('leave')))]
      : writing;
    const plan = code.project.planOf(type, type);
    if (plan.kind !== 'record') throw new Error(`${type.name} cannot be read as itself.`);
    const reader = new ReadPrinter(code, () => {
      throw new Error(`The plan of ${type.name} with itself is not itself.`);
    });
    const locals = new Locals(code.file);
    const body = reader.record(plan, locals);
    const read = isRecursive ? readInLevels(body, names.type, { code, locals }) : body;
    return [
      this.interface(type, 'read'),
      code.project.hasOwnInput(type) ? this.interface(type, 'write') : this.sameInput(),
      this.writer(names.input, write),
      this.reader(read),
    ];
  }

  private sameInput(): Doc {
    const { input, type } = this.names;
    const comment = docComment({ doc: `What encoding ${withArticle(type)} takes.` });
    return commented(comment, exported(typeAlias(input, named(type))));
  }

  private interface(type: RecordSchema, side: 'read' | 'write'): Doc {
    const { names } = this;
    const name = side === 'read' ? names.type : names.input;
    const doc =
      side === 'read'
        ? type.doc
        : `What encoding ${withArticle(names.type)} takes: fields with a default may be left out.`;
    const deprecated = type.props.get('deprecated');
    const head = docComment({ doc, avro: `${type.kind} ${type.name}`, deprecated });
    if (type.fields.length === 0) return commented(head, exported(typeAlias(name, EMPTY)));
    const fields = type.fields.map((field) => this.property(type, field, side));
    return commented(head, exported(concat(`interface ${name} `, block(fields))));
  }

  private property(type: RecordSchema, field: Field, side: 'read' | 'write'): Doc {
    const { code } = this;
    const fallback = field.default === undefined ? undefined : this.defaultText(type, field);
    const deprecated = field.props.get('deprecated');
    const shown = code.types.print(field.type, side, fieldLongs(code.project, type, field));
    const mayOmit = side === 'write' && isOptional(field, code.project);
    const modifier = side === 'write' ? 'readonly ' : '';
    const name = `${modifier}${propertyKey(field.name)}${mayOmit ? '?' : ''}:`;
    return commented(
      docComment({ doc: field.doc, fallback, deprecated }),
      concat(typed(name, mayOmit ? orUndefined(shown) : shown), ';'),
    );
  }

  private defaultText(type: RecordSchema, field: Field): string {
    const json = printJson(field.default ?? null);
    if (!this.code.project.hasUsableDefault(field)) return json;
    const { type: schema } = field;
    // A project's own conversion would be called in a comment: show what the schema says.
    const isOwn = appearanceOf(schema, this.code.project)?.custom !== undefined;
    if (isOwn || schema.kind === 'record' || schema.kind === 'array' || schema.kind === 'map')
      return json;
    const longs = fieldLongs(this.code.project, type, field);
    const value = literal(schema, field.default ?? null, { code: this.code, longs });
    return value.shown ?? textOf(value.doc);
  }

  private enum(type: EnumSchema): Doc[] {
    const { names, code } = this;
    const symbols = code.file.reserve('symbols');
    const deprecated = type.props.get('deprecated');
    const head = { doc: type.doc, avro: `enum ${type.name}`, fallback: type.default, deprecated };
    const union = unionOf(type.symbols.map(textType));
    const entries = type.symbols.map((symbol): Entry => [propertyKey(symbol), text(symbol)]);
    const values = asConst(object(entries, 0));
    const readonly = objectType([[`readonly [Symbol in ${names.type}]`, named('Symbol')]]);
    return [
      commented(docComment(head), exported(typeAlias(names.type, union))),
      commented(
        docComment({ doc: `The symbols of ${names.type}.` }),
        exported(constant(names.type, call('Object.freeze', values), readonly)),
      ),
      constant(symbols, list(type.symbols.map(text)), listOf(named(names.type), 'readonly ')),
      this.writer(names.type, [
        run(call(code.write('symbol'), variable('value'), variable(symbols))),
      ]),
      this.reader({ statements: [], value: call(code.read('symbol'), variable(symbols)) }),
    ];
  }

  private fixed(type: FixedSchema): Doc[] {
    const { names, code } = this;
    const size = number(type.size);
    const avro = `fixed ${type.name} of ${counted(type.size, 'byte')}`;
    const deprecated = type.props.get('deprecated');
    const write = call(code.write('fixed'), code.toBase(type, variable('value')), size);
    return [
      commented(
        docComment({ doc: type.doc, avro, deprecated }),
        exported(typeAlias(names.type, code.types.unnamed(type, 'read', 'bigint'))),
      ),
      this.writer(names.type, [run(write)]),
      this.reader({ statements: [], value: code.fromBase(type, call(code.read('fixed'), size)) }),
    ];
  }

  /** A schema without a name, called after the topic that carries it. */
  private root(type: Schema): Doc[] {
    const { names, code } = this;
    const { longs } = code.project.options;
    const read = code.types.print(type, 'read', longs);
    const write = code.types.print(type, 'write', longs);
    const isSame = textOf(read.doc) === textOf(write.doc);
    const doc = `What encoding ${withArticle(names.type)} takes.`;
    const to = { value: variable('value'), longs, locals: new Locals(code.file) };
    return [
      commented(
        docComment({ avro: printJson(printSchema(type, { reference: ({ name }) => name })) }),
        exported(typeAlias(names.type, read)),
      ),
      commented(
        docComment({ doc }),
        exported(typeAlias(names.input, isSame ? named(names.type) : write)),
      ),
      this.writer(names.input, new WritePrinter(code).write(type, to)),
      this.reader(this.rootBody(type)),
    ];
  }

  private rootBody(type: Schema): Body {
    const { names, code } = this;
    const locals = new Locals(code.file);
    const reader = new ReadPrinter(code, () => {
      throw new Error(`The plan of ${names.type} with itself is not itself.`);
    });
    const { longs } = code.project.options;
    const into = { name: locals.name('result'), longs, locals, type: named(names.type) };
    return reader.value(code.project.planOf(type, type), into);
  }

  private writer(input: string, body: readonly Doc[]): Doc {
    const { names } = this;
    const signature = { name: names.write, parameters: [`value: ${input}`], result: 'void' };
    const doc = `Writes one ${names.type}.`;
    return commented(docComment({ doc }), exported(functionOf(signature, body)));
  }

  private reader({ statements, value }: Body): Doc {
    const { names } = this;
    const signature = { name: names.read, parameters: [], result: names.type };
    const doc = `Reads one ${names.type}.`;
    const body = [...statements, returned(value)];
    return commented(docComment({ doc }), exported(functionOf(signature, body)));
  }

  private codec(type: Schema): Doc {
    const { code, names } = this;
    const input = type.kind === 'record' || !isNamed(type) ? names.input : names.type;
    const [schema = '', ...more] = schemaPieces(type);
    const entries: Entry[] = [
      ['name', text(nameOf(type))],
      ['fingerprint', text(fingerprint(type))],
      ['schema', more.length === 0 ? text(schema) : list([schema, ...more].map(text))],
      ...this.references(type),
      ['write', variable(names.write)],
      ['read', variable(names.read)],
      ...this.versions(type),
      ...knownIdsEntry('knownIds', code.project.knownIdsOf(type), { code, print: text }),
    ];
    const create = call(`${PURE}${code.runtime('createCodec')}`, object(entries, 0));
    const codec = generic(code.runtimeType('GeneratedCodec'), named(names.type), named(input));
    return commented(
      docComment({ doc: `Encodes and decodes ${names.type}.` }),
      exported(constant(names.codec, create, codec)),
    );
  }

  private references(type: Schema): Entry[] {
    const codecs = referencesOf(type).map((reference) => {
      const { path, codec } = this.code.project.namesOf(reference);
      return variable(this.code.import({ from: { path }, name: codec }));
    });
    return codecs.length === 0 ? [] : [['references', thunk(list(codecs))]];
  }

  private versions(type: Schema): Entry[] {
    const { code, names } = this;
    if (code.project.versionsOf(type).size === 0) return [];
    const versions = code.import({ from: { path: names.versionsPath }, name: names.versions });
    return [['versions', thunk(variable(versions))]];
  }
}
