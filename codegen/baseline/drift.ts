/** Where a registry and a project have grown apart. */

import type { CompatibilityLevel } from '../../runtime/registry/levels.js';
import type { Finding } from '../check/finding.js';
import type { RuleFacts } from '../check/rule.js';
import { registryIdDiffers } from '../check/rules/registry-id-differs.js';
import { registryLevelDiffers } from '../check/rules/registry-level-differs.js';
import { registryVersionMissing } from '../check/rules/registry-version-missing.js';
import { registryVersionUnknown } from '../check/rules/registry-version-unknown.js';
import type { Severities } from '../check/severity.js';
import type { LockedSubject } from '../history/lock.js';
import { recordedId } from '../history/recorded-ids.js';
import { releasedOf, type SubjectSchema } from '../history/subject.js';
import { placeOf } from '../model/source-text.js';
import type { ParsedVersion, RegisteredSubject } from '../registry/registered.js';
import { projectFinding } from './baseline.js';

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

/** What a registry has otherwise than the project: versions, their ids, the level. */
export function driftOf(input: DriftInput, severities: Severities): Finding[] {
  const { subject, schema } = input.current;
  const say = (rule: RuleFacts, message: string): Finding[] =>
    projectFinding(rule, { subject, at: placeOf(schema.origin), message }, severities);
  return [
    ...levelDrift(input).flatMap((message) => say(registryLevelDiffers, message)),
    ...unknownVersions(input).flatMap((message) => say(registryVersionUnknown, message)),
    ...publishedVersions(input).flatMap(({ rule, message }) => say(rule, message)),
  ];
}

function levelDrift({ current, level }: DriftInput): string[] {
  const { given, registry } = level;
  return given === undefined || given === registry
    ? []
    : [
        `tavro.json says ${given} for ${current.subject}, and the registry holds it to ${registry}.`,
      ];
}

/** Only where the lock has a history: else the registry's is the only one there is. */
function unknownVersions({ current, locked, registered }: DriftInput): string[] {
  if (releasedOf(locked).length === 0) return [];
  const known = new Set(locked?.versions.map(({ identity }) => identity));
  return registered.versions.flatMap(({ version, isDeleted, parsed }) =>
    isDeleted || ('identity' in parsed && known.has(parsed.identity))
      ? []
      : [`The registry has v${version} of ${current.subject}, and the lock does not.`],
  );
}

/** Versions that the lock says are in this registry. */
function publishedVersions({
  current: { subject },
  locked,
  registered,
  url,
}: DriftInput): { rule: RuleFacts; message: string }[] {
  const released = releasedOf(locked);
  return released.flatMap((version) => {
    const id = recordedId(version, url);
    if (id === undefined) return [];
    const name = `v${version.version} of ${subject}`;
    const same = registered.versions.filter(
      ({ parsed }) => 'identity' in parsed && parsed.identity === version.identity,
    );
    const [first] = same;
    if (first === undefined) {
      const message = `${name} was published with id ${id}, and the registry no longer has it.`;
      return [{ rule: registryVersionMissing, message }];
    }
    if (!same.some((one) => one.id === id)) {
      const message = `${name} has id ${id} in the lock and ${first.id} in the registry.`;
      return [{ rule: registryIdDiffers, message }];
    }
    // Old versions are deleted on purpose at times; the one that is written now is not.
    if (version !== released.at(-1) || same.some(({ isDeleted }) => !isDeleted)) return [];
    const message = `${name} was published with id ${id}, and has been deleted in the registry.`;
    return [{ rule: registryVersionMissing, message }];
  });
}

/** The versions that can be compared, with the names that findings give them. */
export function namedVersions({ versions }: RegisteredSubject): (ParsedVersion & {
  readonly name: string;
  readonly version: number;
  readonly isDeleted: boolean;
})[] {
  return versions.flatMap(({ version, isDeleted, parsed }) =>
    'schema' in parsed
      ? [
          {
            ...parsed,
            name: `v${version}${isDeleted ? ' (deleted)' : ''}`,
            version,
            isDeleted,
          },
        ]
      : [],
  );
}
