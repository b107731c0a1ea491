/** A schemas folder with a long history. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLock } from '../../codegen/disk/lock-file.js';
import type { LockedSubject, LockedVersion } from '../../codegen/history/lock.js';
import { identityOf } from '../../codegen/model/identity.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';
import { printSchema } from '../../codegen/model/print.js';
import { isArray, type Json, printJson } from '../../runtime/json.js';

/** How much a schemas folder holds. */
export interface ProjectSize {
  readonly subjects: number;
  /** Released ones of each subject; without any there are schemas only: no topics and no lock. */
  readonly versions: number;
}

/** Most fields that a subject gains with its versions: with its own ten that is twenty. */
const MAX_ADDED = 10;

/**
 * Writes subjects that gained a nullable field with each version and, once they have ten of those,
 * another order of their fields and another alias: all versions read each other, no two are alike.
 * @param drafts whether each schema has one field more than what was released last
 */
export async function writeProject(
  folder: string,
  { subjects, versions, drafts }: ProjectSize & { readonly drafts: boolean },
): Promise<void> {
  const schemas = join(folder, 'schemas');
  await mkdir(schemas, { recursive: true });
  const topics: { [name: string]: Json } = {};
  const history = new Map<string, LockedSubject>();
  for (let index = 0; index < subjects; index++) {
    await writeEvent(folder, { index, versions, edits: drafts ? 1 : 0 });
    if (versions === 0) continue;
    topics[topicOf(index)] = { value: typeOf(index), compatibility: 'FULL_TRANSITIVE' };
    history.set(`${topicOf(index)}-value`, {
      type: typeOf(index),
      versions: Array.from({ length: versions }, (_, at) => released(event(index, at), at + 1)),
    });
  }
  if (versions === 0) return;
  await writeFile(join(schemas, 'tavro.json'), printJson({ topics }));
  // By the project's own hand.
  writeLock(schemas, { before: { subjects: new Map() }, next: { subjects: history } });
}

/**
 * Writes a schema file: what the last of its versions says, edited.
 * @param edits fields that were added since
 */
export async function writeEvent(
  folder: string,
  { index, versions, edits }: { index: number; versions: number; edits: number },
): Promise<void> {
  const json = event(index, Math.max(0, versions - 1), edits);
  await writeFile(join(folder, 'schemas', `event-${index}.avsc`), printJson(json));
}

export function topicOf(index: number): string {
  return `topic-${index}`;
}

function typeOf(index: number): string {
  return `com.acme.area${index % 20}.Event${index}`;
}

function released(json: Json, version: number): LockedVersion {
  const { schema } = parseSchema(json);
  return {
    version,
    state: 'released',
    identity: identityOf(schema),
    schema: printSchema(schema),
    ids: {},
  };
}

const TYPES: readonly Json[] = [
  'string',
  { type: 'long', logicalType: 'timestamp-millis' },
  ['null', 'string'],
  'int',
];

function event(index: number, steps: number, edits = 0): Json {
  const base = Array.from({ length: 10 }, (_, at): Json => {
    const type = TYPES[at % TYPES.length] ?? 'string';
    const fallback = isArray(type) ? { default: null } : {};
    return { name: `field${at}`, type, doc: 'What this field means.', ...fallback };
  });
  const released = [...base, ...nullable('added', Math.min(steps, MAX_ADDED))];
  const further = Math.max(0, steps - MAX_ADDED);
  const turned = further % released.length;
  return {
    type: 'record',
    name: typeOf(index),
    ...(further === 0 ? {} : { aliases: [`Event${index}Before${steps}`] }),
    fields: [...released.slice(turned), ...released.slice(0, turned), ...nullable('edited', edits)],
  };
}

function nullable(name: string, count: number): Json[] {
  return Array.from(
    { length: count },
    (_, at): Json => ({ name: `${name}${at}`, type: ['null', 'string'], default: null }),
  );
}
