import { simpleName } from '../../../runtime/schema/schema.js';
import { areDistinct, baseClass, caseName } from '../../model/cases.js';
import { representationOf, type ValueClass } from '../../model/logical.js';
import { isNamed, type Schema } from '../../model/schema.js';
import type { Rule } from '../rule.js';

/** A field of another TypeScript type. */
export const sourceFieldRetyped: Rule<'field'> = {
  id: 'source-field-retyped',
  category: 'SOURCE',
  severity: 'warning',
  why: 'Code that uses the field no longer compiles, or compiles and does not handle all that may come.',
  fix: 'Change the code that uses it; the compiler lists the places.',
  example: {
    reader: { type: 'record', name: 'Click', fields: [{ name: 'url', type: ['null', 'string'] }] },
    writer: { type: 'record', name: 'Click', fields: [{ name: 'url', type: 'string' }] },
    repaired: [],
    code: {
      before: 'const size = (click: Click): number => click.url.length;',
      after: 'const size = (click: Click): number => click.url?.length ?? 0;',
    },
  },
  check({ reader, writer }) {
    const [to, from] = [shown(reader.type), shown(writer.type)];
    if (to === from || isLongForNumber(to, from)) return undefined;
    return `${reader.name} was ${from} and becomes ${to}.`;
  },
};

/** Whether the only difference is that a number became a bigint. */
export function isLongForNumber(to: string, from: string): boolean {
  return from !== to && from.replaceAll('number', 'bigint') === to;
}

/** A type as generated code shows it, without a project's overrides. */
export function shown(schema: Schema): string {
  if (schema.kind === 'union') {
    const isBare = areDistinct(schema.branches.map(classOf));
    const types = schema.branches.map((branch, index) =>
      isBare || branch.kind === 'null'
        ? shown(branch)
        : `{ case: '${caseName(schema, index)}'; value: ${shown(branch)} }`,
    );
    // The order of the branches means nothing.
    return [...types.filter((type) => !isNull(type)).sort(), ...types.filter(isNull)].join(' | ');
  }
  const row =
    schema.logical === undefined ? undefined : representationOf(schema.logical.name, schema.kind);
  if (row !== undefined && row.type !== 'long') return row.type;
  if (isNamed(schema)) return simpleName(schema.name);
  switch (schema.kind) {
    case 'array':
      return `(${shown(schema.items)})[]`;
    case 'map':
      return `{ [key: string]: ${shown(schema.values)} }`;
    case 'int':
    case 'float':
    case 'double':
      return 'number';
    case 'long':
      return 'bigint';
    case 'bytes':
      return 'Uint8Array';
    default:
      return schema.kind;
  }
}

function classOf(schema: Schema): ValueClass | 'null' {
  if (schema.kind === 'union' || schema.logical === undefined) return baseClass(schema.kind);
  const row = representationOf(schema.logical.name, schema.kind);
  return row?.conversion === undefined ? baseClass(schema.kind) : row.valueClass;
}

function isNull(type: string): boolean {
  return type === 'null';
}
