/** Subjects of a registry -> topics of `tavro.json`, as far as names tell. */

import { type CompatibilityLevel, DEFAULT_LEVEL } from '../../runtime/registry/levels.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import {
  contextOf,
  type SubjectStrategy,
  subjectName,
  useOfSubject,
} from '../history/subject-names.js';
import { isNamed } from '../model/schema.js';
import type { Config } from '../project/config/config.js';
import { sidesOfTopic } from '../project/config/topics.js';
import type { PulledTopic } from './pulled-config.js';
import type { CarriedWords, PulledRoot } from './pulled-schemas.js';

/** A subject with the level that holds for it: its own, or the registry's default. */
export interface LeveledRoot extends Omit<PulledRoot, 'isCarried'> {
  readonly level: CompatibilityLevel;
  readonly isOwnLevel: boolean;
}

/** A subject whose name says what it is for. */
type UsedRoot = LeveledRoot & NonNullable<ReturnType<typeof useOfSubject>>;

/** The subjects of a topic that the configuration does not have. */
export interface TopicGroup {
  readonly name: string;
  /** One, or several of types with names. */
  readonly values: readonly [UsedRoot, ...UsedRoot[]];
  readonly key: UsedRoot | undefined;
}

export interface TopicGroups {
  readonly groups: readonly TopicGroup[];
  /** What deserves a look. */
  readonly notes: readonly string[];
  /** What is left out, each with its cause. */
  readonly refused: readonly string[];
}

/** What is known of a registry besides the schemas of its subjects. */
export interface Surroundings {
  readonly config: Config;
  /** Subjects that others refer to: they need no topic. */
  readonly referenced: ReadonlySet<string>;
  /** Subjects whose schema cannot be read. */
  readonly unread: readonly string[];
}

/** Groups subjects by the topics that their names tell. */
export function groupTopics(roots: readonly LeveledRoot[], around: Surroundings): TopicGroups {
  return new Grouping(around).group(roots);
}

class Grouping {
  private readonly around: Surroundings;
  private readonly notes: string[] = [];
  private readonly refused: string[] = [];

  /** Of topics, the subject of their keys that cannot be read. */
  private readonly unreadKeys: ReadonlyMap<string, string>;

  constructor(around: Surroundings) {
    this.around = around;
    const uses = around.unread.map(
      (subject) => [useOfSubject(subject, undefined), subject] as const,
    );
    this.unreadKeys = new Map(
      uses.flatMap(([use, subject]) =>
        use?.side === 'key' ? [[use.topic, subject] as const] : [],
      ),
    );
  }

  group(roots: readonly LeveledRoot[]): TopicGroups {
    const { config } = this.around;
    const known = new Set(config.topics.flatMap(sidesOfTopic).map(({ subject }) => subject));
    const names = new Set(config.topics.map(({ name }) => name));
    const byTopic = new Map<string, UsedRoot[]>();
    for (const root of roots) {
      const { subject } = root;
      if (known.has(subject)) continue;
      const use = useOfSubject(subject, isNamed(root.schema) ? root.schema.name : undefined);
      if (use !== undefined && names.has(use.topic)) {
        this.notes.push(`${subject}: tavro.json gives the topic ${use.topic} other subjects.`);
      } else if (use !== undefined && isTopicName(use.topic)) {
        byTopic.set(use.topic, [...(byTopic.get(use.topic) ?? []), { ...root, ...use }]);
      } else this.lonely(root);
    }
    const groups = [...byTopic].flatMap(([name, uses]) =>
      this.topic(name, this.ofOneContext(uses)),
    );
    groups.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { groups, notes: this.notes, refused: this.refused };
  }

  /** A topic's subjects in the context of the folder, or else in the first that has any. */
  private ofOneContext(uses: readonly UsedRoot[]): readonly UsedRoot[] {
    const { context } = this.around.config.registry;
    const contexts = uses.map(({ subject }) => contextOf(subject));
    const taken = contexts.includes(context) ? context : contexts[0];
    const others = uses.filter(({ subject }) => contextOf(subject) !== taken);
    for (const { subject, topic } of others)
      this.refuse(
        subject,
        `the topic ${topic} has subjects in ${taken === undefined ? 'no context' : `the context ${taken}`}, and these are taken.`,
      );
    return uses.filter((one) => !others.includes(one));
  }

  /** A subject whose name does not say its topic; its type can be generated if it has a name. */
  private lonely({ subject, schema }: LeveledRoot): void {
    if (this.around.referenced.has(subject)) return;
    const advice =
      'its name does not say its topic. Add the topic to tavro.json, with "subjects" if need be, and pull again.';
    if (isNamed(schema)) this.notes.push(`${subject}: ${advice}`);
    else this.refused.push(`${subject}: its schema has no name, and ${advice}`);
  }

