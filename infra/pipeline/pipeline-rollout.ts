/** What a change of schema needs first is deployed first. */
import type { IConstruct } from 'constructs';
import type { TopicContracts } from '../consumer/consumer-definition.js';
import type { ReaderVersions, SchemaContract, TopicContract } from '../contract.js';
import { orderTopics } from '../rollout/order-rollout.js';
import { type DeployedVersions, refuseUnknownSubjects } from '../rollout/subject-rollout.js';

/** What reads or writes a topic. */
export interface Client {
  readonly topicName: string;
  readonly construct: IConstruct;
}

export interface Rollout {
  readonly topics: TopicContracts;
  readonly deployed: DeployedVersions | undefined;
  readonly registration: IConstruct | undefined;
  readonly consumers: readonly Client[];
  readonly producers: readonly Client[];
}

/** Each topic by itself, so that topics may have opposite orders. One that nothing here deals with has none. */
export function pipelineRollout({ topics, consumers, producers, ...rollout }: Rollout): void {
  const { deployed, registration } = rollout;
  refuseUnknownSubjects(topics, deployed);
  for (const [topicName, contract] of Object.entries(topics)) {
    const of = (clients: readonly Client[]): readonly IConstruct[] =>
      clients.filter((one) => one.topicName === topicName).map(({ construct }) => construct);
    const clients = { consumers: of(consumers), producers: of(producers) };
    if (Object.values(clients).flat().length === 0 && registration === undefined) continue;
    orderTopics({ ...rollout, topics: { [topicName]: contract }, ...clients });
  }
}

/** Whether the code is of this release: it reads the newest versions, and none that it is told to. */
export function readsNewest(contract: TopicContract, { reads, readsKey }: ReaderVersions): boolean {
  const { value, types = {}, key } = contract;
  const ofValue =
    typeof reads === 'object'
      ? Object.entries(reads).every(([type, version]) => isNewest(types[type], version))
      : isNewest(value, reads);
  return ofValue && isNewest(typeof key === 'object' ? key : undefined, readsKey);
}

function isNewest(side: SchemaContract | undefined, version: string | undefined): boolean {
  return version === undefined || version === side?.version;
}
