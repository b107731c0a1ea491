/** A project whose topics have values of several types, generated after each of its releases. */
import type { Json } from '../../runtime/json.js';
import { SchemasFolder } from '../codegen/schemas-folder.js';

const record = (name: string, ...fields: Json[]): Json => ({ type: 'record', name, fields });
const ID = { name: 'id', type: 'long' };
const NOTE = { name: 'note', type: 'string' };
const COUNT = { name: 'count', type: 'int' };

/** By file, its versions: of Created each reads only itself and newer, of Deleted and Key the same. */
const VERSIONS: Readonly<Record<string, readonly Json[]>> = {
  'ev/created.avsc': [
    record('ev.Created', ID),
    record('ev.Created', ID, NOTE),
    record('ev.Created', ID, NOTE, COUNT),
  ],
  'ev/deleted.avsc': [record('ev.Deleted', ID), record('ev.Deleted', ID, NOTE)],
  'ev/key.avsc': [record('ev.Key', ID), record('ev.Key', ID, COUNT)],
  'ev/moved.avsc': [record('ev.Moved', ID)],
  // Its name is that of a member of all objects.
  'constructor.avsc': [record('constructor', ID), record('constructor', ID, NOTE)],
};
const RELEASES = 3;

const CREATED = ['ev.Created', 'ev.Moved'];
const NONE = { compatibility: 'NONE' };
const TOPICS = {
  events: { value: [...CREATED, 'ev.Deleted'], key: 'bytes', subjects: 'topic-record', ...NONE },
  created: { value: CREATED, subjects: 'record', ...NONE },
  named: {
    value: ['ev.Moved', 'ev.Deleted'],
    subjects: { value: { 'ev.Moved': 'moves', 'ev.Deleted': 'deletions' } },
    ...NONE,
  },
  keyed: { value: ['ev.Moved'], key: 'ev.Key', subjects: 'topic-record', ...NONE },
  odd: { value: ['constructor', 'ev.Moved'], subjects: 'topic-record', ...NONE },
  compacted: { value: CREATED, subjects: 'topic-record', ...NONE },
  both: { value: ['ev.Deleted', 'constructor'], subjects: 'topic-record', ...NONE },
  // Under one subject they are one schema.
  union: { value: CREATED, ...NONE },
  clicks: { value: 'ev.Moved' },
};

/** All versions but the last are released, as publishing does. */
export async function severalTypes(): Promise<SchemasFolder> {
  const folder = await SchemasFolder.create();
  for (let n = 0; n < RELEASES; n++) {
    const last = n === RELEASES - 1;
    // No version may be named before it is there.
    const oldestRetained = { value: { 'ev.Created': n + 1 } };
    const compacted = { ...TOPICS.compacted, oldestRetained };
    await folder.write('tavro.json', { topics: { ...TOPICS, compacted } });
    for (const [file, versions] of Object.entries(VERSIONS))
      await folder.write(file, versions[n] ?? versions.at(-1) ?? null);
    const { code, err } = await folder.run('codegen');
    if (code !== 0) throw new Error(err);
    if (!last) await folder.release();
  }
  return folder;
}
