/** What values of each schema look like in TypeScript: read, written, and told apart in unions. */
import { areDistinct, baseClass, caseName } from '../model/cases.js';
import { representationOf, type ValueClass } from '../model/logical.js';
import type { Field, NamedSchema, RecordSchema, Schema, UnionSchema } from '../model/schema.js';
import { isNamed } from '../model/schema.js';
import type { GeneratedFile } from './file.js';
import { type Appearance, type CustomConversion, type LongAs, longsOf } from './options.js';
import type { Project } from './project.js';
import {
  listOf,
  mapType,
  NULL_TYPE,
  named,
  objectType,
  spelled,
  type Type,
  textType,
  unionOf,
} from './type-expressions.js';

/** Which of a type's two faces: what decoding gives, or what encoding takes. */
export type Side = 'read' | 'write';

/** How a schema's logical type appears; `undefined` where the base value is shown. */
export function appearanceOf(
  schema: Schema,
  project: Pick<Project, 'options'>,
): Appearance | undefined {
  if (schema.kind === 'union' || schema.logical === undefined) return undefined;
  const { name } = schema.logical;
  const override = project.options.logicalTypes.get(name);
  if (override === 'base') return undefined;
  if (override === 'number' || override === 'bigint') {
    return schema.kind === 'long' ? { type: override, valueClass: override } : undefined;
  }
  const row = representationOf(name, schema.kind);
  if (override === undefined) return row;
  return { type: override.type, valueClass: 'unknown', custom: override };
}

/** Whether values are decimals of a fixed scale, shown as text by our own conversion. */
export function isDecimalText(
  schema: Schema,
  project: Pick<Project, 'options'>,
): schema is Exclude<Schema, UnionSchema> {
  return appearanceOf(schema, project)?.conversion === 'decimal';
}

/** How a long appears: by its logical type's override, else as its field says. */
export function longAs(schema: Schema, project: Project, longs: LongAs): LongAs {
  const appearance = appearanceOf(schema, project);
  if (appearance?.conversion !== undefined) return appearance.base ?? longs;
  if (appearance?.custom !== undefined) return customBase(schema);
  if (appearance?.type === 'number' || appearance?.type === 'bigint') return appearance.type;
  return longs;
}

/** What a project's own conversion of a long takes: the same in every field. */
function customBase(schema: Schema): LongAs {
  const name = 'logical' in schema ? schema.logical?.name : undefined;
  return (name === undefined ? undefined : representationOf(name, schema.kind)?.base) ?? 'bigint';
}

/** What `typeof` and `instanceof` can tell of a value. */
export function valueClass(schema: Schema, project: Project, longs: LongAs): ValueClass | 'null' {
  const appearance = appearanceOf(schema, project);
  if (appearance?.custom !== undefined) return 'unknown';
  if (appearance?.conversion !== undefined) return appearance.valueClass;
  return schema.kind === 'long' ? longAs(schema, project, longs) : baseClass(schema.kind);
}

/** Whether a union's values say by themselves which branch they are of. */
export function isSelfEvident(union: UnionSchema, project: Project, longs: LongAs): boolean {
  return areDistinct(union.branches.map((branch) => valueClass(branch, project, longs)));
}

/** Prints TypeScript types into one file. */
export class TypePrinter {
  private readonly file: Pick<GeneratedFile, 'use'>;
  private readonly project: Project;

  constructor(file: Pick<GeneratedFile, 'use'>, project: Project) {
    this.file = file;
    this.project = project;
  }

  print(schema: Schema, side: Side, longs: LongAs): Type {
    return isNamed(schema) ? this.named(schema, side) : this.unnamed(schema, side, longs);
  }

  /** The type of a schema that has no name, or what the name of a fixed stands for. */
  unnamed(schema: Schema, side: Side, longs: LongAs): Type {
    const appearance = appearanceOf(schema, this.project);
    if (appearance?.custom !== undefined) return this.custom(appearance.custom);
    if (appearance?.conversion === 'duration') return named(this.runtime('Duration'));
    if (appearance !== undefined && appearance.type !== 'long') return named(appearance.type);
    const modifier = side === 'write' ? 'readonly ' : '';
    switch (schema.kind) {
      case 'null':
        return NULL_TYPE;
      case 'array':
        return listOf(this.print(schema.items, side, longs), modifier);
      case 'map':
        return mapType(this.print(schema.values, side, longs), { modifier });
      case 'union':
        return this.union(schema, side, longs);
      case 'long':
        return named(longs);
      case 'int':
      case 'float':
      case 'double':
        return named('number');
      case 'bytes':
      case 'fixed':
        return named('Uint8Array');
      default:
        return named(schema.kind);
    }
  }

  private custom({ type, typeModule }: CustomConversion): Type {
    return typeModule === undefined
      ? spelled(type)
      : named(this.file.use({ from: { module: typeModule }, name: type, isType: true }));
  }

  private named(schema: NamedSchema, side: Side): Type {
    const names = this.project.namesOf(schema);
    const name = side === 'write' && schema.kind === 'record' ? names.input : names.type;
    return named(this.file.use({ from: { path: names.path }, name, isType: true }));
  }

  private union(union: UnionSchema, side: Side, longs: LongAs): Type {
    const isBare = isSelfEvident(union, this.project, longs);
    const modifier = side === 'write' ? 'readonly ' : '';
    const types = union.branches.map((branch, index) => {
      const type = this.print(branch, side, longs);
      if (branch.kind === 'null' || isBare) return type;
      return objectType([
        [`${modifier}case`, textType(caseName(union, index))],
        [`${modifier}value`, type],
      ]);
    });
    // null last, as people write it.
    return unionOf([
      ...types.filter(({ kind }) => kind !== 'null'),
      ...types.filter(({ kind }) => kind === 'null'),
    ]);
  }

  runtime(name: string): string {
    return this.file.use({ from: { module: this.project.options.runtime }, name, isType: true });
  }
}

/** Whether a field may be left out when writing: its default stands in. */
export function isOptional(field: Field, project: Project): boolean {
  return project.hasUsableDefault(field);
}

/** Longs of a field, with the record it belongs to. */
export function fieldLongs(project: Project, record: RecordSchema, field: Field): LongAs {
  return longsOf(project.options, record, field);
}
