/** Names in `tavro.json` that name nothing: a setting that nobody would miss, and nobody gets. */

import { didYouMean } from '../../runtime/nearest-name.js';
import { releasedVersionRemoved } from '../check/rules/released-version-removed.js';
import { subjectRemoved } from '../check/rules/subject-removed.js';
import { isDecimalText } from '../emit/appearance.js';
import type { EmitOptions } from '../emit/options.js';
import type { Lock } from '../history/lock.js';
import { representationOf } from '../model/logical.js';
import type { Model } from '../model/parse.js';
import { childrenOf, isNamed, type Schema, type UnionSchema, visit } from '../model/schema.js';
import { DOCUMENTED_NAMES, readSemantic, SEMANTIC_KEY } from '../model/semantic.js';
import { type Origin, placeOf, printPlace } from '../model/source-text.js';
import type { Config } from './config/config.js';
import { sidesOfTopic } from './config/topics.js';

/** Where names may come from. */
export interface Names {
  readonly config: Config;
  readonly lock: Lock;
  readonly model: Model;
}

/** Each such name with its place and, where there is one, the name that was meant. */
export function nameErrors(names: Names): string[] {
  return [...fieldErrors(names), ...semanticErrors(names), ...subjectErrors(names)];
}

/** What to say of a type that no schema defines. @param meant what it may be if it is like none */
export function unknownType(
  type: string,
  { types }: Pick<Model, 'types'>,
  meant: string | undefined,
): string {
  const MAX_NAMES = 10;
  const known = types.map(({ name }) => name);
  const shown = known.slice(0, MAX_NAMES).join(', ') || 'nothing';
  const more = known.length > MAX_NAMES ? ` and ${known.length - MAX_NAMES} more` : '';
  const other = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return `Defined: ${shown}${more}.${didYouMean(type, known) || other}`;
}

/** A setting that names fields, and which of them it can mean. */
interface FieldSetting {
  readonly key: string;
  readonly named: ReadonlyMap<string, Origin>;
  readonly means: (schema: Schema, options: EmitOptions) => boolean;
  /** Of a field that it cannot mean. */
  readonly code: string;
  readonly why: string;
}

/** Fields that settings name as `<record>.<field>`. */
function fieldErrors({ config, model }: Names): string[] {
  const settings: readonly FieldSetting[] = [
    {
      key: 'longs.fields',
      named: config.longFields,
      means: showsLong,
      code: 'FIELD_NOT_LONG',
      why: 'which holds no long that is shown as one',
    },
    {
      key: 'decimals.fields',
      named: config.decimalFields,
      means: showsDecimal,
      code: 'FIELD_NOT_DECIMAL',
      why: 'which holds no decimal that is shown as text',
    },
  ];
  return settings.flatMap((setting) => errorsOf(setting, { config, model }));
}

function errorsOf(setting: FieldSetting, { config, model }: Omit<Names, 'lock'>): string[] {
  const { key, named, means, code, why } = setting;
  if (named.size === 0) return [];
  const fields = new Map<string, boolean>();
  for (const type of model.types) {
    if (type.kind !== 'record') continue;
    for (const { name, type: schema } of type.fields) {
      const path = `${type.name}.${name}`;
      // Two files may define one name differently.
      fields.set(path, fields.get(path) === true || means(schema, config.emit));
    }
  }
  return [...named].flatMap(([name, origin]) => {
    const isMeant = fields.get(name);
    if (isMeant === true) return [];
    if (isMeant === false)
      return `${at(origin)}: error ${code}: "${key}" names ${name}, ${why}: the setting does nothing.`;
    const meant = [...fields].flatMap(([path, is]) => (is ? [path] : []));
    return `${at(origin)}: error FIELD_UNKNOWN: "${key}" names ${name}, and no record has this field. Write <full name of the record>.<field>.${didYouMean(name, meant)}`;
  });
}

/** Whether a field's values hold a long that options may show as a number, outside types with names. */
function showsLong(schema: Schema, options: EmitOptions): boolean {
  if (isNamed(schema)) return false;
  if (schema.kind !== 'long') return childrenOf(schema).some((child) => showsLong(child, options));
  if (schema.logical === undefined) return true;
  const { name } = schema.logical;
  const override = options.logicalTypes.get(name);
  if (override !== undefined) return override === 'base';
  return representationOf(name, schema.kind)?.conversion === undefined;
}

/** Whether a field's values hold a decimal that may be rounded, outside other records. */
function showsDecimal(schema: Schema, options: EmitOptions): boolean {
  if (schema.kind === 'record') return false;
  return (
    isDecimalText(schema, { options }) ||
    childrenOf(schema).some((child) => showsDecimal(child, options))
  );
}

/**
 * Names of Kafka Connect that nothing but `tavro.json` names: a schema must have each, on a type that
 * suits, or have had it.
 */
function semanticErrors({ config, lock, model }: Names): string[] {
  const { ownSemantics, semantics } = config;
  if (ownSemantics.size === 0) return [];
  const carriers = new Map<string, Exclude<Schema, UnionSchema>[]>();
  const seen = new Set<Schema>();
  const note = (schema: Schema): void => {
    const name = schema.props.get(SEMANTIC_KEY);
    if (schema.kind === 'union' || typeof name !== 'string') return;
    carriers.set(name, [...(carriers.get(name) ?? []), schema]);
  };
  for (const root of [...model.files.map((file) => file.root), ...model.types])
    if (root !== undefined) visit(root, note, seen);
  return [...ownSemantics].flatMap(([name, origin]) => {
    const schemas = carriers.get(name);
    if (schemas === undefined) {
      const texts = [...(lock.files?.values() ?? [])].map(({ text }) => text);
      if (texts.some((text) => text.includes(JSON.stringify(name)))) return [];
      const known = [...carriers.keys(), ...DOCUMENTED_NAMES.map((one) => one.name)];
      return `${at(origin)}: error SEMANTIC_UNKNOWN: "logicalTypes" has ${name}, and no schema has it as its ${SEMANTIC_KEY}.${didYouMean(name, known)}`;
    }
    return schemas.flatMap((schema) => {
      const reading = readSemantic(schema, schema.props, semantics);
      if (reading === undefined || 'type' in reading) return [];
      return `${at(origin)}: error SEMANTIC_INVALID: ${reading.why} It is at ${at(schema.origin)}.`;
    });
  });
}

/** Findings that speak of what is gone: whoever accepts one names what is nowhere any more. */
const OF_THE_GONE: ReadonlySet<string> = new Set([subjectRemoved.id, releasedVersionRemoved.id]);

/**
 * Subjects of `check.subjects` and of waivers: a topic's, one that the lock remembers, or a type,
 * under whose name schemas without a topic are checked.
 */
function subjectErrors({ config, lock, model }: Names): string[] {
  const ofTopics = config.topics.flatMap(sidesOfTopic).map(({ subject }) => subject);
  const known = new Set([
    ...ofTopics,
    ...lock.subjects.keys(),
    ...model.types.map(({ name }) => name),
  ]);
  return config.check.named.flatMap(({ subject, rules, origin }) => {
    if (known.has(subject) || rules.some((rule) => OF_THE_GONE.has(rule))) return [];
    const what = `${JSON.stringify(subject)} is no subject of a topic, of the lock, and no type`;
    return `${at(origin)}: error SUBJECT_UNKNOWN: ${what}.${didYouMean(subject, known)}`;
  });
}

function at(origin: Origin): string {
  return printPlace(placeOf(origin));
}
