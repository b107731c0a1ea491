import { Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { TopicContracts } from '../consumer/consumer-definition.js';
import { InfraError } from '../errors.js';
import { type Reason, refuseCycles } from './refuse-cycles.js';
import {
  type DeployedVersions,
  refuseUnknownSubjects,
  rolloutsOf,
  type SubjectRollout,
} from './subject-rollout.js';

export interface RolloutProps {
  /** Contracts by topic name, of `generated/contracts/`: what the constructs below read and write. */
  readonly topics: TopicContracts;

  /**
   * What reads the topics with the code of this release, such as functions and their aliases. Those
   * whose code stays as it is, because they are told to read an earlier version, do not belong here.
   *
   * @default - none in this app
   */
  readonly consumers?: readonly IConstruct[];

  /**
   * What makes the schemas known to the registry, such as `SchemaSubjects`.
   *
   * @default - they are published before the deployment
   */
  readonly registration?: IConstruct;

  /**
   * What writes the topics with the code of this release.
   *
   * @default - none in this app
   */
  readonly producers?: readonly IConstruct[];

  /**
   * The versions in production, by subject, such as `{ 'orders-value': 'v2' }`. The newest one says
   * that there is nothing to order, as in an environment that has nothing deployed yet.
   *
   * @default - of each subject the version before the newest
   */
  readonly deployed?: DeployedVersions;
}

/**
 * Puts the order in which the change since the deployed release gets to production into the template,
 * so that nobody meets data they cannot read and nothing is written with a schema that the registry
 * does not know. What is later depends on what is earlier, in one stack or across stacks of one app:
 *
 * - Only the new version reads both (such as BACKWARD): consumers, then registration, then producers.
 *   Registration waits, since producers may take a new version as soon as the registry has it.
 * - Only the deployed version reads both (such as FORWARD): registration, then producers, then
 *   consumers. Registration comes first all the same: new producers write its ids.
 * - Both read both (such as FULL): registration, then producers. Consumers come at any time.
 * - Neither reads the other: refused, with the plan that `tavro plan` prints.
 *
 * Dependencies order resources, they do not wait: before new consumers that cannot read old data are
 * deployed, it must have left the topics. Of a topic that may hold some `KafkaSubscription` refuses
 * such a reader (`READS`), until `oldestRetained` of `tavro.json` says that it is gone. That also ends a
 * change that needs two deployments: nobody has to read the old data any more, so consumers go first.
 *
 * CloudFormation deploys a resource after those that it depends on; that it takes a failed deployment
 * back in the opposite order is not documented, and was not tried.
 *
 * @returns what was found of each subject that has an earlier version
 * @throws InfraError `ROLLOUT`: two deployments are needed, topics ask for opposite orders, or, at
 *   synth, what is to come first waits for what is to come later
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-dependson.html
 */
export function orderRollout(props: RolloutProps): readonly SubjectRollout[] {
  refuseUnknownSubjects(props.topics, props.deployed);
  return orderTopics(props);
}

/** The same, of topics that need not be all that `deployed` names. */
export function orderTopics(props: RolloutProps): readonly SubjectRollout[] {
  const { consumers = [], producers = [], registration } = props;
  const rollouts = rolloutsOf(props.topics, props.deployed);
  refuseTwoSteps(rollouts);
  const consumersFirst = rollouts.filter(({ order }) => order === 'consumers-first');
  const producersFirst = rollouts.filter(({ order }) => order === 'producers-first');
  refuseOpposites(consumersFirst, producersFirst);
  const registrations = registration === undefined ? [] : [registration];
  const ranks =
    consumersFirst.length > 0
      ? [consumers, registrations, producers]
      : producersFirst.length > 0
        ? [registrations, producers, consumers]
        : [registrations, producers];
  inOrder(ranks, reasonOf([...consumersFirst, ...producersFirst]));
  return rollouts;
}

function reasonOf(rollouts: readonly SubjectRollout[]): Reason {
  return rollouts.length === 0
    ? { why: 'registration comes before producers' }
    : { why: rollouts.map(told).join(', '), deployed: deployedAs(rollouts) };
}

/** Makes each rank wait for the one before it. */
function inOrder(ranks: readonly (readonly IConstruct[])[], reason: Reason): void {
  const there = ranks.filter((rank) => rank.length > 0);
  there.forEach((rank, index) => {
    const before = there.slice(0, index);
    for (const later of rank) {
      for (const earlier of before.flat()) refuseWithin(later, earlier, reason);
      for (const earlier of before.at(-1) ?? []) {
        later.node.addDependency(earlier);
        refuseCycles({ earlier, later, ...reason });
      }
    }
  });
}

function refuseTwoSteps(rollouts: readonly SubjectRollout[]): void {
  const plans = rollouts.filter(({ order }) => order === 'two-step');
  if (plans.length === 0) return;
  const texts = plans.map(({ subject, from, to, steps }) =>
    [
      `rollout of ${subject} from ${from} to ${to}: two step`,
      ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ].join('\n'),
  );
  throw new InfraError(
    'ROLLOUT',
    [
      'one deployment does not do, since deployed and new version cannot read each other.',
      ...texts,
      `Once no data of the deployed version is left, raise "oldestRetained" of the topic in tavro.json; where the new one is deployed already, or nothing is, say deployed: ${deployedAs(plans)}.`,
    ].join('\n'),
  );
}

function refuseOpposites(
  consumersFirst: readonly SubjectRollout[],
  producersFirst: readonly SubjectRollout[],
): void {
  if (consumersFirst.length === 0 || producersFirst.length === 0) return;
  const [one, other] = [consumersFirst, producersFirst].map((some) => some.map(told).join(', '));
  throw new InfraError(
    'ROLLOUT',
    `no one deployment has both orders: ${one}; but ${other}. Deploy one of the changes, then release the other; or, where different functions are concerned, order each topic by itself`,
  );
}

/** What is inside of the other can be neither before nor after it. */
function refuseWithin(later: IConstruct, earlier: IConstruct, { why, deployed }: Reason): void {
  if (Stage.of(later) !== Stage.of(earlier)) {
    throw new InfraError(
      'ROLLOUT',
      `${earlier.node.path} is to be deployed first, but is of another stage or app; deploy that one first, and leave it out here`,
      later.node.path,
    );
  }
  const outer = [later.node.scopes.includes(earlier), earlier.node.scopes.includes(later)];
  if (!outer.includes(true)) return;
  const alone =
    deployed === undefined
      ? ''
      : `; or, if nothing else reads the topic, say deployed: ${deployed}`;
  const same = later === earlier ? 'is both' : `and ${earlier.node.path} are not apart`;
  throw new InfraError(
    'ROLLOUT',
    `what is deployed first and what after it ${same}, but ${why}. Make it two functions, of which each does one${alone}`,
    later.node.path,
  );
}

/** The prop by which the newest versions are deployed already. */
function deployedAs(rollouts: readonly SubjectRollout[]): string {
  return `{ ${rollouts.map(({ subject, to }) => `'${subject}': '${to}'`).join(', ')} }`;
}

function told({ topic, subject, order, from, to }: SubjectRollout): string {
  return `${subject} of topic '${topic}' needs ${order.replace('-', ' ')} (${from} to ${to})`;
}
