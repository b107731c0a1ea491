/** `logicalType` beside a field's type: where it belongs, in words that can be pasted and as a path. */
import { isArray, isObject, type Json } from '../../runtime/json.js';
import { readLogical, representationOf } from './logical.js';
import { printSchema } from './print.js';
import { childrenOf, isNamed, type Schema } from './schema.js';
import { spaced } from './spaced-json.js';

/** What belongs to a logical type and moves with it. */
export const LOGICAL_KEYS = ['logicalType', 'precision', 'scale'] as const;

/** The way into a field's type: branches of unions, items of arrays, values of maps. */
export type TypePath = readonly (number | 'items' | 'values')[];

export interface Misplaced {
  /** What to do, to be pasted where that can be said. */
  readonly fix: string;
  /** Where it goes, if there is one such place. */
  readonly into?: TypePath;
}

type Props = ReadonlyMap<string, Json>;

/**
 * What is to be done about a `logicalType` among the properties of a field.
 * @returns `undefined` where there is none, or the type has one of its own
 */
export function misplacedLogical(type: Schema, props: Props): Misplaced | undefined {
  const name = props.get('logicalType');
  if (name === undefined) return undefined;
  const parts = partsOf(type, []);
  if (parts.some(({ schema }) => 'logical' in schema && schema.logical !== undefined))
    return undefined;
  const added = LOGICAL_KEYS.flatMap((key) => {
    const value = props.get(key);
    return value === undefined ? [] : [[key, value] as const];
  });
  const places = parts.filter(({ schema }) => takes(schema, props));
  const [place, ...others] = places;
  if (place === undefined) return { fix: homeless(parts, { props, added }) };
  const part = { type: place.schema.kind, ...Object.fromEntries(added) };
  if (others.length > 0)
    return {
      fix: `Write ${spaced(part)} in place of the "${place.schema.kind}" that it is about.`,
    };
  const printed = printSchema(type, { docs: false, reference: ({ name: full }) => full });
  return {
    fix: `Write "type": ${spaced(put(printed, place.path, added))}.`,
    into: place.path,
  };
}

interface Part {
  readonly schema: Schema;
  readonly path: TypePath;
}

/** A type and all within it that the field itself spells out: not what stands in named types. */
function partsOf(schema: Schema, path: TypePath): readonly Part[] {
  const own: Part = { schema, path };
  if (isNamed(schema)) return [own];
  const inner = childrenOf(schema).flatMap((child, index) => {
    const step = schema.kind === 'array' ? 'items' : schema.kind === 'map' ? 'values' : index;
    return partsOf(child, [...path, step]);
  });
  return [own, ...inner];
}

/** Whether a logical type can stand on a type, which has none yet. */
function takes(schema: Schema, props: Props): boolean {
  if (isNamed(schema) || schema.kind === 'union' || schema.props.has('logicalType')) return false;
  const reading = readLogical(schema, props);
  return reading !== undefined && 'type' in reading;
}

/** What to do with a logical type that no part of the field's type can take. */
function homeless(
  parts: readonly Part[],
  { props, added }: { props: Props; added: readonly (readonly [string, Json])[] },
): string {
  const name = props.get('logicalType');
  const fixed = parts.find(
    ({ schema }) =>
      schema.kind === 'fixed' &&
      typeof name === 'string' &&
      representationOf(name, schema.kind) !== undefined,
  )?.schema;
  if (fixed !== undefined && isNamed(fixed)) {
    const keys = added.map(([key, value]) => `${spaced(key)}: ${spaced(value)}`).join(', ');
    return `Write ${keys} into the definition of ${fixed.name}.`;
  }
  const bases = parts.flatMap(({ schema }) => (schema.kind === 'union' ? [] : [schema]));
  // What is nearest to a use of it: a decimal without a precision stands on the right base.
  const base =
    bases.find(({ kind }) => typeof name === 'string' && representationOf(name, kind)) ??
    bases.find(({ kind }) => kind !== 'null');
  const reading = base === undefined ? undefined : readLogical(base, props);
  const why = reading !== undefined && 'why' in reading ? ` ${reading.why}` : '';
  return `Remove "logicalType": ${spaced(name ?? null)}, or correct it.${why}`;
}

/** A printed type with more properties at a path. */
function put(json: Json, path: TypePath, added: readonly (readonly [string, Json])[]): Json {
  const [step, ...rest] = path;
  if (step === undefined)
    return { ...(isObject(json) ? json : { type: json }), ...Object.fromEntries(added) };
  if (isArray(json))
    return json.map((branch, index) => (index === step ? put(branch, rest, added) : branch));
  if (!isObject(json)) return json;
  const inner = json[step];
  return inner === undefined ? json : { ...json, [step]: put(inner, rest, added) };
}
