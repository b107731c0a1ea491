/** In which order one subject's change gets to production, as its contract tells it. */
import type { TopicContracts } from '../consumer/consumer-definition.js';
import { refusalOf, type SchemaContract, versionsOf } from '../contract.js';
import { InfraError } from '../errors.js';
import { someOf } from '../some-of.js';

/**
 * `any`: both versions read each other. `consumers-first`: only the newest reads both.
 * `producers-first`: only the deployed one reads both. `two-step`: neither reads the other.
 */
export type RolloutOrder = 'any' | 'consumers-first' | 'producers-first' | 'two-step';

/** Versions in production, by subject. */
export type DeployedVersions = Readonly<Record<string, string | undefined>>;

export interface SubjectRollout {
  readonly topic: string;
  /** The subject, or where the contract has none what of the topic it is. */
  readonly subject: string;
  readonly order: RolloutOrder;
  /** The version in production. */
  readonly from: string;
  /** The version of the generated code. */
  readonly to: string;
  /** What to do in place of one deployment; empty where one will do. */
  readonly steps: readonly string[];
}

/** One schema of a topic, by what it is called where its contract names no subject. */
interface Side {
  readonly topic: string;
  readonly name: string;
  readonly side: SchemaContract;
}

/**
 * What changes of some topics. Subjects that have one version, or none that is known, are left out.
 * @throws InfraError `ROLLOUT` for a version that the subject does not have
 */
export function rolloutsOf(
  topics: TopicContracts,
  deployed: DeployedVersions = {},
): readonly SubjectRollout[] {
  return sidesOf(topics).flatMap((side) => rolloutOf(side, deployed) ?? []);
}

/** @throws InfraError `ROLLOUT` for a subject that no topic has */
export function refuseUnknownSubjects(
  topics: TopicContracts,
  deployed: DeployedVersions = {},
): void {
  const subjects = sidesOf(topics).map(({ name, side }) => side.subject ?? name);
  const unknown = Object.keys(deployed).find((subject) => !subjects.includes(subject));
  if (unknown === undefined) return;
  throw new InfraError(
    'ROLLOUT',
    `deployed names the subject ${unknown}; the topics have ${someOf(subjects) || 'none'}`,
  );
}

function sidesOf(topics: TopicContracts): readonly Side[] {
  return Object.entries(topics).flatMap(([topic, { value, types = {}, key }]): Side[] => [
    ...(value === undefined ? [] : [{ topic, name: `${topic}-value`, side: value }]),
    ...Object.entries(types).map(([type, side]) => ({ topic, name: `${topic}-${type}`, side })),
    ...(typeof key === 'object' ? [{ topic, name: `${topic}-key`, side: key }] : []),
  ]);
}

function rolloutOf(
  { topic, name, side }: Side,
  deployed: DeployedVersions,
): SubjectRollout | undefined {
  const { subject = name, version: to } = side;
  const versions = versionsOf(side);
  const last = versions.at(-2);
  const given = Object.hasOwn(deployed, subject) ? deployed[subject] : undefined;
  if (given !== undefined && !versions.includes(given)) {
    throw new InfraError(
      'ROLLOUT',
      `deployed says ${given} of ${subject}, which has ${versions.join(', ') || 'no versions'}`,
    );
  }
  const from = given ?? last;
  if (to === undefined || from === undefined || from === to) return undefined;
  const unreadOld = refusalOf(side, to, from);
  const unreadNew = refusalOf(side, from, to);
  // Without any data of the deployed version nobody has to read it.
  const isGone = side.retained?.includes(from) === false;
  if (unreadOld === undefined || unreadNew === undefined || isGone) {
    const order =
      unreadNew !== undefined
        ? 'consumers-first'
        : unreadOld !== undefined
          ? 'producers-first'
          : 'any';
    return { topic, subject, order, from, to, steps: [] };
  }
  const printed = from === last ? side.plan : undefined;
  return {
    ...{ topic, subject, order: 'two-step', from, to },
    steps: printed ?? [
      `Release a version between the two that reads ${from} and is read by it: ${to} cannot read ${from} (${unreadOld}), ${from} cannot read ${to} (${unreadNew}).`,
      'Deploy its consumers, then its producers.',
      `Wait until no data of ${from} is left in the topic (its retention).`,
      `Then release ${to} against that version.`,
    ],
  };
}
