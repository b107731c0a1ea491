/** The text of `tavro.json` with what was pulled; comments and layout stay. */
import { applyEdits, findNodeAtLocation, modify, type Node, parseTree } from 'jsonc-parser';
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { SubjectStrategy } from '../history/subject-names.js';
import type { Config } from '../project/config/config.js';
import type { CarriedWords } from './pulled-schemas.js';

/** A topic as `tavro.json` says it. */
export interface PulledTopic {
  readonly name: string;
  readonly entry: {
    readonly value: CarriedWords | readonly CarriedWords[];
    readonly key?: CarriedWords;
    readonly subjects?:
      | SubjectStrategy
      | {
          readonly value: string | Readonly<Record<string, string>>;
          readonly key?: string;
        };
    readonly compatibility?: CompatibilityLevel;
  };
}

type TopicEntry = PulledTopic['entry'];

const LAYOUT = {
  formattingOptions: { insertSpaces: true, tabSize: 2, eol: '\n' },
};

/** What is known of what the topics of a `tavro.json` are to carry. */
export interface CarriedNow {
  /** By subject, in the words of `tavro.json`. */
  readonly carried: ReadonlyMap<string, CarriedWords>;
  /** Subjects that carry what these words have not said so far. */
  readonly changed: ReadonlySet<string>;
}

/** The text with what topics that are there carry now: another schema, or one of several of its name. */
export function withCarried(
  text: string,
  { topics }: Pick<Config, 'topics'>,
  { carried, changed }: CarriedNow,
): string {
  // Read once, and put together once: there may be thousands of topics.
  const entries = entriesOf(parseTree(text));
  const pieces: string[] = [];
  let end = 0;
  const edits = topics.flatMap(({ name, values, hasCases, key }) => {
    const sides = [
      ...values.map((side, index) => ({ side, at: hasCases ? ['value', index] : ['value'] })),
      ...(typeof key === 'string' ? [] : [{ side: key, at: ['key'] }]),
    ];
    return sides.flatMap(({ side, at }) => {
      const words = carried.get(side.subject);
      const { carried: given } = side;
      const isByName = given.form === 'type' && given.file === undefined;
      const isShared = isByName && typeof words === 'object' && 'file' in words;
      const entry = entries.get(name);
      const node = entry && findNodeAtLocation(entry, at);
      const isOther = words !== undefined && (isShared || changed.has(side.subject));
      return isOther && node !== undefined ? [{ node, words }] : [];
    });
  });
  for (const { node, words } of edits.sort((a, b) => a.node.offset - b.node.offset)) {
    pieces.push(text.slice(end, node.offset), printed(words, indentAt(text, node.offset)));
    end = node.offset + node.length;
  }
  return pieces.join('') + text.slice(end);
}

/** The entry of each topic. */
function entriesOf(root: Node | undefined): ReadonlyMap<unknown, Node> {
  const topics = root && findNodeAtLocation(root, ['topics']);
  return new Map(
    (topics?.children ?? []).flatMap(({ children: [name, entry] = [] }) =>
      entry === undefined ? [] : [[name?.value, entry] as const],
    ),
  );
}

/** The text of `tavro.json` with further topics; comments and layout stay. */
export function withTopics(text: string | undefined, topics: readonly PulledTopic[]): string {
  if (text === undefined) {
    const all = Object.fromEntries(topics.map(({ name, entry }) => [name, entry]));
    return `${JSON.stringify({ topics: all }, null, 2)}\n`;
  }
  const [first, ...rest] = topics;
  if (first === undefined) return text;
  const edits = modify(text, ['topics', first.name], first.entry, LAYOUT);
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

function member(name: string, entry: TopicEntry, indent: string): string {
  return `${JSON.stringify(name)}: ${printed(entry, indent)}`;
}

/** JSON whose lines after the first are indented. */
function printed(value: TopicEntry | CarriedWords, indent: string): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
