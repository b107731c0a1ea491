/** What publishing a subject takes: the lock and the schema on one side, the registry on the other. */
import { printJson } from '../../runtime/json.js';
import { visible } from '../../runtime/printable.js';
import type { RegistryNames } from '../../runtime/registry/client.js';
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import { nameOf } from '../../runtime/schema/located-error.js';

import type { LockedSubject, LockedVersion } from '../history/lock.js';
import { recordedId, recordedNames, withRecordedNames } from '../history/recorded-ids.js';
import { draftAfter, releasedOf, type SubjectSchema } from '../history/subject.js';
import { type ParsedVersion, type RegisteredSubject, textOf } from './registered.js';

/**
 * `draft`: what the schema is now. `documentation`: the same to every reader, with other words.
 * `released`: published before, to this registry or another.
 */
export type VersionKind = 'draft' | 'documentation' | 'released';

/** A version that the registry should hold. */
export interface WantedVersion {
  readonly locked: LockedVersion;
  readonly kind: VersionKind;
  /** Whether it is the schema as it is now. */
  readonly isCurrent: boolean;
}

export type PublishStep =
  | { readonly action: 'register'; readonly wanted: WantedVersion }
  /** The registry has it; the lock does not say so yet. */
  | { readonly action: 'record'; readonly wanted: WantedVersion; readonly names: RegistryNames };

export interface SubjectPlan {
  readonly subject: string;
  /** Full name of the type. */
  readonly type: string;
  /** The level to set, and what the subject has of its own. */
  readonly level?: {
    readonly from: CompatibilityLevel | undefined;
    readonly to: CompatibilityLevel;
  };
  /** Oldest version first. */
  readonly steps: readonly PublishStep[];
  /** Versions of the registry that the lock does not know. */
  readonly unknown: readonly number[];
  /** Released versions that the registry lacks, and that cannot be put before the ones it has. */
  readonly missing: readonly number[];
}

export interface PlanInput {
  readonly current: SubjectSchema;
  readonly locked: LockedSubject | undefined;
  readonly registered: RegisteredSubject;
  /** URL of the registry, as the lock has it. */
  readonly url: string;
  /** What `tavro.json` says, if it does. */
  readonly level: CompatibilityLevel | undefined;
  /** The id that the registry itself finds for the current schema. */
  readonly currentId: number | undefined;
}

/** All versions that a registry should hold, oldest first; one of them is the schema as it is now. */
function wantedVersions(
  { schema }: SubjectSchema,
  locked: LockedSubject | undefined,
): WantedVersion[] {
  const released = releasedOf(locked);
  const draft = draftAfter(released, schema);
  const text = printJson(draft.schema);
  const isSame = released.at(-1)?.identity === draft.identity;
  // Documentation may go back to what it was: that version is in the lock already.
  const current = released.findLast(
    (version) =>
      isSame && version.identity === draft.identity && printJson(version.schema) === text,
  );
  const history = released.map((version): WantedVersion => {
    return { locked: version, kind: 'released', isCurrent: version === current };
  });
  if (current !== undefined) return history;
  const kind = isSame ? 'documentation' : 'draft';
  return [...history, { locked: draft, kind, isCurrent: true }];
}

/** The id of the version that says word for word what the schema says now. */
export function currentIdOf({ schema }: SubjectSchema, registered: RegisteredSubject) {
  const text = textOf(schema);
  return living(registered).findLast((version) => version.text === text)?.id;
}

