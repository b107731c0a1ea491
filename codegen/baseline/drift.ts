/** Where a registry and a project have grown apart. */
import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import { type Version, versionOf } from '../check/check-subject.js';
import type { Fact, Facts } from '../check/facts.js';
import type { LockedSubject } from '../history/lock.js';
import { recordedId } from '../history/recorded-ids.js';
import { releasedOf, type SubjectSchema } from '../history/subject.js';
import { type Place, placeOf } from '../model/source-text.js';
import type { RegisteredSubject } from '../registry/registered.js';

export interface DriftInput {
  readonly current: SubjectSchema;
  readonly locked: LockedSubject | undefined;
  readonly registered: RegisteredSubject;
  /** URL of the registry, as the lock has it. */
  readonly url: string;
  readonly level: {
    /** What `tavro.json` says, if it does. */
    readonly given: CompatibilityLevel | undefined;
    /** What holds at the registry: the subject's own, or its default. */
    readonly registry: CompatibilityLevel;
  };
}

/** Versions, their ids and the level, as a registry and the project have them. */
export function driftOf(input: DriftInput): Fact[] {
  const { subject, schema } = input.current;
  const at = (): Place => placeOf(schema.origin);
  return [
    { kind: 'level', facts: { subject, ...input.level }, at },
    ...registeredVersions(input).map((facts): Fact => ({ kind: 'registered', facts, at })),
    ...publishedVersions(input).map((facts): Fact => ({ kind: 'published', facts, at })),
  ];
}

/** Only where the lock has a history: else the registry's is the only one there is. */
function registeredVersions({ current, locked, registered }: DriftInput): Facts['registered'][] {
  const { subject } = current;
  if (releasedOf(locked).length === 0) return [];
  const known = new Set(locked?.versions.map(({ identity }) => identity));
  return registered.versions.map(({ version, isDeleted, parsed }) => {
    const isKnown = 'identity' in parsed && known.has(parsed.identity);
    return { subject, version, isDeleted, isKnown };
  });
}

/** Versions that the lock says are in this registry. */
function publishedVersions({ current, locked, registered, url }: DriftInput): Facts['published'][] {
  const { subject } = current;
  const released = releasedOf(locked);
  return released.flatMap((one) => {
    const id = recordedId(one, url);
    const found = registered.versions.filter(
      ({ parsed }) => 'identity' in parsed && parsed.identity === one.identity,
    );
    const isLast = one === released.at(-1);
    return id === undefined ? [] : [{ subject, version: one.version, id, isLast, found }];
  });
}

/** The versions that can be compared, with the names that findings give them. */
export function namedVersions({ versions }: RegisteredSubject): (Version & {
  readonly version: number;
  readonly isDeleted: boolean;
})[] {
  return versions.flatMap(({ version, isDeleted, parsed }) =>
    'schema' in parsed
      ? [
          {
            ...versionOf(`v${version}${isDeleted ? ' (deleted)' : ''}`, parsed.schema),
            version,
            isDeleted,
          },
        ]
      : [],
  );
}
