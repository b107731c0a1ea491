import type { Schema } from '../model/schema.js';
import { appearanceOf, TypePrinter } from './appearance.js';
import type { GeneratedFile, Import } from './file.js';
import { quote } from './literal.js';
import type { LongAs } from './options.js';
import type { Project } from './project.js';

/** What printing code of one file needs: its imports, its types, and names for local variables. */
export class CodePrinter {
  readonly file: GeneratedFile;
  readonly project: Project;
  readonly types: TypePrinter;
  /** Conversions that this file makes with arguments, such as `decimal({…})`: text -> constant. */
  private readonly made = new Map<string, string>();

  constructor(file: GeneratedFile, project: Project) {
    this.file = file;
    this.project = project;
    this.types = new TypePrinter(file, project);
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
    if (appearance.custom !== undefined) {
      const { module, conversion } = appearance.custom;
      const imported = this.file.use({ from: { module }, name: conversion });
      return this.constant(
        `${this.runtime('guarded')}(${imported}, ${quote(schema.logical?.name ?? '')})`,
        schema.logical?.name ?? 'logical',
      );
    }
    if (appearance.conversion !== 'decimal')
      return appearance.conversion && this.runtime(appearance.conversion);
    const { precision = 0, scale = 0 } = schema.logical ?? {};
    const size = schema.kind === 'fixed' ? `, size: ${schema.size}` : '';
    return this.constant(
      `/* @__PURE__ */ ${this.runtime('decimal')}({ precision: ${precision}, scale: ${scale}${size} })`,
      `decimal${precision}_${scale}`,
    );
  }

  private constant(text: string, hint: string): string {
    const known = this.made.get(text);
    if (known !== undefined) return known;
    const name = this.file.reserve(
      hint.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    );
    this.made.set(text, name);
    return name;
  }
}
