import { representationOf } from '../model/logical.js';
import type { Schema } from '../model/schema.js';
import { appearanceOf, TypePrinter } from './appearance.js';
import type { GeneratedFile, Import } from './file.js';
import { camelCase } from './naming.js';
import type { CustomConversion, LongAs } from './options.js';
import type { Project } from './project.js';
import { quote } from './quote.js';

/** What printing code of one file needs: its imports, its types, and names for local variables. */
export class CodePrinter {
  readonly file: GeneratedFile;
  readonly project: Project;
  readonly types: TypePrinter;
  /** Types as an error's text names them: nothing is imported for it. */
  readonly inWords: TypePrinter;
  /** Conversions that this file makes with arguments, such as `decimal({…})`: text -> constant. */
  private readonly made = new Map<string, string>();

  constructor(file: GeneratedFile, project: Project) {
    this.file = file;
    this.project = project;
    this.types = new TypePrinter(file, project);
    this.inWords = new TypePrinter({ use: ({ name }) => name }, project);
  }

  /** A runtime function or class, imported as a value. */
  runtime(name: string): string {
    return this.file.use({ from: { module: this.project.options.runtime }, name });
  }

  /** A runtime type. */
  runtimeType(name: string): string {
    return this.types.runtime(name);
  }

  import(symbol: Import): string {
    return this.file.use(symbol);
  }

  /** The base value of a schema -> what user code sees. */
  fromBase(schema: Schema, base: string, _longs: LongAs): string {
    const conversion = this.conversion(schema);
    return conversion === undefined ? base : `${conversion}.decode(${base})`;
  }

  /** What user code gives -> the base value. */
  toBase(schema: Schema, value: string): string {
    const conversion = this.conversion(schema);
    return conversion === undefined ? value : `${conversion}.encode(${value}, w)`;
  }

  /** Constants that {@link fromBase} and {@link toBase} asked for; print them once all code is. */
  constants(): string[] {
    return [...this.made].map(([text, name]) => `const ${name} = ${text};`);
  }

  private conversion(schema: Schema): string | undefined {
    const appearance = appearanceOf(schema, this.project);
    if (appearance === undefined || schema.kind === 'union') return undefined;
    if (appearance.custom !== undefined) return this.custom(schema, appearance.custom);
    return appearance.conversion && this.builtIn(schema, appearance.conversion);
  }

  /** A project's own conversion; of decimals it takes the exact text, which has passed all checks. */
  private custom(schema: Schema, { module, conversion }: CustomConversion): string {
    const { name = '' } = ('logical' in schema ? schema.logical : undefined) ?? {};
    const imported = this.file.use({ from: { module }, name: conversion });
    const own = `${this.runtime('guarded')}(${imported}, ${quote(name)})`;
    const text = representationOf(name, schema.kind)?.conversion;
    if (text !== 'decimal' && text !== 'bigDecimal') return this.constant(own, camelCase(name));
    const inner = text === 'bigDecimal' ? this.runtime(text) : this.decimal(schema);
    return this.constant(`${this.runtime('through')}(${inner}, ${own})`, camelCase(name));
  }

  private builtIn(schema: Schema, conversion: string): string {
    if (conversion !== 'decimal') return this.runtime(conversion);
    const { precision, scale } = ('logical' in schema ? schema.logical : undefined) ?? {};
    return this.constant(`/* @__PURE__ */ ${this.decimal(schema)}`, `decimal${precision}_${scale}`);
  }

  private decimal(schema: Schema): string {
    const { precision = 0, scale = 0 } = ('logical' in schema ? schema.logical : undefined) ?? {};
    const size = schema.kind === 'fixed' ? `, size: ${schema.size}` : '';
    return `${this.runtime('decimal')}({ precision: ${precision}, scale: ${scale}${size} })`;
  }

  private constant(text: string, hint: string): string {
    const known = this.made.get(text);
    if (known !== undefined) return known;
    const name = this.file.reserve(hint);
    this.made.set(text, name);
    return name;
  }
}
