/** One subject over time: what of it is released, what its draft is, which number comes next. */
import { identityOf } from '../model/identity.js';
import { printSchema } from '../model/print.js';
import type { NamedSchema } from '../model/schema.js';
import type { LockedSubject, LockedVersion } from './lock.js';

/** What a subject's schema is now. */
export interface SubjectSchema {
  readonly subject: string;
  readonly schema: NamedSchema;
}

/** A subject's released versions, oldest first. */
export function releasedOf(subject: LockedSubject | undefined): readonly LockedVersion[] {
  return subject?.versions.filter(({ state }) => state === 'released') ?? [];
}

/**
 * The number of the version that comes next.
 * @param versions oldest first
 * @param first the number where there are none
 */
export function nextNumber(versions: readonly { readonly version: number }[], first = 1): number {
  return (versions.at(-1)?.version ?? first - 1) + 1;
}

/** A schema as the version after the released ones. */
export function draftAfter(
  released: readonly LockedVersion[],
  schema: NamedSchema,
): LockedVersion & { readonly state: 'draft' } {
  return {
    version: nextNumber(released),
    state: 'draft',
    identity: identityOf(schema),
    schema: printSchema(schema),
    ids: {},
  };
}

/**
 * A subject with its draft brought up to date: released versions stay as they are, the draft after
 * them follows the schema, and a schema like the last released one needs no draft.
 */
export function withDraft(subject: LockedSubject | undefined, schema: NamedSchema): LockedSubject {
  const released = releasedOf(subject);
  const draft = draftAfter(released, schema);
  const isReleased = released.at(-1)?.identity === draft.identity;
  return { type: schema.name, versions: isReleased ? released : [...released, draft] };
}
