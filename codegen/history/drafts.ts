import { identityOf } from '../model/identity.js';
import { printSchema } from '../model/print.js';
import type { NamedSchema } from '../model/schema.js';
import type { Lock, LockedSubject, LockedVersion } from './lock.js';

/** What a subject's draft should hold now. */
export interface SubjectSchema {
  readonly subject: string;
  readonly schema: NamedSchema;
}

/**
 * The lock with each subject's draft brought up to date: released versions stay as they are, the
 * draft after them follows the schema, and a schema like the last released one needs no draft.
 */
export function withDrafts(lock: Lock, subjects: readonly SubjectSchema[]): Lock {
  const next = new Map(lock.subjects);
  for (const { subject, schema } of subjects)
    next.set(subject, draft(lock.subjects.get(subject), schema));
  return { ...lock, subjects: next };
}

function draft(subject: LockedSubject | undefined, schema: NamedSchema): LockedSubject {
  const released = subject?.versions.filter((version) => version.state === 'released') ?? [];
  const last = released.at(-1);
  const identity = identityOf(schema);
  if (last?.identity === identity) return { type: schema.name, versions: released };
  const made: LockedVersion = {
    version: (last?.version ?? 0) + 1,
    state: 'draft',
    identity,
    schema: printSchema(schema),
    ids: {},
  };
  return { type: schema.name, versions: [...released, made] };
}
