/** Whether generated code is older than the schemas beside it: the last place to notice is synth. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type HistoryEntry, historyHash, sourceHash } from '../runtime/source-hash.js';
import type { TopicContract } from './contract.js';
import { InfraError } from './errors.js';

const SCHEMAS_DEFAULT = 'schemas';
/** In it only the versions of a topic's own subjects count. */
const LOCK_FILE = 'lock.json';
/** Most files, and topics of a file, that a message names. */
const SHOWN_MAX = 5;

/**
 * Refuses contracts whose files have changed since. Where the schemas are not there at all, it warns.
 * @param schemas their folder; `false` to look at none
 * @throws InfraError `STALE`, naming files, topics and the command to run.
 */
export function refuseStale(
  scope: Construct,
  topics: Readonly<Record<string, TopicContract>>,
  schemas?: string | false,
): void {
  const noted = Object.entries(topics).filter(([, { sources }]) => sources !== undefined);
  if (schemas === false || noted.length === 0) return;
  const folder = path.resolve(schemas ?? SCHEMAS_DEFAULT);
  if (schemas === undefined && !existsSync(folder)) {
    Annotations.of(scope).addWarningV2(
      'tavro:schemas',
      `There is no folder ${folder}, so nobody checked that generated code matches the schemas. Set \`schemas\` to where they are, or to false.`,
    );
    return;
  }
  const changed = changes(folder, noted);
  if (changed.size === 0) return;
  const told = [...changed].map(([change, names]) => `${change} (${someOf(names, 'topic')})`);
  throw new InfraError(
    'STALE',
    `generated code does not match the schemas in ${folder}: ${someOf(told)}. Run \`npm run codegen\` (or \`npx tavro codegen\`, with the folders that the project has) and commit what it writes`,
    scope.node.path,
  );
}

/** What changed, and the topics that it concerns. */
function changes(
  folder: string,
  topics: readonly (readonly [name: string, contract: TopicContract])[],
): Map<string, string[]> {
  const changed = new Map<string, string[]>();
  for (const [name, contract] of topics) {
    for (const [file, hash] of Object.entries(contract.sources ?? {})) {
      const state = stateOf(folder, file, { hash, contract });
      if (state === undefined) continue;
      const change = `${file} ${state}`;
      changed.set(change, [...(changed.get(change) ?? []), name]);
    }
  }
  return changed;
}

function stateOf(
  folder: string,
  file: string,
  { hash, contract }: { hash: string; contract: TopicContract },
): string | undefined {
  const full = path.join(folder, file);
  if (!existsSync(full)) return 'is gone';
  const text = readFileSync(full, 'utf8');
  const now = file === LOCK_FILE ? hashOfLock(text, contract) : sourceHash(text);
  return now === hash ? undefined : 'has changed';
}

function someOf(items: readonly string[], noun = ''): string {
  const more = items.length > SHOWN_MAX ? ` and ${items.length - SHOWN_MAX} more` : '';
  const head = noun === '' ? '' : `${noun}${items.length === 1 ? '' : 's'} `;
  return `${head}${items.slice(0, SHOWN_MAX).join(', ')}${more}`;
}

/** Of the versions of the topic's subjects; of none where the lock cannot be read. */
function hashOfLock(text: string, { value, key }: TopicContract): string {
  const sides = [value, typeof key === 'object' ? key : undefined];
  const names = sides.flatMap((side) => side?.subject ?? []);
  const subjects = subjectsOf(text);
  return historyHash(names.map((name) => subjects[name]?.versions ?? []));
}

function subjectsOf(text: string): LockedSubjects {
  try {
    // Safe: tavro wrote it; after an edit by hand the hash is another one.
    return (JSON.parse(text) as { readonly subjects?: LockedSubjects }).subjects ?? {};
  } catch {
    // Not JSON, for instance with the marks of a merge conflict.
    return {};
  }
}

type LockedSubjects = Readonly<Record<string, { readonly versions?: readonly HistoryEntry[] }>>;
