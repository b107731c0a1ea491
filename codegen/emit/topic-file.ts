/** `topics/<name>.ts`: one typed topic, which imports its own types and nothing else. */

import { nameOf } from '../../runtime/schema/located-error.js';
import type { SubjectSchema } from '../history/subject.js';
import { caseName } from '../model/cases.js';
import { isNamed, type Schema, type UnionSchema } from '../model/schema.js';
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import type { Doc } from './document.js';
import { type Entry, type Expression, number, object, text, variable } from './expressions.js';
import { GeneratedFile } from './file.js';
import { knownIdsEntry } from './known-ids.js';
import { rootNames, topicPath } from './naming.js';
import type { Project } from './project.js';
import { propertyKey } from './quote.js';
import { commented, constant, exported, typeAlias } from './statements.js';
import type { TopicEntry } from './topics.js';
import { generic, named, objectType, type Type, textType, unionOf } from './type-expressions.js';

/** @param name of the constant that it exports */
export function topicFile(topic: TopicEntry, name: string, project: Project): GeneratedFile {
  const { importExtension } = project.options;
  const cases = rootNames(topic.name, name, 'value');
  const declared = topic.hasCases ? [name, cases.type, cases.input] : [name];
  const file = new GeneratedFile(topicPath('topics', topic.name), declared, importExtension);
  const printer = new TopicPrinter(new CodePrinter(file, project), topic);
  file.add(...(topic.hasCases ? printer.cases(name, cases) : printer.single(name)));
  return file;
}

class TopicPrinter {
  private readonly code: CodePrinter;
  private readonly topic: TopicEntry;

  constructor(code: CodePrinter, topic: TopicEntry) {
    this.code = code;
    this.topic = topic;
  }

  /** A topic of one schema. */
  single(name: string): Doc[] {
    const { code, topic } = this;
    const [value] = topic.values;
    if (value === undefined) throw new Error(`The topic ${topic.name} carries nothing.`);
    const { types, codec } = this.names(value.schema);
    const { keyType, key, subject } = this.key();
    const subjects: Entry[] = [['value', text(value.subject)], ...subject];
    const entries: Entry[] = [
      ['name', text(topic.name)],
      ['value', codec],
      ['key', key],
      ['subjects', object(subjects)],
      ...this.writerVersions(),
    ];
    const topicType = generic(code.runtimeType('Topic'), ...types, keyType);
    return [this.constant(name, object(entries, 0), topicType)];
  }

  /** A topic of several types, and the two types of its values. */
  cases(name: string, values: { readonly type: string; readonly input: string }): Doc[] {
    const { code, topic } = this;
    const sides = this.caseNames().map((name, index) => ({ name, side: topic.values[index] }));
    const known = sides.flatMap(({ name, side }) =>
      side === undefined ? [] : [{ name, side, ...this.names(side.schema) }],
    );
    const union = (which: 0 | 1, modifier: string): Type =>
      unionOf(
        known.map(({ name, types }) =>
          objectType([
            [`${modifier}case`, textType(name)],
            [`${modifier}value`, types[which]],
          ]),
        ),
      );
    const types = known.map(({ name, side, codec }): Entry => {
      const entry: Entry[] = [
        ['codec', codec],
        ['subject', text(side.subject)],
      ];
      return [propertyKey(name), object(entry)];
    });
    const { keyType, key, subject } = this.key();
    const entries: Entry[] = [
      ['name', text(topic.name)],
      ['types', object(types, 0)],
      ['key', key],
      ['subjects', object(subject)],
      ...this.writerVersions(),
    ];
    const given = [named(values.type), named(values.input), keyType];
    const topicType = generic(code.runtimeType('TopicOfTypes'), ...given);
    const read = `A value of topic \`${topic.name}\`: one of its types.`;
    const write = `What sending to topic \`${topic.name}\` takes.`;
    return [
      commented(docComment({ doc: read }), exported(typeAlias(values.type, union(0, '')))),
      commented(
        docComment({ doc: write }),
        exported(typeAlias(values.input, union(1, 'readonly '))),
      ),
      this.constant(name, object(entries, 0), topicType),
    ];
  }

  private writerVersions(): Entry[] {
    const { code, topic } = this;
    const known = code.project.writerVersionsOf(topic);
    return knownIdsEntry('writerVersions', known, { code, print: number });
  }

  /** What the types are called in `{ case, value }`: as in a union of them. */
  private caseNames(): readonly string[] {
    const branches = this.topic.values.map(({ schema }) => schema);
    const [first] = branches;
    if (first === undefined) return [];
    const { origin } = first;
    const bare = { props: new Map(), misspelt: undefined };
    const union: UnionSchema = { kind: 'union', branches, origin, ...bare };
    return branches.map((_, index) => caseName(union, index));
  }

  private constant(name: string, value: Expression, type: Type): Doc {
    const carried = this.topic.values.map(({ schema }) => nameOf(schema)).join(', ');
    const doc = `Topic \`${this.topic.name}\`: carries ${carried}.`;
    return commented(docComment({ doc }), exported(constant(name, value, type)));
  }

  private key(): { keyType: Type; key: Expression; subject: readonly Entry[] } {
    const { key } = this.topic;
    if (typeof key === 'string') return { keyType: textType(key), key: text(key), subject: [] };
    const { types, codec } = this.names(key.schema);
    const keyType = generic(this.code.runtimeType('Codec'), ...types);
    return { keyType, key: codec, subject: subjectOfKey(key) };
  }

  /** The two types of a schema and its codec, all imported. */
  private names(schema: Schema): { types: readonly [read: Type, write: Type]; codec: Expression } {
    const { code } = this;
    const names = code.project.namesOf(schema);
    const from = { path: names.path };
    const type = (name: string): Type => named(code.import({ from, name, isType: true }));
    const read = type(names.type);
    const write = schema.kind === 'record' || !isNamed(schema) ? type(names.input) : read;
    return { types: [read, write], codec: variable(code.import({ from, name: names.codec })) };
  }
}

function subjectOfKey({ subject }: SubjectSchema): readonly Entry[] {
  return [['key', text(subject)]];
}
