/**
 * `contracts/<name>.ts`: what infrastructure code reads of one topic (`TopicContract` of `tavro/infra`),
 * as plain data that imports nothing. There may be thousands: nothing stands there that nobody reads.
 */
import { nameOf } from '../../runtime/schema/located-error.js';
import type { SubjectReads } from '../check/verdicts.js';
import { docComment } from './doc-comment.js';
import { asConst, type Entry, type Expression, list, number, object, text } from './expressions.js';
import { GeneratedFile } from './file.js';
import { contractName, topicPath } from './naming.js';
import type { GenerateOptions } from './options.js';
import { propertyKey, quote } from './quote.js';
import { commented, constant, exported } from './statements.js';
import type { CarriedSchema, TopicEntry } from './topics.js';

type Facts = Pick<GenerateOptions, 'reads' | 'sources'>;

/** @param name of the topic's constant, after which that of the contract is called */
export function contractFile(
  topic: TopicEntry,
  name: string,
  options: Facts & Pick<GenerateOptions, 'importExtension'>,
): GeneratedFile {
  const contract = contractName(name);
  const path = topicPath('contracts', topic.name);
  const file = new GeneratedFile(path, [contract], options.importExtension);
  const doc = `Topic \`${topic.name}\` as data.`;
  const value = asConst(object(entriesOf(topic, options), 0));
  file.add(commented(docComment({ doc }), exported(constant(contract, value))));
  return file;
}

function entriesOf(topic: TopicEntry, { reads, sources }: Facts): Entry[] {
  const { values, hasCases } = topic;
  const side = ({ subject, oldest = 0 }: CarriedSchema): Expression =>
    object([['subject', text(subject)], ...readsOf(reads?.get(subject), oldest)], 0);
  const value = values.map(side);
  const types = values.map(({ schema }) => propertyKey(nameOf(schema)));
  const key = typeof topic.key === 'string' ? text(topic.key) : side(topic.key);
  const config = Object.entries(topic.config).map(
    ([name, value]): Entry => [quote(name), text(value)],
  );
  return [
    ['partitions', number(topic.partitions)],
    ...(config.length === 0 ? [] : [['config', object(config)] as const]),
    ...(hasCases
      ? [
          [
            'types',
            object(
              value.map((one, index) => [types[index] ?? '', one]),
              0,
            ),
          ] as const,
        ]
      : value.map((one) => ['value', one] as const)),
    ['key', key],
    ...sourcesOf(sources?.get(topic.name)),
  ];
}

/** What the topic's code was made of: synth compares it with the files. */
function sourcesOf(sources: Readonly<Record<string, string>> = {}): Entry[] {
  const entries = Object.entries(sources);
  if (entries.length === 0) return [];
  const hashes = entries.map(([path, hash]): Entry => [propertyKey(path), text(hash)]);
  return [['sources', object(hashes, 0)]];
}

/**
 * The version that generated code reads, those whose data the topic may hold, those before them, and
 * what is refused: reader's version -> writer's version -> why. Nothing is said of what can be read.
 * Where the last two cannot read each other, what to do: `orderRollout` of `tavro/infra` tells it.
 */
function readsOf(reads: SubjectReads | undefined, oldest: number): Entry[] {
  const newest = reads?.versions.at(-1);
  if (reads === undefined || newest === undefined) return [];
  const isRetained = (version: number): boolean => version >= oldest || version === newest;
  const names = (versions: readonly number[]) => list(versions.map((n) => text(`v${n}`)));
  const older = reads.versions.filter((version) => !isRetained(version));
  const last = reads.versions.at(-2) ?? newest;
  const refused = Object.entries(reads.refused).flatMap(([reader, writers]): Entry[] => {
    const row = Object.entries(writers).filter(
      ([writer]) =>
        isRetained(Number(writer.slice(1))) || (reader === `v${newest}` && writer === `v${last}`),
    );
    const entries = row.map(([writer, why]): Entry => [writer, text(why)]);
    return row.length === 0 ? [] : [[reader, object(entries, 0)]];
  });
  const plan = isRetained(last) ? (reads.plan ?? []) : [];
  return [
    ['version', text(`v${newest}`)],
    ['retained', names(reads.versions.filter(isRetained))],
    ...(older.length === 0 ? [] : [['older', names(older)] as const]),
    ...(refused.length === 0 ? [] : [['refused', object(refused, 0)] as const]),
    ...(plan.length === 0 ? [] : [['plan', list(plan.map(text))] as const]),
  ];
}
