/** A schemas folder with a long history. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLock } from '../../codegen/disk/lock-file.js';
import type { LockedSubject, LockedVersion } from '../../codegen/history/lock.js';
import { identityOf } from '../../codegen/model/identity.js';
import { parseSchema } from '../../codegen/model/parse-schema.js';
import { printSchema } from '../../codegen/model/print.js';
import { type Json, printJson } from '../../runtime/json.js';

/** Writes subjects that gained a nullable field with each version, and have a draft with one more. */
export async function writeProject(
  folder: string,
  { subjects, versions }: { subjects: number; versions: number },
): Promise<void> {
  const schemas = join(folder, 'schemas');
  await mkdir(schemas);
  const topics: { [name: string]: Json } = {};
  const locked = new Map<string, LockedSubject>();
  for (let index = 0; index < subjects; index++) {
    const type = `com.acme.area${index % 20}.Event${index}`;
    topics[`topic-${index}`] = { value: type, compatibility: 'FULL_TRANSITIVE' };
    locked.set(`topic-${index}-value`, {
      type,
      versions: Array.from({ length: versions }, (_, at) => released(event(type, at), at + 1)),
    });
    await writeFile(join(schemas, `event-${index}.avsc`), printJson(event(type, versions)));
  }
  await writeFile(join(schemas, 'tavro.json'), printJson({ topics }));
  writeLock(schemas, { before: { subjects: new Map() }, next: { subjects: locked } });
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

function event(type: string, added: number): Json {
  const base = Array.from({ length: 10 }, (_, index): Json => {
    const fieldType = TYPES[index % TYPES.length] ?? 'string';
    const isNullable = Array.isArray(fieldType);
    return {
      name: `field${index}`,
      type: fieldType,
      doc: 'What this field means.',
      ...(isNullable ? { default: null } : {}),
    };
  });
  const more = Array.from(
    { length: added },
    (_, index): Json => ({
      name: `added${index}`,
      type: ['null', 'string'],
      default: null,
    }),
  );
  return { type: 'record', name: type, fields: [...base, ...more] };
}