/** What is to be done for a subject. */
export function planSubject(input: PlanInput): SubjectPlan {
  const { current, locked, registered, url, level } = input;
  const wanted = wantedVersions(current, locked);
  const found = wanted.map((one) => idOf(one, input));
  const last = found.findLastIndex((id) => id !== undefined);
  const steps = wanted.flatMap((one, index): PublishStep[] => {
    const id = found[index];
    if (id !== undefined) {
      const guid = registered.versions.find((version) => version.id === id)?.guid;
      const names = { id, guid };
      return isRecorded(one, names, url) ? [] : [{ action: 'record', wanted: one, names }];
    }
    return index < last && !one.isCurrent ? [] : [{ action: 'register', wanted: one }];
  });
  const identities = new Set(wanted.map((one) => one.locked.identity));
  return {
    subject: current.subject,
    type: nameOf(current.schema),
    ...(level === undefined || level === registered.level
      ? {}
      : { level: { from: registered.level, to: level } }),
    steps,
    unknown: registered.versions
      .filter(({ isDeleted, parsed }) => !isDeleted && !isKnown(parsed, identities))
      .map(({ version }) => version),
    missing: wanted
      .filter((one, index) => found[index] === undefined && index < last && !one.isCurrent)
      .map((one) => one.locked.version),
  };
}

/** Whether the lock says all that the registry does. */
function isRecorded({ locked }: WantedVersion, { id, guid }: RegistryNames, url: string): boolean {
  const known = recordedNames(locked, url);
  return (
    locked.state === 'released' && known?.id === id && (guid === undefined || known.guid === guid)
  );
}

function isKnown(
  parsed: RegisteredSubject['versions'][number]['parsed'],
  identities: ReadonlySet<string>,
): boolean {
  return 'identity' in parsed && identities.has(parsed.identity);
}

/** The id that a registry has for a version. */
function idOf({ locked, isCurrent }: WantedVersion, input: PlanInput): number | undefined {
  const { registered, url, currentId } = input;
  // Producers look the current schema up word for word: one like it is not enough.
  if (isCurrent) return currentId;
  const same = registered.versions.flatMap(({ id, parsed, isDeleted }) =>
    'identity' in parsed && parsed.identity === locked.identity
      ? [{ id, isDeleted, text: parsed.text }]
      : [],
  );
  const text = printJson(locked.schema);
  const best =
    same.find(({ id }) => id === recordedId(locked, url)) ??
    same.find((version) => version.text === text) ??
    same.findLast(({ isDeleted }) => !isDeleted) ??
    same.at(-1);
  return best?.id;
}

function living({ versions }: RegisteredSubject): (ParsedVersion & { readonly id: number })[] {
  return versions.flatMap(({ id, isDeleted, parsed }) =>
    !isDeleted && 'identity' in parsed ? [{ ...parsed, id }] : [],
  );
}

/** The lock's subject once a version is known under an id. */
export function withRelease(
  locked: LockedSubject | undefined,
  { type, url }: { type: string; url: string },
  { wanted, names }: { wanted: WantedVersion; names: RegistryNames },
): LockedSubject {
  const released: LockedVersion = {
    ...withRecordedNames(wanted.locked, url, names),
    state: 'released',
  };
  const others = locked?.versions.filter(({ version }) => version !== released.version) ?? [];
  return { type, versions: [...others, released].sort((a, b) => a.version - b.version) };
}

/**
 * A subject's plan for people, one line per step; empty when nothing is to be done.
 * @param needs names of the types that are registered before the schema as it is now
 */
export function printPlan(
  { subject, type, level, steps, missing }: SubjectPlan,
  needs: readonly string[] = [],
): string[] {
  const printStep = (step: PublishStep): string => {
    const { locked, kind, isCurrent } = step.wanted;
    if (step.action === 'record')
      return `record id ${step.names.id} for v${locked.version}: the registry has it already`;
    const refers = isCurrent && needs.length > 0 ? `, after ${needs.join(', ')}` : '';
    return `register v${locked.version} of ${type} (${kind})${refers}`;
  };
  const lines = [
    ...(level === undefined ? [] : [`set the level ${level.to} (now ${level.from ?? 'unset'})`]),
    ...steps.map(printStep),
    ...missing.map(
      (version) =>
        `leave v${version} out: the registry lacks it, and it cannot come after later versions`,
    ),
  ];
  return lines.length === 0 ? [] : [subject, ...lines.map((line) => `  ${line}`)].map(visible);
}
