/** One subject over time: what of it is released, what its draft is, which number comes next. */
import { printJson } from '../../runtime/json.js';
import { nameOf } from '../../runtime/schema/located-error.js';
import { lockedIdentityOf } from '../model/identity.js';
import { once } from '../model/once.js';
import { printSchema } from '../model/print.js';
import type { Schema } from '../model/schema.js';
import type { LockedOrigin, LockedSubject, LockedVersion } from './lock.js';

/** What a subject's schema is now. */
export interface SubjectSchema {
  readonly subject: string;
  readonly schema: Schema;
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
  schema: Schema,
): LockedVersion & { readonly state: 'draft' } {
  return {
    version: nextNumber(released),
    state: 'draft',
    identity: lockedIdentityOf(schema),
    schema: printSchema(schema),
    ids: {},
  };
}

/**
 * A subject with its draft brought up to date, which is done when its versions are asked for: released
 * versions stay as they are, the draft after them follows the schema, and a schema like the last
 * released one needs no draft. Where nothing changes, the versions are those that were there.
 */
export function withDraft(subject: LockedSubject | undefined, schema: Schema): LockedSubject {
  const versions = once(() => versionsWithDraft(subject, schema));
  return {
    type: nameOf(schema),
    get versions() {
      return versions();
    },
  };
}

function versionsWithDraft(
  subject: LockedSubject | undefined,
  schema: Schema,
): readonly LockedVersion[] {
  const released = releasedOf(subject);
  const draft = draftAfter(released, schema);
  const isReleased = released.at(-1)?.identity === draft.identity;
  const next = isReleased ? released : [...released, draft];
  const before = subject?.versions ?? [];
  const isSame =
    before.length === next.length &&
    (isReleased || isDraft(before.at(-1), { draft, origin: subject?.origin }));
  return isSame ? before : next;
}

/** Whether a version says word for word what a draft says. */
function isDraft(
  version: LockedVersion | undefined,
  { draft, origin }: { draft: LockedVersion; origin: LockedOrigin | undefined },
): boolean {
  if (version?.state !== 'draft' || version.machine !== undefined) return false;
  if (version.version !== draft.version || version.identity !== draft.identity) return false;
  if (Object.keys(version.ids).length > 0) return false;
  return (origin?.schemaOf(version).text ?? printJson(version.schema)) === printJson(draft.schema);
}