  private topic(name: string, uses: readonly UsedRoot[]): TopicGroup[] {
    const key = uses.find(({ side }) => side === 'key');
    const values = this.values(
      name,
      uses.filter(({ side }) => side === 'value'),
    );
    const [value, ...more] = values;
    if (value === undefined) {
      this.refused.push(
        `${key?.subject}: its topic ${name} has no value in the registry: left out.`,
      );
      return [];
    }
    const unread = this.unreadKeys.get(name);
    if (unread !== undefined) {
      this.refused.push(
        `${values.map(({ subject }) => subject).join(', ')}: the schema of the keys, ${unread}, cannot be read: the topic ${name} is left out. To have its values, write it into tavro.json with "key": "bytes", and pull again.`,
      );
      return [];
    }
    for (const other of [...more, ...(key === undefined ? [] : [key])])
      if (other.level !== value.level)
        this.notes.push(
          `${other.subject} is held to ${other.level} and ${value.subject} to ${value.level}: a topic has one level here, that of ${more.length === 0 ? 'its value' : value.subject}.`,
        );
    return [{ name, values: [value, ...more], key }];
  }

  /** Those that can stand beside each other: types, each under one subject. */
  private values(topic: string, values: readonly UsedRoot[]): readonly UsedRoot[] {
    const whole = values.find(({ strategy }) => strategy === 'topic');
    const others = values.filter((one) => one !== whole);
    // What has no name cannot be told from others: it is all that its topic carries.
    if (whole !== undefined && !isNamed(whole.schema)) {
      for (const { subject } of others)
        this.refuse(subject, `the topic ${topic} carries ${whole.subject}, which has no name.`);
      return [whole];
    }
    const byName = new Map<string, UsedRoot>();
    for (const one of whole === undefined ? others : [whole, ...others]) {
      const name = nameOf(one.schema);
      const { subject } = byName.get(name) ?? {};
      if (subject === undefined) byName.set(name, one);
      else this.refuse(one.subject, `${topic} carries ${name} under ${subject} already.`);
    }
    return [...byName.values()];
  }

  private refuse(subject: string, why: string): void {
    if (!this.around.referenced.has(subject)) this.refused.push(`${subject}: left out: ${why}`);
  }
}

function isTopicName(name: string): boolean {
  return /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';
}

/** @param carried what each subject carries, in the words of `tavro.json` */
export function topicOf(
  { name, values, key }: TopicGroup,
  carried: ReadonlyMap<string, CarriedWords>,
  config: Config,
): PulledTopic {
  const words = ({ subject }: UsedRoot): CarriedWords => carried.get(subject) ?? '';
  const [value, ...more] = values;
  const subjects = subjectsOf({ name, values, key }, { words: carried, config });
  const entry = {
    value: more.length === 0 ? words(value) : values.map(words),
    ...(key === undefined ? {} : { key: words(key) }),
    ...(subjects === undefined ? {} : { subjects }),
    ...(value.level === DEFAULT_LEVEL && !value.isOwnLevel ? {} : { compatibility: value.level }),
  };
  return { name, entry };
}

/** What `subjects` must say so that the names come out; nothing where they do anyway. */
function subjectsOf(
  { name: topic, values, key }: TopicGroup,
  {
    words,
    config: { registry },
  }: { readonly words: ReadonlyMap<string, CarriedWords>; readonly config: Config },
): PulledTopic['entry']['subjects'] {
  const [value, ...more] = values;
  const isOf = (one: UsedRoot, strategy: SubjectStrategy): boolean => {
    // What has no name can be registered under the topic's only; of a file it is not known.
    const by = isNamed(one.schema) ? strategy : 'topic';
    if (by !== strategy && isFile(words.get(one.subject))) return false;
    const name = subjectName(by, { topic, side: one.side, type: nameOf(one.schema) });
    return (
      contextOf(one.subject) === registry.context &&
      one.subject.endsWith(name) &&
      one.strategy === by
    );
  };
  const isBy = (strategy: SubjectStrategy): boolean =>
    // Several types under one subject are a union.
    (more.length === 0 || strategy !== 'topic') &&
    [...values, ...(key === undefined ? [] : [key])].every((one) => isOf(one, strategy));
  if (isBy(registry.strategy)) return undefined;
  if (isBy(value.strategy)) return value.strategy;
  const named = Object.fromEntries(values.map(({ schema, subject }) => [nameOf(schema), subject]));
  return {
    value: more.length === 0 ? value.subject : named,
    ...(key === undefined ? {} : { key: key.subject }),
  };
}

function isFile(words: CarriedWords | undefined): boolean {
  return typeof words === 'object' && 'file' in words;
}
