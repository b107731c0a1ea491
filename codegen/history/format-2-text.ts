/**
 * The text of a subject's file: one line for what tells it from other files, one for each part, one for
 * what is known of each version and one for its schema, so that git merges and shows it by line.
 * Numbers in `fields` stand for parts.
 */
import { printJson } from '../../runtime/json.js';
import { textHash } from '../model/identity.js';
import { Folding } from './fold.js';
import type { LockedSubject, LockedVersion } from './lock.js';
import { sorted } from './locked-facts.js';

/** Format of the files; a newer one is refused rather than misread. */
export const FORMAT = 2;

/** The first line of a subject's file. @param topics those whose constants it keeps */
export function printHeader(
  subject: string,
  { type }: Pick<LockedSubject, 'type'>,
  topics: ReadonlyMap<string, string>,
): string {
  const header = [
    `"format": ${FORMAT}, "subject": ${JSON.stringify(subject)}, "type": ${JSON.stringify(type)}`,
    ...(topics.size === 0 ? [] : [`"topics": ${inline(topics)}`]),
  ];
  return `{${header.join(', ')},`;
}

/** Prints a subject; the same facts give the same text. */
export function printSubject(
  subject: string,
  locked: LockedSubject,
  topics: ReadonlyMap<string, string>,
): string {
  const folding = new Folding();
  const blocks = locked.versions.map(
    (version) => `{${printFacts(version)},\n "schema": ${folding.fold(version.schema)}}`,
  );
  const { parts } = folding;
  return [
    printHeader(subject, locked, topics),
    ...(parts.length === 0 ? [] : [`"parts": [\n${parts.join(',\n')}\n],`]),
    `"versions": [${blocks.length === 0 ? '' : '\n'}${blocks.join(',\n')}\n]}\n`,
  ].join('\n');
}

function printFacts(locked: LockedVersion): string {
  const { version, state, identity, schema, ids, guids = {}, machine } = locked;
  const facts = [
    `"version": ${version}, "state": ${JSON.stringify(state)}, "identity": ${JSON.stringify(identity)}`,
  ];
  for (const [key, given] of Object.entries({ ids, guids })) {
    const entries = Object.entries(given);
    if (entries.length > 0) facts.push(`"${key}": ${inline(entries)}`);
  }
  // By it the gate knows without parsing that nobody edited what is released.
  if (state === 'released') facts.push(`"text": ${JSON.stringify(textHash(printJson(schema)))}`);
  if (machine !== undefined) facts.push(`"machine": ${JSON.stringify(machine)}`);
  return facts.join(', ');
}

function inline(entries: Iterable<readonly [string, string | number]>): string {
  const printed = sorted(entries).map(
    ([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{${printed.join(', ')}}`;
}

/** The text of the file of names, each on a line; nothing where there are none. */
export function printTypes(
  topics: ReadonlyMap<string, string>,
  types: ReadonlyMap<string, string>,
): string | undefined {
  const tables = Object.entries({ topics, types }).filter(([, table]) => table.size > 0);
  if (tables.length === 0) return undefined;
  const printed = tables.map(([key, table]) => {
    const lines = sorted(table).map(
      ([of, name]) => `${JSON.stringify(of)}: ${JSON.stringify(name)}`,
    );
    return `"${key}": {\n${lines.join(',\n')}\n}`;
  });
  return `{"format": ${FORMAT},\n${printed.join(',\n')}}\n`;
}
