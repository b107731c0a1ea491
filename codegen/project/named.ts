/** Names in `tavro.json` that name nothing: a setting that nobody would miss, and nobody gets. */
import { releasedVersionRemoved } from '../check/rules/released-version-removed.js';
import { subjectRemoved } from '../check/rules/subject-removed.js';
import type { LogicalOverride } from '../emit/options.js';
import type { Lock } from '../history/lock.js';
import { representationOf } from '../model/logical.js';
import type { Model } from '../model/parse.js';
import { childrenOf, isNamed, type Schema } from '../model/schema.js';
import { type Origin, placeOf, printPlace } from '../model/source-text.js';
import type { Config } from './config/config.js';
import { didYouMean } from './config/nearest-name.js';
import { sidesOfTopic } from './config/topics.js';

/** Where names may come from. */
export interface Names {
  readonly config: Config;
  readonly lock: Lock;
  readonly model: Model;
}

/** Each such name with its place and, where there is one, the name that was meant. */
export function nameErrors(names: Names): string[] {
  return [...fieldErrors(names), ...subjectErrors(names)];
}

/** What to say of a type that no schema defines. */
export function unknownType(type: string, { types }: Pick<Model, 'types'>): string {
  const MAX_NAMES = 10;
  const known = types.map(({ name }) => name);
  const shown = known.slice(0, MAX_NAMES).join(', ') || 'nothing';
  const more = known.length > MAX_NAMES ? ` and ${known.length - MAX_NAMES} more` : '';
  return `Defined: ${shown}${more}.${didYouMean(type, known)}`;
}

/** `longs.fields`: `<record>.<field>`, of fields that show a long. */
function fieldErrors({ config, model }: Names): string[] {
  if (config.longFields.size === 0) return [];
  const fields = new Map<string, boolean>();
  for (const type of model.types) {
    if (type.kind !== 'record') continue;
    for (const { name, type: schema } of type.fields) {
      const path = `${type.name}.${name}`;
      // Two files may define one name differently.
      const shows = fields.get(path) === true || showsLong(schema, config.emit.logicalTypes);
      fields.set(path, shows);
    }
  }
  return [...config.longFields].flatMap(([name, origin]) => {
    const shows = fields.get(name);
    if (shows === true) return [];
    if (shows === false)
      return `${at(origin)}: error FIELD_NOT_LONG: "longs.fields" names ${name}, which holds no long that is shown as one: the setting does nothing.`;
    const longs = [...fields].flatMap(([path, isLong]) => (isLong ? [path] : []));
    return `${at(origin)}: error FIELD_UNKNOWN: "longs.fields" names ${name}, and no record has this field. Write <full name of the record>.<field>.${didYouMean(name, longs)}`;
  });
}

/** Whether a field's values hold a long that options may show as a number, outside types with names. */
function showsLong(schema: Schema, overrides: ReadonlyMap<string, LogicalOverride>): boolean {
  if (isNamed(schema)) return false;
  if (schema.kind !== 'long')
    return childrenOf(schema).some((child) => showsLong(child, overrides));
  if (schema.logical === undefined) return true;
  const { name } = schema.logical;
  const override = overrides.get(name);
  if (override !== undefined) return override === 'base';
  return representationOf(name, schema.kind)?.conversion === undefined;
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
