/** `topics/<name>.ts`: one typed topic, which imports its own types and nothing else. */
import { CodePrinter } from './code-printer.js';
import { docComment } from './doc-comment.js';
import { type Entry, type Expression, object, text, variable } from './expressions.js';
import { GeneratedFile } from './file.js';
import { topicPath } from './naming.js';
import type { Project } from './project.js';
import { commented, constant, exported } from './statements.js';
import type { TopicEntry } from './topics.js';
import { generic, named, type Type, textType } from './type-expressions.js';

/** @param name of the constant that it exports */
export function topicFile(topic: TopicEntry, name: string, project: Project): GeneratedFile {
  const { importExtension } = project.options;
  const file = new GeneratedFile(topicPath('topics', topic.name), [name], importExtension);
  const code = new CodePrinter(file, project);
  const value = project.namesOf(topic.value);
  const type = (name: string) => code.import({ from: { path: value.path }, name, isType: true });
  const read = type(value.type);
  const write = topic.value.kind === 'record' ? type(value.input) : read;
  const { keyType, key } = keyOf(topic, code);
  const codec = code.import({ from: { path: value.path }, name: value.codec });
  const subjects = Object.entries(topic.subjects).map(([side, name]): Entry => [side, text(name)]);
  const entries: Entry[] = [
    ['name', text(topic.name)],
    ['value', variable(codec)],
    ['key', key],
    ['subjects', object(subjects)],
  ];
  const topicType = generic(code.runtimeType('Topic'), named(read), named(write), keyType);
  const doc = `Topic \`${topic.name}\`: carries ${topic.value.name}.`;
  file.add(commented(docComment({ doc }), exported(constant(name, object(entries, 0), topicType))));
  return file;
}

function keyOf(topic: TopicEntry, code: CodePrinter): { keyType: Type; key: Expression } {
  if (typeof topic.key === 'string') return { keyType: textType(topic.key), key: text(topic.key) };
  const names = code.project.namesOf(topic.key);
  const type = (name: string) => code.import({ from: { path: names.path }, name, isType: true });
  const read = type(names.type);
  const write = topic.key.kind === 'record' ? type(names.input) : read;
  const codec = code.import({ from: { path: names.path }, name: names.codec });
  const keyType = generic(code.runtimeType('Codec'), named(read), named(write));
  return { keyType, key: variable(codec) };
}
