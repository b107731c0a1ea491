/** Whether generated code is older than the schemas beside it: the last place to notice is synth. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type HistoryEntry,
  historyHash,
  settingsHashes,
  sourceHash,
} from '../runtime/source-hash.js';
import type { TopicContract } from './contract.js';
import { InfraError } from './errors.js';
import { someOf } from './some-of.js';

/** The schemas folder where none is named. */
export const SCHEMAS_DEFAULT = 'schemas';
/** In it and in the lock only what concerns a topic counts. */
const CONFIG_FILE = 'tavro.json';
/** The history of a subject. */
const LOCK_FILE = /^lock\/[^/]+\.json$/;
/** What the lock was before: contracts that were generated then name it. */
const FORMAT_1_FILE = 'lock.json';

/**
 * Refuses contracts whose files have changed since. Where the schemas are not there at all, it warns.
 * @param schemas their folder; `false` to look at none
 * @throws InfraError `STALE`, naming files, topics and the command to run; `SCHEMAS` for a folder that is not there.
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
  if (!existsSync(folder)) {
    throw new InfraError(
      'SCHEMAS',
      `there is no folder ${folder}; set \`schemas\` to the folder with schema files, tavro.json and lock/, or to false`,
      scope.node.path,
    );
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
  const files = new Map<string, SourceFile>();
  for (const [topic, contract] of topics) {
    for (const [name, hash] of Object.entries(contract.sources ?? {})) {
      const file = files.get(name) ?? new SourceFile(folder, name);
      files.set(name, file);
      const state = file.stateFor({ topic, contract, hash });
      if (state === undefined) continue;
      const change = `${name} ${state}`;
      changed.set(change, [...(changed.get(change) ?? []), topic]);
    }
  }
  return changed;
}

/** A topic, and the hash that its contract has of a file. */
interface Noted {
  readonly topic: string;
  readonly contract: TopicContract;
  readonly hash: string;
}

/** A file of the schemas folder, read and hashed once for all topics that are made of it. */
class SourceFile {
  private readonly name: string;
  private readonly text: string | undefined;
  private whole: string | undefined;
  private settings: ((topic: string) => string) | undefined;
  private lock: LockJson | undefined;

  constructor(folder: string, name: string) {
    this.name = name;
    const full = path.join(folder, name);
    this.text = existsSync(full) ? readFileSync(full, 'utf8') : undefined;
  }

  /** What became of it since, if that concerns the topic. */
  stateFor(noted: Noted): string | undefined {
    const { text } = this;
    if (text === undefined) return 'is gone';
    return this.hashesFor(noted, text).includes(noted.hash) ? undefined : 'has changed';
  }

  private hashesFor({ topic, contract }: Noted, text: string): readonly string[] {
    if (LOCK_FILE.test(this.name)) {
      this.lock ??= lockJson(text);
      return [historyHash([this.lock.versions ?? []])];
    }
    if (this.name === FORMAT_1_FILE) {
      this.lock ??= lockJson(text);
      const { subjects = {} } = this.lock;
      return [historyHash(subjectsOf(contract).map((name) => subjects[name]?.versions ?? []))];
    }
    this.whole ??= sourceHash(text);
    if (this.name !== CONFIG_FILE) return [this.whole];
    this.settings ??= settingsHashes(text);
    // Contracts of before have one of all that the file says.
    return [this.settings(topic), this.whole];
  }
}

function subjectsOf({ value, types = {}, key }: TopicContract): readonly string[] {
  const sides = [value, ...Object.values(types), typeof key === 'object' ? key : undefined];
  return sides.flatMap((side) => side?.subject ?? []);
}

/** What a file of the lock says; nothing where it cannot be read. */
function lockJson(text: string): LockJson {
  try {
    // Safe: tavro wrote it; after an edit by hand the hash is another one.
    return (JSON.parse(text.replace(/^\uFEFF/, '')) as LockJson | null) ?? {};
  } catch {
    // Not JSON, for instance with the marks of a merge conflict.
    return {};
  }
}

/** Of a subject's own file, or of the one file of all subjects. */
interface LockJson {
  readonly versions?: readonly HistoryEntry[];
  readonly subjects?: Readonly<Record<string, { readonly versions?: readonly HistoryEntry[] }>>;
}
