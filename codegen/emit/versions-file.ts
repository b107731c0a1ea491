/** The file beside a type that reads data of its older versions: `<Type>.versions.ts`. */
import { fingerprint } from '../../runtime/fingerprint.js';
import { simpleName } from '../../runtime/schema/schema.js';
import { lettersOf } from '../model/names.js';
import type { Schema } from '../model/schema.js';
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import { type Doc, hardLine, join, textOf } from './document.js';
import { type Entry, object, variable } from './expressions.js';
import { GeneratedFile } from './file.js';
import { Locals } from './locals.js';
import type { ModelPlan, ModelRecordPlan } from './model-plan.js';
import type { TypeNames } from './naming.js';
import type { Project } from './project.js';
import { propertyKey } from './quote.js';
import { inLevels, ReadPrinter, readInLevels } from './read-code.js';
import { commented, constant, exported, functionOf, returned } from './statements.js';
import { functionType, mapType, named } from './type-expressions.js';

/** Generates what reads older versions of a type; `undefined` when there are none. */
export function versionsFile(type: Schema, project: Project): GeneratedFile | undefined {
  const versions = project.versionsOf(type);
  if (versions.size === 0) return undefined;
  const names = project.namesOf(type);
  const declared = [names.versions, 'read'];
  const file = new GeneratedFile(names.versionsPath, declared, project.options.importExtension);
  const printer = new VersionsPrinter(new CodePrinter(file, project), names);
  const entries = [...versions].map(([fingerprint, writer]): Entry => {
    const read = printer.root(project.planOf(writer, type), writer);
    return [propertyKey(fingerprint), variable(read)];
  });
  file.add(...printer.blocks(entries));
  return file;
}

/** Prints a function per pair of record and older layout: pairs that are read alike share one. */
class VersionsPrinter {
  private readonly code: CodePrinter;
  private readonly names: TypeNames;
  private readonly reader: ReadPrinter;
  /** What is read or passed over, and how it was laid out -> its function. */
  private readonly functions = new Map<string, string>();
  /** Text of a function without its name -> its name. */
  private readonly byText = new Map<string, string>();
  /** Functions that others called before their text was known. */
  private readonly called = new Set<string>();
  private readonly open = new Set<string>();
  private readonly printed: Doc[] = [];

  constructor(code: CodePrinter, names: TypeNames) {
    this.code = code;
    this.names = names;
    this.reader = new ReadPrinter(code, (plan) => this.record(plan));
  }

  /** The function that reads a whole version. */
  root(plan: ModelPlan, writer: Schema): string {
    if (plan.kind === 'record') return this.record(plan);
    const { project } = this.code;
    const type = this.type(this.names);
    return this.define(`${this.names.type}|${layout(writer)}`, {
      hint: this.names.read,
      result: type,
      body: () => {
        const locals = new Locals(this.code.file);
        const name = locals.name('result');
        const longs = project.options.longs;
        const into = { name, longs, locals, type: named(type) };
        return [...this.reader.into(plan, into), returned(variable(name))];
      },
    });
  }

  blocks(entries: readonly Entry[]): Doc[] {
    const { names, code } = this;
    const read = functionType([], this.type(names));
    const table = mapType(read, { modifier: 'readonly ', key: 'fingerprint' });
    const doc = `What reads data of older versions of ${names.type}, by their fingerprints.`;
    const versions = exported(constant(names.versions, object(entries, 0), table));
    return [...code.constants(), ...this.printed, commented(docComment({ doc }), versions)];
  }

  private record(plan: ModelRecordPlan): string {
    const { reader } = plan;
    const { project } = this.code;
    const isSkip = plan.writer === plan.reader;
    const names = isSkip ? undefined : project.namesOf(reader);
    const written = layout(plan.writer);
    if (names !== undefined && written === layout(reader)) return this.ordinary(names);
    return this.define(`${names?.path ?? 'skip'}|${written}`, {
      hint: names?.read ?? `skip${lettersOf(simpleName(reader.name))}`,
      result: names === undefined ? 'void' : this.type(names),
      body: () => {
        const locals = new Locals(this.code.file);
        // A schema may be recursive where the reader has no such type: what is skipped counts its levels.
        if (names === undefined) return inLevels(this.reader.skipFields(plan, locals), this.code);
        const body = this.reader.record(plan, locals);
        const isRecursive = project.isRecursive(reader);
        const read = isRecursive
          ? readInLevels(body, this.type(names), { code: this.code, locals })
          : body;
        return [...read.statements, returned(read.value)];
      },
    });
  }

  /** The function of a record that is laid out as it is now. */
  private ordinary(names: TypeNames): string {
    return this.code.import({ from: { path: names.path }, name: names.read });
  }

  private type(names: TypeNames): string {
    return this.code.import({ from: { path: names.path }, name: names.type, isType: true });
  }

  private define(
    key: string,
    made: { hint: string; result: string; body: () => readonly Doc[] },
  ): string {
    const known = this.functions.get(key);
    if (known !== undefined) {
      if (this.open.has(known)) this.called.add(known);
      return known;
    }
    const name = this.code.file.reserve(`${made.hint}_old`);
    this.functions.set(key, name);
    this.open.add(name);
    const body = made.body();
    this.open.delete(name);
    const text = textOf(join(hardLine, [made.result, ...body]));
    const same = this.called.has(name) ? undefined : this.byText.get(text);
    if (same !== undefined) {
      this.functions.set(key, same);
      return same;
    }
    this.byText.set(text, name);
    this.printed.push(functionOf({ name, parameters: [], result: made.result }, body));
    return name;
  }
}

/** How a schema's data is laid out: what decides how older data is read. */
function layout(schema: Schema): string {
  const known = layouts.get(schema);
  if (known !== undefined) return known;
  // A hash: the forms of types that lead to each other are each as long as all of them.
  const form = fingerprint(schema, 'SHA-256');
  layouts.set(schema, form);
  return form;
}

const layouts = new WeakMap<object, string>();
