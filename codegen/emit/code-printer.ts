import { representationOf } from '../model/logical.js';
import type { Schema } from '../model/schema.js';
import { appearanceOf, TypePrinter } from './appearance.js';
import { type Doc, textOf } from './document.js';
import {
  call,
  type Entry,
  type Expression,
  number,
  object,
  text,
  variable,
} from './expressions.js';
import type { GeneratedFile, Import } from './file.js';
import { camelCase } from './naming.js';
import { besideRuntime, type CustomConversion } from './options.js';
import type { Project } from './project.js';
import { constant } from './statements.js';

/** Lets bundlers drop a call whose result nobody uses. */
export const PURE = '/* @__PURE__ */ ';

/** What printing code of one file needs: its imports, its types, and names for local variables. */
export class CodePrinter {
  readonly file: GeneratedFile;
  readonly project: Project;
  readonly types: TypePrinter;
  /** Types as an error's text names them: nothing is imported for it. */
  readonly inWords: TypePrinter;
  /** Conversions that this file makes with arguments, such as `decimal({…})`: by their text. */
  private readonly made = new Map<string, { name: string; value: Expression }>();

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

  /** A function of the runtime that reads, as generated code names it. */
  read(name: string): string {
    const module = besideRuntime(this.project.options, 'read');
    return `${this.file.useAll({ module }, 'read')}.${name}`;
  }

  /** A call that reads one value. */
  reading(name: string): Expression {
    return { ...call(this.read(name)), reads: name };
  }

  /** A function of the runtime that writes, as generated code names it. */
  write(name: string): string {
    const module = besideRuntime(this.project.options, 'write');
    return `${this.file.useAll({ module }, 'write')}.${name}`;
  }

  /** A runtime type. */
  runtimeType(name: string): string {
    return this.types.runtime(name);
  }

  import(symbol: Import): string {
    return this.file.use(symbol);
  }

  /** The base value of a schema -> what user code sees. */
  fromBase(schema: Schema, base: Expression): Expression {
    const conversion = this.conversion(schema);
    return conversion === undefined ? base : call(`${conversion}.decode`, base);
  }

  /** What user code gives -> the base value. */
  toBase(schema: Schema, value: Expression): Expression {
    const conversion = this.conversion(schema);
    return conversion === undefined ? value : call(`${conversion}.encode`, value);
  }

  /** Whether a conversion stands between the base value and what user code sees. */
  converts(schema: Schema): boolean {
    return this.conversion(schema) !== undefined;
  }

  /** Constants that {@link fromBase} and {@link toBase} asked for; print them once all code is. */
  constants(): Doc[] {
    return [...this.made.values()].map(({ name, value }) => constant(name, value));
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
    const own = call(this.runtime('guarded'), variable(imported), text(name));
    const inner = representationOf(name, schema.kind)?.conversion;
    if (inner !== 'decimal' && inner !== 'bigDecimal') return this.constant(own, camelCase(name));
    const exact = inner === 'bigDecimal' ? variable(this.runtime(inner)) : this.decimal(schema);
    return this.constant(call(this.runtime('through'), exact, own), camelCase(name));
  }

  private builtIn(schema: Schema, conversion: string): string {
    if (conversion !== 'decimal') return this.runtime(conversion);
    const { precision, scale } = ('logical' in schema ? schema.logical : undefined) ?? {};
    return this.constant(this.decimal(schema, PURE), `decimal${precision}_${scale}`);
  }

  private decimal(schema: Schema, mark = ''): Expression {
    const { precision = 0, scale = 0 } = ('logical' in schema ? schema.logical : undefined) ?? {};
    const size = schema.kind === 'fixed' ? { size: schema.size } : {};
    const given = Object.entries({ precision, scale, ...size });
    const entries = given.map(([key, value]): Entry => [key, number(value)]);
    return call(`${mark}${this.runtime('decimal')}`, object(entries));
  }

  private constant(value: Expression, hint: string): string {
    const key = textOf(value.doc);
    const known = this.made.get(key);
    if (known !== undefined) return known.name;
    const name = this.file.reserve(hint);
    this.made.set(key, { name, value });
    return name;
  }
}
