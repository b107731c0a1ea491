/** Subjects of a registry -> topics of `tavro.json`, as far as names tell. */
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import { type CompatibilityLevel, DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import {
  contextOf,
  type SubjectStrategy,
  subjectName,
  useOfSubject,
} from '../history/subject-names.js';
import type { Config } from '../project/config/config.js';
import { sidesOfTopic } from '../project/config/topics.js';
import type { PulledRoot } from './pull-files.js';

/** A topic as `tavro.json` says it. */
export interface PulledTopic {
  readonly name: string;
  readonly entry: {
    readonly value: string;
    readonly key?: string;
    readonly subjects?: SubjectStrategy | { readonly value: string; readonly key?: string };
    readonly compatibility?: CompatibilityLevel;
  };
  /** Subjects that are part of it. */
  readonly subjects: readonly string[];
}

export interface PulledTopics {
  readonly topics: readonly PulledTopic[];
  /** What deserves a look. */
  readonly notes: readonly string[];
}

/** A subject with the level that holds for it: its own, or the registry's default. */
export interface LeveledRoot extends PulledRoot {
  readonly level: CompatibilityLevel;
  readonly isOwnLevel: boolean;
}

/** A subject whose name says what it is for. */
type UsedRoot = LeveledRoot & NonNullable<ReturnType<typeof useOfSubject>>;

/**
 * The topics of subjects that the configuration does not have.
 * @param referenced subjects that others refer to: they need no topic
 */
export function topicsOf(
  roots: readonly LeveledRoot[],
  config: Config,
  referenced: ReadonlySet<string>,
): PulledTopics {
  const known = new Set(config.topics.flatMap(sidesOfTopic).map(({ subject }) => subject));
  const names = new Set(config.topics.map(({ name }) => name));
  const notes: string[] = [];
  const byTopic = new Map<string, UsedRoot[]>();
  for (const root of roots) {
    const { subject } = root;
    if (known.has(subject)) continue;
    const use = useOfSubject(subject, root.schema.name);
    if (use !== undefined && names.has(use.topic)) {
      notes.push(`${subject}: tavro.json gives the topic ${use.topic} other subjects.`);
    } else if (use !== undefined && isTopicName(use.topic)) {
      byTopic.set(use.topic, [...(byTopic.get(use.topic) ?? []), { ...root, ...use }]);
    } else if (!referenced.has(subject)) {
      notes.push(
        `${subject}: its name does not say its topic. Add the topic to tavro.json, with "subjects" if need be, and pull again.`,
      );
    }
  }
  const topics = [...byTopic].flatMap(([name, uses]) => topicOf(name, uses, { config, notes }));
  return { topics: topics.sort((a, b) => (a.name < b.name ? -1 : 1)), notes };
}

function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}

function topicOf(
  name: string,
  uses: readonly UsedRoot[],
  { config, notes }: { config: Config; notes: string[] },
): PulledTopic[] {
  const [value, ...more] = uses.filter(({ side }) => side === 'value');
  const key = uses.find(({ side }) => side === 'key');
  if (value === undefined) {
    notes.push(`${key?.subject}: its topic ${name} has no value in the registry; left out.`);
    return [];
  }
  for (const { subject } of more)
    notes.push(`${subject}: a topic carries one type here, and ${name} has ${value.schema.name}.`);
  if (key !== undefined && key.level !== value.level)
    notes.push(
      `${key.subject} is held to ${key.level} and ${value.subject} to ${value.level}: a topic has one level here, that of its value.`,
    );
  const subjects = subjectsOf(name, { value, key }, config);
  const entry = {
    value: value.schema.name,
    ...(key === undefined ? {} : { key: key.schema.name }),
    ...(subjects === undefined ? {} : { subjects }),
    ...(value.level === DEFAULT_LEVEL && !value.isOwnLevel ? {} : { compatibility: value.level }),
  };
  return [
    {
      name,
      entry,
      subjects: [value, ...(key === undefined ? [] : [key])].map((one) => one.subject),
    },
  ];
}

/** What `subjects` must say so that the names come out; nothing where they do anyway. */
function subjectsOf(
  topic: string,
  { value, key }: { value: UsedRoot; key: UsedRoot | undefined },
  { registry }: Config,
): PulledTopic['entry']['subjects'] {
  const isBy = (strategy: SubjectStrategy): boolean =>
    [value, key].every(
      (one) =>
        one === undefined ||
        (contextOf(one.subject) === registry.context &&
          one.subject.endsWith(
            subjectName(strategy, { topic, side: one.side, type: one.schema.name }),
          ) &&
          one.strategy === strategy),
    );
  if (isBy(registry.strategy)) return undefined;
  if (isBy(value.strategy)) return value.strategy;
  return { value: value.subject, ...(key === undefined ? {} : { key: key.subject }) };
}

/** The text of `tavro.json` with further topics; comments and layout stay. */
export function withTopics(text: string | undefined, topics: readonly PulledTopic[]): string {
  if (text === undefined) {
    const all = Object.fromEntries(topics.map(({ name, entry }) => [name, entry]));
    return `${JSON.stringify({ topics: all }, null, 2)}\n`;
  }
  const [first, ...rest] = topics;
  if (first === undefined) return text;
  const edits = modify(text, ['topics', first.name], first.entry, {
    formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' },
  });
  const withFirst = applyEdits(text, edits);
  const root = parseTree(withFirst);
  const property = root && findNodeAtLocation(root, ['topics', first.name])?.parent;
  if (property === undefined) throw new Error(`The topic ${first.name} was not added.`);
  // The others behind it, all at once: an edit for each would read the whole text again for each.
  const end = property.offset + property.length;
  const indent = indentAt(withFirst, property.offset);
  const others = rest.map(({ name, entry }) => `,\n${indent}${member(name, entry, indent)}`);
  return withFirst.slice(0, end) + others.join('') + withFirst.slice(end);
}

/** The white space before the first word of the line that holds an offset. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

function member(name: string, entry: PulledTopic['entry'], indent: string): string {
  const value = JSON.stringify(entry, null, 2).replaceAll('\n', `\n${indent}`);
  return `${JSON.stringify(name)}: ${value}`;
}
