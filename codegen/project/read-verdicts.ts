import { rolloutOf } from '../check/rollout.js';
import { type JudgedVersion, judgeVersions, type SubjectReads } from '../check/verdicts.js';
import { carriedBy, type TopicEntry } from '../emit/topics.js';
import type { Schema } from '../model/schema.js';
import type { SchemaProject } from './load.js';

/** A subject of a topic: what its schema is now, and since when its data is there. */
export interface RetainedSubject {
  readonly subject: string;
  readonly schema: Schema;
  /** The oldest version that any topic may hold; 0 for all. */
  readonly oldest: number;
}

/** The subjects of the topics, each once. */
export function retainedSubjects(topics: readonly TopicEntry[]): readonly RetainedSubject[] {
  const found = new Map<string, RetainedSubject>();
  for (const { oldest: own = 0, ...side } of topics.flatMap(carriedBy)) {
    const oldest = Math.min(found.get(side.subject)?.oldest ?? own, own);
    found.set(side.subject, { ...side, oldest });
  }
  return [...found.values()];
}

/** Which of a subject's versions cannot read which. For `generated/contracts/`. */
export function readsOf(
  history: SchemaProject['history'],
  retained: RetainedSubject,
): SubjectReads {
  const versions = judgedVersions(history, retained);
  const reads = judgeVersions(versions, retained.oldest);
  const [last, newest] = versions.slice(-2).map(({ version, schema }) => ({
    name: `v${version}`,
    schema,
  }));
  const { refused } = reads;
  const isTwoStep =
    last !== undefined &&
    newest !== undefined &&
    refused[newest.name]?.[last.name] !== undefined &&
    refused[last.name]?.[newest.name] !== undefined;
  // To say what mends it takes longer than the verdicts, and few changes need it.
  return isTwoStep ? { ...reads, plan: rolloutOf(retained.subject, [last], newest).steps } : reads;
}

/** A subject's versions, oldest first; the last one is what the files say now, released or not. */
function judgedVersions(
  history: SchemaProject['history'],
  { subject, schema }: RetainedSubject,
): JudgedVersion[] {
  const last = history.versionsOf(subject).at(-1);
  if (last === undefined) return [];
  const older = history.releasedOf(subject).flatMap(({ locked, schema }): JudgedVersion[] =>
    // A version that cannot be read is left out: the gate says what is wrong with it.
    locked.version === last.version || schema === undefined
      ? []
      : [{ version: locked.version, identity: locked.identity, schema }],
  );
  return [...older, { version: last.version, identity: last.identity, schema }];
}
